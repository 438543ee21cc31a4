import FleetModel
import Foundation
import Hummingbird

/// The two routes that act, and who may use them.
///
/// Denied by default: without a configured token nobody may. No cookie is ever read, so a foreign
/// page has nothing to ride on; its Origin is refused all the same (RELIABILITY 4).
struct Orders: Sendable {
  let taker: any OrderTaker

  /// Far more than any order needs.
  static let bodyLimit = 64 << 10
  /// A pool that stays up for longer than a week is a minimum, and belongs into the settings.
  static let longestWake = Duration.days(7)

  func add(to router: Router<BasicRequestContext>) {
    router.post("/v1/pools/{name}/wake") { request, context in
      guard let name = context.parameters.get("name") else { throw HTTPError(.notFound) }
      return try await wake(name.removingPercentEncoding ?? name, request)
    }
    router.post("/v1/decisions/{id}/approve") { request, context in
      guard let id = context.parameters.get("id") else { throw HTTPError(.notFound) }
      guard try await body(of: request) != nil else { return Self.tooLarge }
      return await Answer.of { () async throws(DeskError) in try await taker.approve(id) }
    }
  }

  private func wake(_ name: String, _ request: Request) async throws -> Response {
    guard let body = try await body(of: request) else { return Self.tooLarge }
    guard let time = Self.time(in: body), time > .zero, time <= Self.longestWake else {
      return Answer.problem(
        "for how long it is to stay up is not said, or not a time that can be",
        fix: "send {\"for\": \"15m\"}: more than nothing and at most 7d", status: .badRequest)
    }
    return await Answer.of { () async throws(DeskError) in
      try await taker.wake(PoolName(name), for: time)
    }
  }

  /// The whole body; nil when it is too long.
  private func body(of request: Request) async throws -> [UInt8]? {
    do {
      let buffer = try await request.body.collect(upTo: Self.bodyLimit)
      return Array(buffer.readableBytesView)
    } catch let error as HTTPError where error.status == .contentTooLarge {
      return nil
    }
  }

  /// A quarter of an hour when nothing is sent.
  private static func time(in body: [UInt8]) -> Duration? {
    guard !body.isEmpty else { return .minutes(15) }
    let order = try? JSONDecoder().decode(WakeOrder.self, from: Data(body))
    return order.flatMap { Duration(words: $0.for) }
  }

  private struct WakeOrder: Decodable { var `for`: String }

  // MARK: Who may

  static func isOrder(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard parts.count == 4, parts[0] == "v1" else { return false }
    return (parts[1] == "pools" && parts[3] == "wake")
      || (parts[1] == "decisions" && parts[3] == "approve")
  }

  /// Why this order is not even read; nil when it may be.
  static func refusal(of request: Request, token: APIToken?) -> Response? {
    guard let token else {
      return closing(
        Answer.problem(
          "this controller takes no orders: no token is configured",
          fix:
            "set api.token in finops.yaml, as token: {file: /etc/finops/api-token}, with at least "
            + "\(APIToken.shortest) bytes (openssl rand -hex 32), and start the controller again",
          status: .serviceUnavailable))
    }
    if let origin = request.headers[.origin], !isLocal(origin: origin) {
      return closing(
        Answer.problem(
          "orders from pages of other sites are refused",
          fix: "send the request without an Origin header, from a program", status: .forbidden))
    }
    guard let offered = bearer(request.headers[.authorization]), token.matches(offered) else {
      var response = Answer.problem(
        "the token is missing or wrong", fix: "send Authorization: Bearer TOKEN",
        status: .unauthorized)
      response.headers[.wwwAuthenticate] = "Bearer"
      return closing(response)
    }
    let length = Int(request.headers[.contentLength] ?? "0")
    return length.map { (0...bodyLimit).contains($0) } == true ? nil : tooLarge
  }

  private static func isLocal(origin: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else {
      return false
    }
    return Gate.isLocal(String(origin.dropFirst(scheme.count)))
  }

  private static func bearer(_ header: String?) -> String? {
    guard let header, header.lowercased().hasPrefix("bearer ") else { return nil }
    return String(header.dropFirst("bearer ".count))
  }

  private static var tooLarge: Response {
    closing(
      Answer.problem(
        "the order is too long", fix: "send at most \(bodyLimit >> 10) KiB",
        status: .contentTooLarge))
  }

  /// The body was not read, so the connection can not be used for another request.
  private static func closing(_ response: Response) -> Response {
    var closing = response
    closing.headers[.connection] = "close"
    return closing
  }
}
