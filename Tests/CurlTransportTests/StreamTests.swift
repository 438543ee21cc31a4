import FleetModel
import Foundation
import Ports
import Synchronization
import Testing

@testable import CurlTransport

/// Bodies that are handed over as they arrive, and certificates of a request's own.
@Suite(.serialized) struct StreamTests {
  let transport = CurlTransport(TransportOptions(version: "test"))

  /// What came of a stream, and its end.
  func stream(
    _ steps: [LoopbackServer.Step], limits: HTTPLimits = HTTPLimits(total: .seconds(10)),
    enough: Int = .max
  ) async throws -> (pieces: [String], result: Result<HTTPResponse, TransportError>) {
    let server = try LoopbackServer { _ in steps }
    defer { server.stop() }
    let pieces = Mutex<[String]>([])
    let request = HTTPRequest(url: server.url, limits: limits)
    let result: Result<HTTPResponse, TransportError>
    do throws(TransportError) {
      result = .success(
        try await transport.stream(request) { bytes in
          pieces.withLock { pieces in
            pieces.append(String(decoding: bytes, as: UTF8.self))
            return pieces.count < enough
          }
        })
    } catch {
      result = .failure(error)
    }
    return (pieces.withLock { $0 }, result)
  }

  static let head = Answers.head("200 OK", ["Transfer-Encoding: chunked"])
  static func chunk(_ text: String) -> LoopbackServer.Step {
    .write(Answers.chunk(Array(text.utf8)))
  }

  @Test("pieces come in order and before the end")
  func pieces() async throws {
    let (pieces, result) = try await stream([
      .write(Self.head), Self.chunk("one"), .wait(milliseconds: 100), Self.chunk("two"),
      .wait(milliseconds: 100), .write(Array("0\r\n\r\n".utf8)),
    ])
    #expect(pieces == ["one", "two"])
    let reply = try result.get()
    #expect(reply.status == 200 && reply.body.isEmpty)
  }

  @Test("an answer that is no success comes whole")
  func refusal() async throws {
    let (pieces, result) = try await stream([
      .write(Answers.plain("gone", status: "410 Gone"))
    ])
    #expect(pieces.isEmpty)
    #expect(try result.get().body == Array("gone".utf8))
  }

  @Test("who has seen enough ends the stream as if it had ended")
  func enough() async throws {
    let (pieces, result) = try await stream(
      [
        .write(Self.head), Self.chunk("one"), .wait(milliseconds: 100), Self.chunk("two"),
        .wait(milliseconds: 5000),
      ], enough: 1)
    #expect(pieces == ["one"])
    #expect(try result.get().status == 200)
  }

  @Test("a stream that breaks says so, after what came")
  func broken() async throws {
    let (pieces, result) = try await stream([.write(Self.head), Self.chunk("one"), .close])
    #expect(pieces == ["one"])
    guard case .failure(.broken) = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test("silence past the idle limit ends it, silence within does not", arguments: [false, true])
  func idle(isWithin: Bool) async throws {
    let limit = Duration.seconds(isWithin ? 8 : 1)
    let (pieces, result) = try await stream(
      [
        .write(Self.head), Self.chunk("one"), .wait(milliseconds: isWithin ? 2000 : 9000),
        .write(Array("0\r\n\r\n".utf8)),
      ],
      limits: HTTPLimits(total: .seconds(20), idle: limit))
    #expect(pieces == ["one"])
    if isWithin {
      #expect(try result.get().status == 200)
    } else {
      #expect(throws: TransportError.timedOut(after: limit)) { try result.get() }
    }
  }

  @Test("a cancelled task ends its stream")
  func cancelled() async throws {
    let server = try LoopbackServer { _ in [.write(Self.head), .wait(milliseconds: 20_000)] }
    defer { server.stop() }
    let transport = transport
    let task = Task {
      try await transport.stream(
        HTTPRequest(url: server.url, limits: HTTPLimits(total: .seconds(30), idle: .seconds(25)))
      ) { _ in true }
    }
    for _ in 0..<200 where server.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    task.cancel()
    await #expect(throws: TransportError.cancelled) { try await task.value }
  }

  static let hasOpenSSL = ["/usr/bin/openssl", "/bin/openssl", "/usr/local/bin/openssl"]
    .contains { FileManager.default.isExecutableFile(atPath: $0) }

  @Test("certificates are a request's own", .enabled(if: hasOpenSSL, "openssl is not installed"))
  func certificates() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try TLSServer(
      in: folder, subject: "DNS:kubernetes", more: ["-Verify", "1", "-verify_return_error"])
    defer { server.stop() }
    let pem = try String(contentsOf: server.certificate, encoding: .utf8)
    let key = Secret(try String(contentsOf: folder.appending(path: "key.pem"), encoding: .utf8))
    let identity = HTTPTLS.Identity(certificate: pem, key: key)
    func status(_ tls: HTTPTLS?) async -> Int? {
      let request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/", tls: tls)
      return try? await transport.send(request).status
    }
    let good = HTTPTLS(authorities: pem, identity: identity, serverName: "kubernetes")
    #expect(await status(good) == 200)
    #expect(await status(HTTPTLS(identity: identity, serverName: "kubernetes")) == nil)
    #expect(await status(HTTPTLS(authorities: pem, identity: identity)) == nil)
    #expect(await status(HTTPTLS(authorities: pem, serverName: "kubernetes")) == nil)
    #expect(await status(HTTPTLS(identity: identity, verifies: false)) == 200)
    #expect(await status(good) == 200)
    #expect(!"\(HTTPRequest(url: "https://a", tls: good))".contains("PRIVATE"))
  }

  @Test(
    "certificates for plain http, and names that are none, are not sent",
    arguments: [
      ("http://127.0.0.1:1/", HTTPTLS()), ("https://127.0.0.1:1/", HTTPTLS(serverName: "a:b")),
      ("https://127.0.0.1:1/", HTTPTLS(serverName: "")),
    ])
  func wrong(url: String, tls: HTTPTLS) async {
    do throws(TransportError) {
      _ = try await transport.send(HTTPRequest(url: url, tls: tls))
      Issue.record("sent")
    } catch {
      guard case .notSent(let why) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!why.contains("connect"))
    }
  }
}
