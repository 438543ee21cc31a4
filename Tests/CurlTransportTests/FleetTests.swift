import FleetModel
import Ports
import Testing

@testable import CurlTransport

@Suite(.serialized) struct FleetTests {
  @Test("many hosts over several loops answer again and again, each over one connection")
  func many() async throws {
    let servers = try (0..<40).map { _ in
      try LoopbackServer { _ in [.write(Answers.chunked(["metrics ", "of a node"]))] }
    }
    defer { for server in servers { server.stop() } }
    let transport = CurlTransport(TransportOptions(version: "test", hostsPerLoop: 16))
    for _ in 0..<5 {
      let answered = await withTaskGroup(of: Bool.self) { group in
        for server in servers {
          let request = HTTPRequest(url: server.url)
          group.addTask { (try? await transport.send(request))?.body.count == 17 }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(answered == servers.count)
    }
    #expect(transport.loopCount == 3)
    #expect(servers.allSatisfy { $0.connections == 1 && $0.requests.count == 5 })
  }
}
