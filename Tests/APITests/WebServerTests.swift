import API
import FleetModel
import Foundation
import Testing

@Suite("Web server", .serialized, .timeLimit(.minutes(2)))
struct WebServerTests {
  @Test("every page answers and carries the headers that keep a browser safe")
  func pages() async throws {
    try await serving(FixtureSource()) { port in
      for path in ["/", "/metrics", "/healthz", "/readyz", "/version", "/v1/report", "/nothing"] {
        let answer = try #require(await RawHTTP.get(path, port: port))
        #expect(answer.status == (path == "/nothing" ? 404 : 200))
        #expect(answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["cache-control"] == "no-store")
      }
    }
  }

  @Test("the overview is one page of at most 60 KB without scripts")
  func overview() async throws {
    try await serving(FixtureSource()) { port in
      let answer = try #require(await RawHTTP.get("/", port: port))
      #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
      #expect(answer.body.utf8.count <= 60_000)
      #expect(!answer.body.contains("<script") && !answer.body.contains("http://"))
      #expect(answer.body.contains("against the demo fleet"))
      #expect(answer.body.contains("suspected hang") && answer.body.contains("<svg"))
    }
  }

  @Test(
    "hostile names are shown as text",
    arguments: [
      "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
      "{{version}}{{{chart}}}", "</svg><b>", "\u{1B}[2J", "\u{202E}txt", "a\r\nb", "&lt;",
    ])
  func hostile(mark: String) async throws {
    try await serving(FixtureSource(mark: mark)) { port in
      let page = try #require(await RawHTTP.get("/", port: port)).body
      for raw in [
        "<script", "<img", "onerror=alert(1)>", "</svg><b>", "\u{1B}", "\u{202E}", "\r\nb",
      ] {
        #expect(!page.contains(raw))
      }
      #expect(page.components(separatedBy: "<svg").count == 2)
      #expect(!page.contains("' onmouseover='"))
      let metrics = try #require(await RawHTTP.get("/metrics", port: port)).body
      let lines = metrics.components(separatedBy: "\n").filter { !$0.isEmpty }
      #expect(lines.allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("finops_") })
    }
  }

  @Test("a fleet of thousands still makes a small page")
  func large() async throws {
    let page = try OverviewSize.bytes(nodes: 5000)
    #expect(page <= 60_000)
  }

  @Test(
    "only loopback names are answered, with any port",
    arguments: [
      ("localhost", 200), ("LOCALHOST:8080", 200), ("127.0.0.1:1", 200), ("[::1]:65535", 200),
      ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.nip.io", 421),
      ("localhost:", 421), ("localhost:80a", 421), ("127.0.0.1:123456", 421), ("", 421),
    ])
  func host(name: String, status: Int) async throws {
    try await serving(FixtureSource()) { port in
      #expect(await RawHTTP.get("/v1/report?days=1", host: name, port: port)?.status == status)
    }
  }

  @Test("nothing but GET and HEAD", arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
  func methods(method: String) async throws {
    try await serving(FixtureSource()) { port in
      let text = "\(method) /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
      let answer = try #require(await RawHTTP.send(text, port: port))
      #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD")
    }
  }

  @Test("HEAD has the headers and no body")
  func head() async throws {
    try await serving(FixtureSource()) { port in
      let text = "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
      let answer = try #require(await RawHTTP.send(text, port: port))
      #expect(answer.status == 200 && answer.body.isEmpty)
    }
  }

  @Test(
    "a body is refused before it is read",
    arguments: ["Content-Length: 99999999999", "Content-Length: 1"])
  func body(header: String) async throws {
    try await serving(FixtureSource()) { port in
      let text = "GET / HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n\r\n"
      #expect(await RawHTTP.send(text, port: port)?.status == 413)
    }
  }

  @Test("headers past the limit end the request, and the server lives on")
  func headerLimit() async throws {
    try await serving(FixtureSource()) { port in
      let long = String(repeating: "x", count: 40_000)
      let text = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: \(long)\r\n\r\n"
      #expect(await RawHTTP.send(text, port: port)?.status != 200)
      #expect(await RawHTTP.get("/healthz", port: port)?.status == 200)
    }
  }

  @Test("not ready says what is missing")
  func notReady() async throws {
    var source = FixtureSource()
    source.checks.append(HealthCheck(name: "collectors", ok: false, detail: "3 \"stale\" targets"))
    try await serving(source) { port in
      let brief = try #require(await RawHTTP.get("/readyz", port: port))
      #expect(brief.status == 503 && brief.body.contains("not ready: collectors"))
      let long = try #require(await RawHTTP.get("/readyz?verbose", port: port))
      #expect(long.status == 503)
      let read = try JSONSerialization.jsonObject(with: Data(long.body.utf8)) as? [String: Any]
      #expect(read?["ready"] as? Bool == false)
      #expect(
        (read?["checks"] as? [[String: Any]])?.last?["detail"] as? String == "3 \"stale\" targets")
      #expect(await RawHTTP.get("/healthz", port: port)?.status == 200)
    }
  }

  /// NVSentinel#1477: an endpoint that always says ok kept a frozen poller in its place for weeks.
  @Test("a process that hears nothing fails /healthz, and says why", arguments: [true, false])
  func deaf(hears: Bool) async throws {
    var source = FixtureSource()
    source.life = [HealthCheck(name: "hears", ok: hears, detail: "nobody has answered for 301 s")]
    try await serving(source) { port in
      let answer = try #require(await RawHTTP.get("/healthz", port: port))
      #expect(answer.status == (hears ? 200 : 503))
      #expect(answer.body == (hears ? "ok\n" : "hears: nobody has answered for 301 s\n"))
    }
  }

  @Test("what cannot be shown now is said, with 503")
  func unavailable() async throws {
    let source = FixtureSource(problem: StatusError("the database is <b>down</b>"))
    try await serving(source) { port in
      let page = try #require(await RawHTTP.get("/", port: port))
      #expect(page.status == 503 && page.body.contains("the database is &lt;b&gt;down"))
      #expect(await RawHTTP.get("/v1/report", port: port)?.status == 503)
    }
  }

  @Test(
    "the report takes 1 to 366 days",
    arguments: [
      ("1", 200), ("366", 200), ("0", 400), ("367", 400), ("-1", 400), ("x", 400), ("", 400),
    ])
  func days(text: String, status: Int) async throws {
    try await serving(FixtureSource()) { port in
      #expect(await RawHTTP.get("/v1/report?days=\(text)", port: port)?.status == status)
    }
  }

  @Test(
    "other addresses are refused with the reason",
    arguments: ["0.0.0.0", "::", "10.0.0.1", "example.org", ""])
  func notLoopback(host: String) {
    #expect(throws: WebServerError.notLoopback(host)) {
      try WebServer(source: FixtureSource(), version: "1", host: host, port: 0)
    }
  }

  @Test("ports outside 0 to 65535 are refused", arguments: [-1, 65_536])
  func ports(port: Int) {
    #expect(throws: WebServerError.noSuchPort(port)) {
      try WebServer(source: FixtureSource(), version: "1", port: port)
    }
  }
}
