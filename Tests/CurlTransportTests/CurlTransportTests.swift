import FleetModel
import Foundation
import Ports
import Testing

@testable import CurlTransport

@Suite(.serialized) struct CurlTransportTests {
  let transport = CurlTransport(TransportOptions(version: "test"))

  /// Sends to a server with this script; both are stopped afterwards.
  func ask(
    _ script: @escaping LoopbackServer.Script, method: String = "GET", headers: [HTTPField] = [],
    body: [UInt8] = [], limits: HTTPLimits = HTTPLimits(total: .seconds(5))
  ) async throws -> (Result<HTTPResponse, TransportError>, LoopbackServer) {
    let server = try LoopbackServer(script)
    defer { server.stop() }
    let request = HTTPRequest(
      method: method, url: server.url + "metrics", headers: headers, body: body, limits: limits)
    let result: Result<HTTPResponse, TransportError>
    do throws(TransportError) {
      result = .success(try await transport.send(request))
    } catch {
      result = .failure(error)
    }
    return (result, server)
  }

  @Test("an answer comes whole, with status, headers and body")
  func answer() async throws {
    let (result, server) = try await ask { _ in
      [.write(Answers.plain("hello", status: "404 Not Found", headers: ["X-A:  b c ", "X-A: d"]))]
    }
    let response = try result.get()
    #expect(response.status == 404 && response.body == Array("hello".utf8))
    #expect(response.headers.filter { $0.name == "X-A" }.map(\.value) == ["b c", "d"])
    let request = try #require(server.requests.first)
    #expect(request.line == "GET /metrics HTTP/1.1")
    #expect(request.header("User-Agent") == "finops/test")
    #expect(request.header("Accept-Encoding") == "gzip")
  }

  @Test("method, headers and body are sent as given, and nothing is added")
  func request() async throws {
    let body = [UInt8](repeating: 0x61, count: 1_500_000) + [0, 0xff]
    let (result, server) = try await ask(
      { _ in [.write(Answers.plain(""))] }, method: "PUT",
      headers: [HTTPField("X-One", "1"), HTTPField("X-Empty", "")], body: body)
    #expect(try result.get().status == 200)
    let request = try #require(server.requests.first)
    #expect(request.line == "PUT /metrics HTTP/1.1" && request.body == body)
    #expect(request.header("X-One") == "1" && request.header("X-Empty") == "")
    #expect(request.header("Expect") == nil && request.header("Content-Type") == nil)
  }

  @Test("a HEAD has no body, a POST without one says so")
  func bodiless() async throws {
    let (head, _) = try await ask(
      { _ in [.write(Answers.head("200 OK", ["Content-Length: 7"]))] }, method: "HEAD")
    #expect(try head.get().body.isEmpty)
    let (_, server) = try await ask({ _ in [.write(Answers.plain(""))] }, method: "POST")
    #expect(server.requests.first?.header("Content-Length") == "0")
  }

  @Test("chunks are joined; an answer that ends before its last chunk is broken")
  func chunked() async throws {
    let (whole, _) = try await ask { _ in [.write(Answers.chunked(["a", "bc", "def"]))] }
    #expect(try whole.get().body == Array("abcdef".utf8))
    let (cut, _) = try await ask { _ in
      [.write(Array(Answers.chunked(["a", "bc"]).dropLast(5))), .close]
    }
    #expect(Self.isBroken(cut))
    let (short, _) = try await ask { _ in
      [.write(Answers.head("200 OK", ["Content-Length: 10"]) + Array("abc".utf8)), .close]
    }
    #expect(Self.isBroken(short))
  }

  @Test("a compressed body is unpacked; one that is no gzip is broken")
  func gzip() async throws {
    let packed = try Answers.gzip(of: "seq 1 20000")
    let (result, _) = try await ask { _ in
      [.write(Answers.with(packed, headers: ["Content-Encoding: gzip"]))]
    }
    #expect(try result.get().body.count == 108_894)
    let (garbage, _) = try await ask { _ in
      [.write(Answers.plain("not gzip at all", headers: ["Content-Encoding: gzip"]))]
    }
    #expect(Self.isBroken(garbage))
  }

  @Test("the limit counts decoded bytes: at it all is well, past it nothing is given")
  func limit() async throws {
    let packed = try Answers.gzip(of: "head -c 100000 /dev/zero")
    let script: LoopbackServer.Script = { _ in
      [.write(Answers.with(packed, headers: ["Content-Encoding: gzip"]))]
    }
    let (fits, _) = try await ask(script, limits: HTTPLimits(decodedBytes: 100_000))
    #expect(try fits.get().body.count == 100_000)
    let (passes, _) = try await ask(script, limits: HTTPLimits(decodedBytes: 99_999))
    #expect(passes == .failure(.tooLarge(limit: 99_999)))
    let (chunks, _) = try await ask(
      { _ in [.write(Answers.chunked(["0123456789", "x"]))] }, limits: HTTPLimits(decodedBytes: 10))
    #expect(chunks == .failure(.tooLarge(limit: 10)))
  }

  @Test("200 MB packed into 200 kB are stopped at the limit, in bounded memory")
  func bomb() async throws {
    let packed = try Answers.gzip(of: "head -c 209715200 /dev/zero")
    #expect(packed.count < 250_000)
    let before = Self.peakKilobytes
    for _ in 0..<5 {
      let (result, _) = try await ask { _ in
        [.write(Answers.with(packed, headers: ["Content-Encoding: gzip"]))]
      }
      #expect(result == .failure(.tooLarge(limit: 8 << 20)))
    }
    #expect(Self.peakKilobytes - before < 64 << 10)
  }

  @Test("a body without end is stopped at the limit")
  func endless() async throws {
    let chunk = Answers.chunk([UInt8](repeating: 0x61, count: 65_536))
    let (result, _) = try await ask { _ in
      [
        .write(Answers.head("200 OK", ["Transfer-Encoding: chunked"])),
        .repeating(chunk, times: 10_000, pause: 0),
      ]
    }
    #expect(result == .failure(.tooLarge(limit: 8 << 20)))
  }

  @Test("headers past 64 KiB end the exchange")
  func headers() async throws {
    let line = Array("X-Long: \(String(repeating: "a", count: 1000))\r\n".utf8)
    let (result, _) = try await ask { _ in
      [
        .write(Array("HTTP/1.1 200 OK\r\n".utf8)), .repeating(line, times: 100, pause: 0),
        .write(Array("\r\n".utf8)),
      ]
    }
    #expect(result == .failure(.broken("more than 65536 bytes of headers")))
  }

  @Test("an informational answer is not the answer")
  func informational() async throws {
    let early = Answers.head("103 Early Hints", ["X-Early: 1"])
    let (result, _) = try await ask { _ in [.write(early + Answers.plain("late"))] }
    #expect(try result.get().status == 200 && result.get().header("X-Early") == nil)
  }

  @Test("a redirect is an answer, not an order", arguments: [301, 302, 307])
  func redirect(status: Int) async throws {
    let (result, server) = try await ask { _ in
      [
        .write(
          Answers.plain("", status: "\(status) Moved", headers: ["Location: file:///etc/passwd"]))
      ]
    }
    #expect(try result.get().status == status)
    #expect(server.requests.count == 1)
  }

  @Test("a connection is used again by a GET, and never by a change")
  func keepAlive() async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("ok"))] }
    defer { server.stop() }
    for _ in 0..<5 { _ = try await transport.send(HTTPRequest(url: server.url)) }
    #expect(server.connections == 1 && server.requests.count == 5)
    for _ in 0..<2 { _ = try await transport.send(HTTPRequest(method: "POST", url: server.url)) }
    #expect(server.connections == 3)
  }

  static func isBroken(_ result: Result<HTTPResponse, TransportError>) -> Bool {
    if case .failure(.broken) = result { true } else { false }
  }

  static func isNotSent(_ result: Result<HTTPResponse, TransportError>) -> Bool {
    if case .failure(.notSent) = result { true } else { false }
  }

  /// The most memory this process has had.
  static var peakKilobytes: Int {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? 0
  }
}
