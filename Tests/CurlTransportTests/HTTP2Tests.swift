import FleetModel
import Foundation
import Ports
import Testing

@testable import CurlTransport

/// HTTP/2 in frames written by hand. The server that waits for blank lines is used as it is: the
/// client's preface has two, and the body that is sent here ends with one, so that the third text it
/// reads is the whole request.
@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
  private static let settings = frame(4, flags: 0, stream: 0, [])

  private static func frame(
    _ kind: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8]
  ) -> [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), kind, flags]
      + [0, 0, 0, stream] + payload
  }

  /// Fields as HPACK literals without an index and without Huffman's code.
  private static func literals(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { name, value in
      [0x00, UInt8(name.utf8.count)] + name.utf8 + [UInt8(value.utf8.count)] + value.utf8
    }
  }

  /// ":status: 200" is the eighth entry of HPACK's own table.
  private static let head = frame(
    1, flags: 4, stream: 1, [0x88] + literals([("content-type", "application/grpc")]))
  private static let trailers = frame(
    1, flags: 5, stream: 1, literals([("grpc-status", "0"), ("x-last", " a b")]))

  /// Answers the third text, the request, with these bytes.
  private func ask(
    _ answer: [UInt8], then last: LoopbackServer.Step? = nil, limits: HTTPLimits = HTTPLimits()
  ) async throws -> (Result<HTTPResponse, TransportError>, LoopbackServer) {
    let server = try LoopbackServer { request in
      if request.line.hasPrefix("PRI") { return [.write(Self.settings)] }
      if request.line == "SM" { return [] }
      return [.write(answer)] + (last.map { [$0] } ?? [])
    }
    defer { server.stop() }
    var request = HTTPRequest(
      method: "POST", url: server.url, headers: [HTTPField("te", "trailers")],
      body: Array("the body\r\n\r\n".utf8), limits: limits)
    request.version = .http2
    return (await send(request), server)
  }

  private func send(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportError> {
    let transport = CurlTransport(TransportOptions(version: "test"))
    defer { transport.shutdown() }
    do throws(TransportError) { return .success(try await transport.send(request)) } catch {
      return .failure(error)
    }
  }

  @Test func `Status, headers, body and trailers come as one answer`() async throws {
    let body = Self.frame(0, flags: 0, stream: 1, Array("answer".utf8))
    let (result, server) = try await ask(Self.head + body + Self.trailers)
    let response = try result.get()
    #expect(response.status == 200 && response.body == Array("answer".utf8))
    #expect(response.header("Content-Type") == "application/grpc")
    #expect(
      response.headers.suffix(2) == [HTTPField("grpc-status", "0"), HTTPField("x-last", "a b")])
    #expect(server.requests[0].line == "PRI * HTTP/2.0" && server.connections == 1)
    #expect(server.requests[2].line.contains("the body"))
  }

  @Test func `An answer of nothing but headers is whole`() async throws {
    let only = Self.frame(1, flags: 5, stream: 1, [0x88] + Self.literals([("grpc-status", "5")]))
    let response = try await ask(only).0.get()
    #expect(response.header("grpc-status") == "5" && response.body.isEmpty)
  }

  @Test func `A stream that is reset, and a connection that ends, are broken after sending`()
    async throws
  {
    let reset = Self.frame(3, flags: 0, stream: 1, [0, 0, 0, 2])
    for (bytes, last) in [
      (reset, nil), (Self.head + reset, nil), (Self.head, .close), ([], .reset),
    ] as [([UInt8], LoopbackServer.Step?)] {
      let (result, server) = try await ask(bytes, then: last)
      guard case .failure(.broken) = result else {
        Issue.record("\(result)")
        continue
      }
      // A change is never sent twice by the transport itself.
      #expect(server.connections == 1)
    }
  }

  @Test func `Only what a server never began is sent again, and not for ever`() async throws {
    let refused = Self.frame(3, flags: 0, stream: 1, [0, 0, 0, 7])
    let (result, server) = try await ask(refused)
    guard case .failure = result else {
      Issue.record("\(result)")
      return
    }
    #expect(server.connections <= 6)
  }

  @Test func `The limit of the body holds`() async throws {
    let body = Self.frame(0, flags: 0, stream: 1, [UInt8](repeating: 7, count: 11))
    let (passes, _) = try await ask(
      Self.head + body + Self.trailers, limits: HTTPLimits(decodedBytes: 10))
    #expect(passes == .failure(.tooLarge(limit: 10)))
    let (fits, _) = try await ask(
      Self.head + body + Self.trailers, limits: HTTPLimits(decodedBytes: 11))
    #expect(try fits.get().body.count == 11)
  }

  @Test func `A server that has no HTTP/2 is an error, and nobody there is not sent`() async throws
  {
    let server = try LoopbackServer { _ in [.write(Answers.plain("what?")), .close] }
    var request = HTTPRequest(method: "POST", url: server.url, body: [1])
    request.version = .http2
    guard case .failure(.broken) = await send(request) else {
      Issue.record("HTTP/1.1 was taken for HTTP/2")
      return
    }
    server.stop()
    guard case .failure(.notSent) = await send(request) else {
      Issue.record("nobody listens there")
      return
    }
  }

  @Test func `Others go on speaking HTTP/1.1`() async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("ok"))] }
    defer { server.stop() }
    let response = try await send(HTTPRequest(url: server.url)).get()
    #expect(response.status == 200 && server.requests[0].line == "GET / HTTP/1.1")
  }
}
