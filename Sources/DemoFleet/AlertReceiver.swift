import Crypto
import Foundation

/// Receives alerts on loopback and checks their signature as a customer's server would.
///
/// Standard Webhooks: HMAC-SHA256 over "id.timestamp.body" with the shared secret
/// (github.com/standard-webhooks, spec). A wrong signature is answered with 401 and told as such; a
/// repeated id is acknowledged and not told again.
public final class AlertReceiver: Sendable {
  private let key: SymmetricKey
  private let tell: @Sendable (String) -> Void
  private let seen = SeenIDs()
  private let server = Slot()

  /// - Parameters:
  ///   - secret: "whsec_" and base64.
  ///   - tell: Given one line for each alert.
  public init(secret: String, tell: @escaping @Sendable (String) -> Void) {
    let bytes = Data(base64Encoded: String(secret.dropFirst("whsec_".count))) ?? Data()
    key = SymmetricKey(data: bytes)
    self.tell = tell
  }

  /// Listens on a free loopback port; the URL to post to.
  public func start() async throws(DemoError) -> String {
    let server = try await LoopbackServer(port: 0) { [self] asked in
      await answer(asked)
    }
    await self.server.hold(server)
    return "http://127.0.0.1:\(server.port)/alerts"
  }

  public func stop() async { await server.release() }

  /// How many different alerts have been accepted.
  public var accepted: Int { get async { await seen.count } }

  private func answer(_ asked: LoopbackServer.Asked) async -> LoopbackServer.Exchange {
    let id = asked.headers["webhook-id"] ?? ""
    guard isSigned(asked, id: id) else {
      tell("an alert with a wrong signature was refused")
      return exchange(401, "signature does not match")
    }
    if await seen.isNew(id) { tell(Self.line(asked.body)) }
    return exchange(200, "ok")
  }

  private func isSigned(_ asked: LoopbackServer.Asked, id: String) -> Bool {
    let timestamp = asked.headers["webhook-timestamp"] ?? ""
    let signed = Array("\(id).\(timestamp).".utf8) + asked.body
    let signatures = (asked.headers["webhook-signature"] ?? "").split(separator: " ")
    return signatures.contains { signature in
      guard signature.hasPrefix("v1,"),
        let code = Data(base64Encoded: String(signature.dropFirst(3)))
      else { return false }
      return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
    }
  }

  private func exchange(_ status: Int, _ text: String) -> LoopbackServer.Exchange {
    LoopbackServer.Exchange(
      answer: Answer(status: status, contentType: "text/plain", body: Array(text.utf8)))
  }

  private static func line(_ body: [UInt8]) -> String {
    struct Message: Decodable {
      struct Content: Decodable { var summary: String? }
      var type: String
      var data: Content?
    }
    guard let message = try? JSONDecoder().decode(Message.self, from: Data(body)) else {
      return "(signature valid) an alert that is not JSON"
    }
    return "(signature valid) \(message.type): \(message.data?.summary ?? "")"
  }

  private actor SeenIDs {
    private var ids: Set<String> = []
    var count: Int { ids.count }
    func isNew(_ id: String) -> Bool { ids.insert(id).inserted }
  }

  private actor Slot {
    private var server: LoopbackServer?
    func hold(_ server: LoopbackServer) { self.server = server }
    func release() async {
      await server?.stop()
      server = nil
    }
  }
}
