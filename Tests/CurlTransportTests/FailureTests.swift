import FleetModel
import Foundation
import Ports
import Testing

@testable import CurlTransport

@Suite(.serialized) struct FailureTests {
  let transport = CurlTransport(TransportOptions(version: "test"))

  func outcome(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportError> {
    do throws(TransportError) { return .success(try await transport.send(request)) } catch {
      return .failure(error)
    }
  }

  func ask(
    _ steps: [LoopbackServer.Step], limits: HTTPLimits, method: String = "GET"
  ) async throws -> (result: Result<HTTPResponse, TransportError>, server: LoopbackServer) {
    let server = try LoopbackServer { _ in steps }
    defer { server.stop() }
    return (await outcome(HTTPRequest(method: method, url: server.url, limits: limits)), server)
  }

  @Test("a peer that hangs, before or after its headers, is left at the time limit")
  func hangs() async throws {
    let limits = HTTPLimits(total: .milliseconds(400))
    for opening in [[], Answers.head("200 OK", ["Content-Length: 9"])] {
      let (result, _) = try await ask([.write(opening), .wait(milliseconds: 2000)], limits: limits)
      #expect(result == .failure(.timedOut(after: .milliseconds(400))))
    }
  }

  @Test("a byte every half second is too slow, long before the time limit")
  func slowLoris() async throws {
    // The bytes end after 20 s: within the limit of an hour, only their slowness can end it.
    let (result, _) = try await ask(
      [
        .write(Answers.head("200 OK", ["Content-Length: 1000"])),
        .repeating([0x61], times: 40, pause: 500),
      ], limits: HTTPLimits(total: .seconds(3600)))
    #expect(result == .failure(.timedOut(after: .seconds(3600))))
  }

  @Test("a reset after the request may have had its effect, and it is not sent again")
  func reset() async throws {
    for method in ["GET", "POST"] {
      let (result, server) = try await ask([.reset], limits: HTTPLimits(), method: method)
      #expect(CurlTransportTests.isBroken(result))
      #expect(server.requests.count == 1)
    }
  }

  @Test("an answer that is no HTTP is broken")
  func noise() async throws {
    let (result, _) = try await ask(
      [.write(Array("\0\0\0 nonsense\r\n\r\n".utf8)), .close], limits: HTTPLimits())
    #expect(CurlTransportTests.isBroken(result))
  }

  @Test(
    "what cannot have reached anyone was not sent",
    arguments: [
      "http://127.0.0.1:1/", "http://no-such-host.invalid/", "https://127.0.0.1:1/",
      "file:///etc/passwd", "ftp://127.0.0.1/", "http://user:pass@127.0.0.1/", "http://a b/",
      "127.0.0.1:80", "", "http://", "http://127.0.0.1:99999/", "http://a\r\nb/", "http:///x",
    ])
  func notSent(url: String) async {
    #expect(CurlTransportTests.isNotSent(await outcome(HTTPRequest(url: url))))
  }

  @Test("a header or method that would break the request open is not sent")
  func injection() async {
    let url = "http://127.0.0.1:1/"
    for request in [
      HTTPRequest(url: url, headers: [HTTPField("X-A", "b\r\nX-C: d")]),
      HTTPRequest(url: url, headers: [HTTPField("X A", "b")]),
      HTTPRequest(url: url, headers: [HTTPField("", "b")]),
      HTTPRequest(method: "GET / HTTP/1.1\r\nX: y", url: url),
    ] {
      let result = await outcome(request)
      #expect(CurlTransportTests.isNotSent(result) && !"\(result)".contains("127.0.0.1:1"))
    }
  }

  @Test("a certificate nobody vouches for ends it before the request is sent")
  func tls() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try TLSServer(in: folder)
    defer { server.stop() }
    let request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
    let stranger = await outcome(request)
    #expect(CurlTransportTests.isNotSent(stranger))
    let trusting = CurlTransport(
      TransportOptions(version: "test", certificateAuthorities: server.certificate.path))
    #expect(try await trusting.send(request).status == 200)
  }

  @Test("a cancelled task ends its transfer at once", arguments: [0, 100])
  func cancellation(delay: Int) async throws {
    let server = try LoopbackServer { _ in [.wait(milliseconds: 3000)] }
    defer { server.stop() }
    let task = Task { await outcome(HTTPRequest(url: server.url)) }
    try await Task.sleep(for: .milliseconds(delay))
    task.cancel()
    #expect(await task.value == .failure(.cancelled))
  }

  @Test("shutdown ends what is under way, and later requests are not sent")
  func shutdown() async throws {
    let server = try LoopbackServer { _ in [.wait(milliseconds: 3000)] }
    defer { server.stop() }
    let task = Task { await outcome(HTTPRequest(url: server.url)) }
    try await Task.sleep(for: .milliseconds(200))
    transport.shutdown()
    #expect(await task.value == .failure(.cancelled))
    #expect(CurlTransportTests.isNotSent(await outcome(HTTPRequest(url: server.url))))
    transport.shutdown()
    #expect(transport.loopCount == 0)
  }

  @Test("targets that hang do not hold up the others")
  func undisturbed() async throws {
    let hanging = try LoopbackServer { _ in [.wait(milliseconds: 25_000)] }
    let healthy = try LoopbackServer { _ in [.write(Answers.plain("ok"))] }
    defer {
      hanging.stop()
      healthy.stop()
    }
    let limit = HTTPLimits(total: .seconds(15))
    let slow = (0..<10).map { _ in
      Task { await outcome(HTTPRequest(url: hanging.url, limits: limit)) }
    }
    // Were one held up by those that hang, its own shorter limit would end it.
    let prompt = HTTPLimits(total: .seconds(10))
    for _ in 0..<50 {
      #expect(try await transport.send(HTTPRequest(url: healthy.url, limits: prompt)).status == 200)
    }
    for task in slow {
      #expect(await task.value == .failure(.timedOut(after: .seconds(15))))
    }
  }
}
