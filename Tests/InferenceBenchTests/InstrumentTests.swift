import Foundation
import NIOCore
import Testing

@testable import InferenceBench

/// What the instrument itself costs and how far off it is; wants an optimised build and a quiet
/// machine, so it runs on request only: FINOPS_BENCH_RATE=2000 (requests a second), 16 tokens each.
@Suite(.serialized, .enabled(if: rate != nil, "FINOPS_BENCH_RATE gives no rate"))
struct InstrumentTests {
  @Test(arguments: [0, 5])
  func `The client's own cost and error are shown`(delay: Int64) async throws {
    let behaviour = Behaviour(firstTokenAfter: .milliseconds(delay), tokens: 16)
    let rate = try #require(rate)
    let result = try await ModelServer.with({ _ in behaviour }) { server in
      var plan = LoadPlan(url: server.url, model: "mock", rate: rate, duration: .seconds(10))
      plan.maxInFlight = 512
      return try await LoadRun.run(plan)
    }
    print("first token programmed after \(delay) ms\n" + result.table())
    #expect(result.answered == result.offered)
    #expect(result.outputTokens == 16 * result.answered)
  }
}

private let rate = ProcessInfo.processInfo.environment["FINOPS_BENCH_RATE"].flatMap(Double.init)
