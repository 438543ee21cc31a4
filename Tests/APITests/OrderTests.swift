import API
import FleetModel
import Foundation
import Synchronization
import Testing

/// A desk that notes what it was asked for.
final class FixtureDesk: InsightSource, OrderTaker {
  private let noted = Mutex<[String]>([])
  var orders: [String] { noted.withLock { $0 } }

  func plan() async throws(DeskError) -> String { "{\"plan\": 1}" }

  func decisions(since: String) async throws(DeskError) -> String { "{\"since\": \"\(since)\"}" }

  func explain(_ subject: String, at moment: String?) async throws(DeskError) -> String {
    guard subject == "i-1" else {
      throw DeskError(.notFound, "no node is called '\(subject)'", fix: "did you mean i-1?")
    }
    return "{\"subject\": \"\(subject)\", \"at\": \"\(moment ?? "now")\"}"
  }

  func wake(_ pool: PoolName, for time: Duration) async throws(DeskError) -> String {
    guard pool == "chat" else {
      throw DeskError(.notFound, "there is no pool '\(pool)'", fix: "did you mean chat?")
    }
    noted.withLock { $0.append("wake \(pool) \(time.brief)") }
    return "{}"
  }

  func approve(_ id: String) async throws(DeskError) -> String {
    noted.withLock { $0.append("approve \(id)") }
    return "{}"
  }
}

@Suite("Orders over HTTP", .serialized, .timeLimit(.minutes(2)))
struct OrderTests {
  static let secret = String(repeating: "k", count: 32)
  static let wake = "/v1/pools/chat/wake"

  static func post(
    _ path: String, body: String = "{\"for\": \"15m\"}", token: String? = secret,
    extra: String = "", host: String = "localhost", port: Int
  ) async -> RawHTTP.Answer? {
    let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
    return await RawHTTP.send(
      "POST \(path) HTTP/1.1\r\nHost: \(host)\r\n\(authorization)\(extra)"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)", port: port)
  }

  /// Runs the test on a server with a token, and gives back what was ordered.
  @discardableResult
  static func ordering(
    _ test: @escaping @Sendable (Int) async throws -> Void
  ) async throws -> [String] {
    let desk = FixtureDesk()
    try await serving(FixtureSource(), desk: desk, token: APIToken(secret), test)
    return desk.orders
  }

  @Test("without a configured token nobody may order, and the answer says how to set one")
  func deniedByDefault() async throws {
    let desk = FixtureDesk()
    try await serving(FixtureSource(), desk: desk) { port in
      for path in [Self.wake, "/v1/decisions/abcdefgh/approve"] {
        let answer = try #require(await Self.post(path, port: port))
        #expect(answer.status == 503)
        #expect(answer.body.contains("api.token") && answer.body.contains("openssl rand"))
      }
    }
    #expect(desk.orders.isEmpty)
  }

  @Test("a token has at least 32 bytes", arguments: [31, 32])
  func length(bytes: Int) {
    #expect((APIToken(String(repeating: "x", count: bytes)) == nil) == (bytes < 32))
  }

  @Test("with the token a pool is woken and a decision allowed")
  func ordered() async throws {
    let orders = try await Self.ordering { port in
      #expect(await Self.post(Self.wake, port: port)?.status == 200)
      #expect(await Self.post(Self.wake, body: "", port: port)?.status == 200)
      #expect(await Self.post(Self.wake, body: "{\"for\": \"2h\"}", port: port)?.status == 200)
      #expect(
        await Self.post("/v1/decisions/abcdefgh/approve", body: "", port: port)?.status == 200)
    }
    #expect(orders == ["wake chat 15m", "wake chat 15m", "wake chat 2h", "approve abcdefgh"])
  }

  @Test(
    "without it, or with another, nothing is done",
    arguments: [nil, "", "k", secret + "k", String(secret.dropLast()), secret.uppercased()])
  func unauthorised(token: String?) async throws {
    let orders = try await Self.ordering { port in
      let answer = try #require(await Self.post(Self.wake, token: token, port: port))
      #expect(answer.status == 401 && answer.headers["www-authenticate"] == "Bearer")
    }
    #expect(orders.isEmpty)
  }

  @Test(
    "a page of another site may not order, not even with the token",
    arguments: [
      ("http://evil.example", 403), ("null", 403), ("https://localhost.evil.example", 403),
      ("http://localhost:9464", 200), ("http://127.0.0.1", 200),
    ])
  func origin(origin: String, status: Int) async throws {
    try await Self.ordering { port in
      let answer = await Self.post(Self.wake, extra: "Origin: \(origin)\r\n", port: port)
      #expect(answer?.status == status)
    }
  }

  @Test("a foreign name in Host is refused before the token is looked at")
  func host() async throws {
    let orders = try await Self.ordering { port in
      #expect(await Self.post(Self.wake, host: "evil.example", port: port)?.status == 421)
    }
    #expect(orders.isEmpty)
  }

  @Test("an order has at most 64 KiB", arguments: [(65_536, 400), (65_537, 413)])
  func size(bytes: Int, status: Int) async throws {
    try await Self.ordering { port in
      let body = String(repeating: " ", count: bytes)
      let answer = await Self.post(Self.wake, body: body, port: port)
      #expect(answer?.status == status)
      #expect(answer?.body.contains("\"fix\"") == true)
    }
  }

  @Test(
    "what is no time is refused with an example",
    arguments: [
      "{\"for\": \"15\"}", "{\"for\": \"0s\"}", "{\"for\": \"8d\"}", "{}", "[", "{\"for\": 15}",
      "{\"for\": \"-1m\"}",
    ])
  func times(body: String) async throws {
    let orders = try await Self.ordering { port in
      let answer = try #require(await Self.post(Self.wake, body: body, port: port))
      #expect(answer.status == 400 && answer.body.contains("15m"))
    }
    #expect(orders.isEmpty)
  }

  @Test("a pool that is not there is 404 with the nearest name")
  func unknown() async throws {
    try await Self.ordering { port in
      let answer = try #require(await Self.post("/v1/pools/chta/wake", port: port))
      #expect(answer.status == 404 && answer.body.contains("did you mean chat?"))
    }
  }

  @Test(
    "only the two routes that act take POST",
    arguments: ["/v1/plan", "/v1/pools/chat", "/v1/pools/chat/sleep", "/healthz", "/v1/x/y/wake"])
  func others(path: String) async throws {
    try await Self.ordering { port in
      #expect(await Self.post(path, port: port)?.status == 405)
    }
  }

  @Test("plans, decisions and explanations are read without a token")
  func reading() async throws {
    try await serving(FixtureSource(), desk: FixtureDesk()) { port in
      #expect(await RawHTTP.get("/v1/plan", port: port)?.body == "{\"plan\": 1}")
      #expect(await RawHTTP.get("/v1/decisions", port: port)?.body == "{\"since\": \"7d\"}")
      let told = await RawHTTP.get("/v1/explain?subject=i%2D1&at=2h", port: port)
      #expect(told?.body == "{\"subject\": \"i-1\", \"at\": \"2h\"}")
      #expect(await RawHTTP.get("/v1/explain?subject=i-2", port: port)?.status == 404)
      #expect(await RawHTTP.get("/v1/explain", port: port)?.status == 400)
      #expect(await RawHTTP.get(Self.wake, port: port)?.status == 404)
    }
  }
}
