import FleetModel
import Planner
import Ports

/// Asks a metadata service, which answers only on the machine it speaks of, or through an agent
/// there that passes the requests on.
struct MetadataCalls: Sendable {
  let transport: any HTTPTransport
  /// Without a slash at its end.
  let base: String

  init(_ base: String, over transport: any HTTPTransport) {
    self.transport = transport
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
  }

  /// The answer, whatever its status; documents there are a few KiB.
  func send(
    _ path: String, _ headers: [HTTPField], method: String = "GET", body: [UInt8] = [],
    limit: Duration = .seconds(5)
  ) async throws(ActuateError) -> HTTPResponse {
    let request = HTTPRequest(
      method: method, url: base + path, headers: headers, body: body,
      limits: HTTPLimits(total: limit, connect: .seconds(2), decodedBytes: 1 << 20))
    do throws(TransportError) { return try await transport.send(request) } catch {
      throw CloudVerdict.error(error, mutating: false)
    }
  }

  /// An answer that is neither a document nor "there is none".
  static func unexpected(_ path: String, _ reply: HTTPResponse) -> ActuateError {
    let text = "\(path) answered \(reply.status)"
    if reply.status == 401 || reply.status == 403 {
      return .refused(ActFailure(kind: .auth, code: "HTTP \(reply.status)", message: text))
    }
    return .retryLater(
      after: nil, ActFailure(kind: .unknown, code: "HTTP \(reply.status)", message: text))
  }

  static func unreadable(_ path: String) -> ActuateError {
    .retryLater(
      after: nil,
      ActFailure(
        kind: .unknown, code: "UnreadableAnswer", message: "\(path) is not what it should be"))
  }
}
