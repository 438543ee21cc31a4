import FleetModel
import Foundation
import Planner
import Ports

/// A token as the login, the metadata service and the command line spell it.
struct AzureTokenReply: Decodable, Sendable {
  private var accessToken: String?
  private var access_token: String?
  private var expires_in: Number?
  private var expires_on: Number?

  /// The login gives a number, the metadata service the same in quotes.
  private struct Number: Decodable, Sendable {
    var value: Int64?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        value = number
      } else {
        value = (try? container.decode(String.self)).flatMap { Int64($0) }
      }
    }
  }

  static func read(_ bytes: [UInt8]) -> AzureTokenReply? {
    try? JSONDecoder().decode(Self.self, from: Data(bytes))
  }

  /// nil when there is none, or one that would break a header.
  var token: AzureToken? {
    guard let text = access_token ?? accessToken, !text.isEmpty,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    return AzureToken(Secret(text))
  }

  /// When it ends; nil when that is not said (the command line before 2.54 said it in local time).
  func end(from now: Timestamp) -> Timestamp? {
    if let seconds = expires_in?.value, (0...31_536_000).contains(seconds) {
      return now.advanced(by: .seconds(seconds))
    }
    guard let moment = expires_on?.value, (0...4_102_444_800).contains(moment) else { return nil }
    return Timestamp(seconds: moment)
  }
}

/// What the login says of a refusal (RFC 6749 5.2).
private struct LoginRefusal: Decodable {
  var error: String
  var error_description: String?
}

extension AzureCredentials {
  /// A login answers within a second or two.
  static let limits = HTTPLimits(total: .seconds(20), connect: .seconds(5), decodedBytes: 1 << 20)
  /// On machines that are not Azure's nothing listens there, and nothing says so either.
  static let metadataLimits = HTTPLimits(
    total: .seconds(5), connect: .seconds(1), decodedBytes: 1 << 20)

  /// A variable that is set to nothing counts as not set.
  func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func exchange(
    _ request: HTTPRequest, _ link: String
  ) async throws(ActuateError) -> HTTPResponse {
    do throws(TransportError) { return try await transport.send(request) } catch {
      throw CloudVerdict.error(error, mutating: false)
    }
  }

  /// The token in an answer. Slower and broken answers may be asked for again; all others are a
  /// matter of configuration.
  func issued(
    _ reply: HTTPResponse, _ link: String
  ) throws(ActuateError) -> Issued<AzureToken> {
    if reply.status == 200, let said = AzureTokenReply.read(reply.body), let token = said.token {
      return Issued(token, link: link, expiresAt: said.end(from: time.now()))
    }
    let refusal = try? JSONDecoder().decode(LoginRefusal.self, from: Data(reply.body))
    let words = refusal.map { "\($0.error): \($0.error_description ?? "")" }
    let text = "\(link): \(words ?? "HTTP \(reply.status)")"
    guard reply.status == 429 || reply.status >= 500 else { throw Self.refusal(text) }
    throw .retryLater(
      after: CloudVerdict.retryAfter(reply),
      ActFailure(kind: .throttled, code: "HTTP \(reply.status)", message: text))
  }

  static func refusal(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}
