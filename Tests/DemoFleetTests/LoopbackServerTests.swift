import FleetModel
import NIOCore
import NIOPosix
import Testing

@testable import DemoFleet

@Suite struct LoopbackServerTests {
  /// Cancelled at once, such a server ended the whole process: "Deinited NIOAsyncWriter without
  /// calling finish()" (apple/swift-nio#2637, #3481).
  @Test("a server that is stopped while connections come in takes nobody with it")
  func stopUnderConnections() async throws {
    for _ in 0..<60 {
      let server = try await LoopbackServer(port: 0) { _ in
        LoopbackServer.Exchange(answer: Answer(contentType: "text/plain", body: []))
      }
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<16 {
          group.addTask {
            let client = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            let channel = try? await client.connect(host: "127.0.0.1", port: server.port).get()
            try? await channel?.close()
          }
        }
        group.addTask { await server.stop() }
      }
    }
  }

  @Test("an answer that would never end does not hold a server that is stopped")
  func stopUnderHanging() async throws {
    let server = try await LoopbackServer(port: 0) { _ in
      try? await Task.sleep(for: .seconds(600))
      return LoopbackServer.Exchange(answer: nil)
    }
    let client = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    let channel = try await client.connect(host: "127.0.0.1", port: server.port).get()
    try await channel.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
    let stopped = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await server.stop()
        return true
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(30))
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
    #expect(stopped)
    try? await channel.close()
  }
}
