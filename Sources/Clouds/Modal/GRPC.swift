import FleetModel
import Foundation
import Planner
import Ports

/// What gRPC adds to HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md): a frame around each message, and the
/// status in the trailers.
enum GRPC {
  /// A message as it stands in a body: not compressed, its length, itself.
  static func frame(_ message: [UInt8]) -> [UInt8] {
    let length = UInt32(clamping: message.count)
    return [0] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + message
  }

  /// The messages of a body; nil when the last is cut short, or one is compressed: no compression
  /// was offered.
  static func messages(_ body: [UInt8]) -> [ArraySlice<UInt8>]? {
    var rest = body[...]
    var messages: [ArraySlice<UInt8>] = []
    while !rest.isEmpty {
      guard rest.count >= 5, rest.popFirst() == 0 else { return nil }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard rest.count >= length else { return nil }
      messages.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return messages
  }

  /// The one message of a call that has one answer.
  static func message(_ body: [UInt8]) -> ProtobufMessage? {
    guard let messages = messages(body), messages.count == 1 else { return nil }
    return messages.first.flatMap { ProtobufMessage($0) }
  }

  /// The names of the statuses, by their numbers.
  enum Status: Int, Sendable, CaseIterable {
    case ok = 0, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists
    case permissionDenied, resourceExhausted, failedPrecondition, aborted, outOfRange
    case unimplemented, `internal`, unavailable, dataLoss, unauthenticated

    /// "RESOURCE_EXHAUSTED".
    var name: String {
      String(describing: self).reduce(into: "") { name, letter in
        name += letter.isUppercase ? "_\(letter)" : letter.uppercased()
      }
    }
  }

  /// The status of an answer; nil when it has none. The trailers come last, so the last one counts;
  /// a number that is not known is `unknown`, as the protocol asks.
  static func status(_ reply: HTTPResponse) -> Status? {
    last("grpc-status", reply).map { Int($0).flatMap(Status.init) ?? .unknown }
  }

  /// The status's words, percent-encoded on the wire.
  static func words(_ reply: HTTPResponse) -> String {
    let text = last("grpc-message", reply) ?? ""
    return String((text.removingPercentEncoding ?? text).prefix(500))
  }

  /// What says more than the status, by the ends of its types' names: google.rpc.Status.details.
  static func details(_ reply: HTTPResponse) -> [(type: String, value: ProtobufMessage)] {
    guard var text = last("grpc-status-details-bin", reply) else { return [] }
    // On the wire it mostly comes without its padding.
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let bytes = Data(base64Encoded: text),
      let details = ProtobufMessage(Array(bytes)[...])?.messages(3)
    else { return [] }
    return details.compactMap { detail in
      guard let type = detail.string(1)?.split(separator: "/").last,
        let value = ProtobufMessage(detail.bytes(2) ?? [])
      else { return nil }
      return (String(type), value)
    }
  }

  private static func last(_ name: String, _ reply: HTTPResponse) -> String? {
    reply.headers.last { $0.name.lowercased() == name }?.value
  }
}
