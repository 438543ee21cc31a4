import FleetModel
import Foundation
import Glibc
import Ports
import Testing

@testable import CurlTransport

@Suite struct DescriptorTests {
  /// Open file descriptors of this process.
  static var open: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? .max
  }

  /// A server that answers whole, cut short, with a reset, or not as HTTP, by the request's path.
  static func server() throws -> LoopbackServer {
    try LoopbackServer { request in
      if request.line.contains("/cut") {
        return [.write(Answers.head("200 OK", ["Content-Length: 70"])), .close]
      }
      if request.line.contains("/reset") { return [.reset] }
      if request.line.contains("/noise") { return [.write(Array("what?\r\n\r\n".utf8)), .close] }
      let answer = LoopbackServer.Step.write(Answers.plain("fine"))
      return request.line.contains("/slow") ? [.wait(milliseconds: 200), answer] : [answer]
    }
  }

  /// Fills the transport's store of open connections to the server: no more than sixteen of these
  /// are under way at once, and all are kept.
  static func fill(_ transport: CurlTransport, _ url: String) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<32 {
        group.addTask { _ = try? await transport.send(HTTPRequest(url: url + "slow")) }
      }
    }
  }

  /// So many requests, ten at a time; how many were answered.
  static func ask(_ transport: CurlTransport, _ url: String, times: Int) async -> Int {
    let paths = ["fine", "cut", "reset", "noise", "fine"]
    var answered = 0
    for _ in 0..<(times / 10) {
      answered += await withTaskGroup(of: Bool.self) { group in
        for number in 0..<10 {
          let request = HTTPRequest(
            url: url + paths[number % paths.count], limits: HTTPLimits(total: .seconds(5)))
          group.addTask { (try? await transport.send(request)) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
    }
    return answered
  }

  // In a process of its own: other tests open and close theirs meanwhile.
  @Test("I23: after 500 requests, good and bad, no file descriptor is left behind")
  func steady() async {
    await #expect(processExitsWith: .success) {
      let server = try DescriptorTests.server()
      let transport = CurlTransport(TransportOptions(version: "test"))
      for _ in 0..<20 where server.connections < 16 {
        await DescriptorTests.fill(transport, server.url)
      }
      guard server.connections == 16 else { exit(2) }
      let before = DescriptorTests.open
      guard await DescriptorTests.ask(transport, server.url, times: 500) == 200 else { exit(3) }
      // The server's threads close their ends a moment later.
      for _ in 0..<50 where DescriptorTests.open > before {
        try await Task.sleep(for: .milliseconds(100))
      }
      guard DescriptorTests.open <= before + 2 else { exit(4) }
    }
  }
}
