import FleetModel
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

@testable import CurlTransport

/// What leaves too late leaves not at all: looked at after connecting, before the first byte.
@Suite(.serialized) struct PermitTests {
  static let limits = HTTPLimits(total: .seconds(15), connect: .seconds(10))

  static func change(_ url: String, within limit: Duration) -> HTTPRequest {
    var request = HTTPRequest(
      method: "POST", url: url, body: Array("Action=StopInstances".utf8), limits: limits)
    request.permit = SendPermit(seenAt: .now, limit: limit)
    return request
  }

  static func outcome(
    _ request: HTTPRequest, _ transport: CurlTransport
  ) async -> Result<HTTPResponse, TransportError> {
    do throws(TransportError) { return .success(try await transport.send(request)) } catch {
      return .failure(error)
    }
  }

  static func isTooLate(_ result: Result<HTTPResponse, TransportError>) -> Bool {
    guard case .failure(.tooLate(.evidenceOld)) = result else { return false }
    return true
  }

  let transport = CurlTransport(TransportOptions(version: "test"))

  @Test("a permit that has ended makes no connection, one that has not is sent")
  func bothSides() async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("done"))] }
    defer { server.stop() }
    var late = Self.change(server.url, within: .seconds(1))
    late.permit?.seenAt = .now - .seconds(2)
    #expect(Self.isTooLate(await Self.outcome(late, transport)))
    #expect(server.connections == 0)
    let young = await Self.outcome(Self.change(server.url, within: .seconds(5)), transport)
    #expect(try young.get().status == 200)
    #expect(server.requests.count == 1)
  }

  /// A cloud that was slow to take the call: the machine had been at work for 6 s by then.
  @Test(
    "one that ends while the peer is slow to accept is not sent, not even in part",
    arguments: [(2500, false), (12_000, true)])
  func slowConnect(limit: Int64, arrives: Bool) async throws {
    let server = try SlowPeer()
    defer { server.stop() }
    let request = Self.change(server.url, within: .milliseconds(limit))
    async let sent = Self.outcome(request, transport)
    #expect(await server.isAsked(within: .seconds(10)))
    let wait = arrives ? .zero : .milliseconds(limit) - (.now - (request.permit?.seenAt ?? .now))
    let seen = await server.open(after: wait)
    let result = await sent
    #expect(Self.isTooLate(result) == !arrives)
    #expect(seen.connected)
    #expect((seen.bytes > 0) == arrives, "the peer got \(seen.bytes) bytes")
  }

  /// libcurl sends on a kept connection without connecting, so a check while connecting would be
  /// passed over; it once took a closed one for good, too (curl#5884).
  @Test("one that ends while a kept connection waits for its turn is not sent")
  func kept() async throws {
    let server = try LoopbackServer { request in
      request.line.contains("/held")
        ? [.write(Answers.plain("held"))] : [.write(Answers.plain("k"))]
    }
    defer { server.stop() }
    #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200)
    let isHeld = Mutex(false)
    async let held = transport.stream(HTTPRequest(url: server.url + "held")) { _ in
      isHeld.withLock { $0 = true }
      // The one thread of this host's loop, as a paused process would hold it.
      usleep(600_000)
      return true
    }
    while !isHeld.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
    var late = HTTPRequest(url: server.url + "late")
    late.permit = SendPermit(seenAt: .now, limit: .milliseconds(200))
    #expect(Self.isTooLate(await Self.outcome(late, transport)))
    _ = try await held
    #expect(server.requests.allSatisfy { !$0.line.contains("/late") })
    #expect(server.connections == 1)
    // The same at its leisure goes, and on a kept connection too.
    #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200)
    let connections = server.connections
    late.permit = SendPermit(seenAt: .now, limit: .seconds(5))
    #expect(try await transport.send(late).status == 200)
    #expect(server.connections == connections)
  }

  @Test("a lease that has ended by our own clock sends nothing, a renewed one does")
  func lease() async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("done"))] }
    defer { server.stop() }
    let hold = LeaseHold(askedAt: .now - .seconds(16), term: .seconds(15))
    var request = Self.change(server.url, within: .seconds(30))
    request.permit?.lease = hold
    let deposed = await Self.outcome(request, transport)
    guard case .failure(.tooLate(.leaseOver)) = deposed else {
      Issue.record("\(deposed)")
      return
    }
    #expect(server.connections == 0)
    hold.renew(askedAt: .now, term: .seconds(15))
    #expect(try await Self.outcome(request, transport).get().status == 200)
  }

  // MARK: A paused process

  /// The child of `paused`: sends one change, while its parent stops it.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["FINOPS_PAUSED_CHILD"] != nil))
  func child() async throws {
    let url = try #require(ProcessInfo.processInfo.environment["FINOPS_PAUSED_CHILD"])
    _ = await Self.outcome(Self.change(url, within: .seconds(4)), transport)
  }

  /// A controller stopped for a minute (a suspended machine, a container frozen by its node) goes on
  /// where it was, with a look as old as the pause.
  @Test(
    "a process that is stopped while it connects, and goes on later, sends nothing",
    arguments: [(Duration.zero, true), (.seconds(5), false)])
  func paused(pause: Duration, arrives: Bool) async throws {
    let server = try SlowPeer()
    defer { server.stop() }
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["--testing-library", "swift-testing", "--filter", "PermitTests/child"]
    child.environment = ProcessInfo.processInfo.environment.merging(
      ["FINOPS_PAUSED_CHILD": server.url]) { $1 }
    child.standardOutput = FileHandle.nullDevice
    child.standardError = FileHandle.nullDevice
    try child.run()
    #expect(await server.isAsked(within: .seconds(20)))
    if pause > .zero { kill(child.processIdentifier, SIGSTOP) }
    async let seen = server.open(after: .milliseconds(300))
    try await Task.sleep(for: pause)
    kill(child.processIdentifier, SIGCONT)
    let found = await seen
    child.waitUntilExit()
    #expect(found.connected)
    #expect((found.bytes > 0) == arrives, "the peer got \(found.bytes) bytes")
  }
}
