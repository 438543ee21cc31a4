import Foundation
import Ports
import XMLCoder

/// What AWS's answers say, as values. Nothing here trusts the bytes: what is not the expected
/// document is `nil`, whether it is HTML, cut short, or another service's envelope.
enum AWSDocument {
  static func decode<Value: Decodable>(
    _ type: Value.Type, from body: [UInt8], _ wire: AWSService.Wire
  ) -> Value? {
    switch wire {
    case .query: xml(type, from: body)
    case .json: try? JSONDecoder().decode(type, from: Data(body))
    }
  }

  /// The most elements within one another; the deepest answers have a dozen.
  static let deepest = 64

  /// nil for what is no plain XML, which is looked at before the parsers are asked.
  static func xml<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) -> Value? {
    guard looksLikeXML(body), String(validating: body, as: UTF8.self) != nil,
      XMLScan.isPlain(body, deepest: deepest)
    else { return nil }
    let decoder = XMLDecoder()
    decoder.shouldProcessNamespaces = true
    return try? decoder.decode(type, from: Data(body))
  }

  /// The code and the sentence of an error envelope, of any of the three: EC2's
  /// `<Response><Errors>`, the other Query services' `<ErrorResponse>`, JSON's `__type`.
  static func fault(in reply: HTTPResponse) -> (code: String, message: String)? {
    if let found = xml(ResponseEnvelope.self, from: reply.body)?.errors.error.first {
      return (found.code, found.message ?? "")
    }
    if let found = xml(ErrorResponseEnvelope.self, from: reply.body)?.error {
      return (found.code, found.message ?? "")
    }
    let found = try? JSONDecoder().decode(JSONEnvelope.self, from: Data(reply.body))
    guard let type = found?.type ?? reply.header("x-amzn-ErrorType") else { return nil }
    return (bare(type), found?.message ?? "")
  }

  /// "com.amazonaws.sqs#QueueDoesNotExist" and "ThrottlingException:http://…" without the rest.
  private static func bare(_ type: String) -> String {
    let name = type.split(separator: "#").last ?? ""
    return String(name.split(separator: ":").first ?? "")
  }

  /// A document type is never sent by AWS: it is a proxy's page.
  private static func looksLikeXML(_ body: [UInt8]) -> Bool {
    let head = String(decoding: body.prefix(512), as: UTF8.self).lowercased()
    let start = head.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return start.first == "<" && !head.contains("<!doctype") && !head.contains("<html")
  }
}

private struct ResponseEnvelope: Decodable {
  var errors: Errors

  struct Errors: Decodable {
    var error: [Entry]
    enum CodingKeys: String, CodingKey { case error = "Error" }
  }

  enum CodingKeys: String, CodingKey { case errors = "Errors" }
}

private struct ErrorResponseEnvelope: Decodable {
  var error: Entry
  enum CodingKeys: String, CodingKey { case error = "Error" }
}

private struct Entry: Decodable {
  var code: String
  var message: String?

  enum CodingKeys: String, CodingKey {
    case code = "Code"
    case message = "Message"
  }
}

private struct JSONEnvelope: Decodable {
  var type: String?
  var message: String?

  enum CodingKeys: String, CodingKey {
    case type = "__type"
    case message
    case capital = "Message"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    type = try? values.decode(String.self, forKey: .type)
    message =
      (try? values.decode(String.self, forKey: .message))
      ?? (try? values.decode(String.self, forKey: .capital))
  }
}
