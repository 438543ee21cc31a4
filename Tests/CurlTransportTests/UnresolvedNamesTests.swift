import FleetModel
import Ports
import Testing

@testable import CurlTransport

/// I32: one name that does not resolve ended all HTTP of a process
/// (googleapis/google-cloud-cpp#7051, curl/curl#5842).
@Suite(.serialized) struct UnresolvedNamesTests {
  let transport = CurlTransport(TransportOptions(version: "test"))

  private func send(_ url: String) async -> Result<HTTPResponse, TransportError> {
    let request = HTTPRequest(
      method: "GET", url: url, headers: [], body: [], limits: HTTPLimits(total: .seconds(5)))
    do throws(TransportError) { return .success(try await transport.send(request)) } catch {
      return .failure(error)
    }
  }

  @Test("I32: names that do not resolve fail by themselves, and others are answered meanwhile")
  func others() async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("hello"))] }
    defer { server.stop() }
    let url = server.url + "metrics"
    let answers = await withTaskGroup(of: (isOurs: Bool, isAnswered: Bool).self) { group in
      for number in 0..<40 {
        group.addTask {
          let result = await self.send("http://no-such-host-\(number).invalid/metrics")
          if case .success = result { return (false, true) }
          return (false, false)
        }
      }
      for _ in 0..<8 {
        group.addTask {
          if case .success = await self.send(url) { return (true, true) }
          return (true, false)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count { $0.isOurs && $0.isAnswered } == 8)
    #expect(!answers.contains { !$0.isOurs && $0.isAnswered })
    // And afterwards, by the same transport; a server of these tests ends a connection by itself.
    let later = try LoopbackServer { _ in [.write(Answers.plain("hello"))] }
    defer { later.stop() }
    let answer = await send(later.url + "metrics")
    #expect(throws: Never.self) { try answer.get() }
  }
}
