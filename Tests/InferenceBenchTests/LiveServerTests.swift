import FleetModel
import Foundation
import FoundationNetworking
import Testing

@testable import InferenceBench

/// A real language-model server: FINOPS_LLM_URL=http://127.0.0.1:PORT. FINOPS_LLM_RATE (requests a
/// second, 1) and FINOPS_LLM_SECONDS (20) set the load.
@Suite(.enabled(if: environment["FINOPS_LLM_URL"] != nil, "FINOPS_LLM_URL names no server"))
struct LiveServerTests {
  @Test func `A real server's tokens are counted and priced`() async throws {
    let url = try #require(environment["FINOPS_LLM_URL"])
    var plan = LoadPlan(
      url: url, model: environment["FINOPS_LLM_MODEL"] ?? "default",
      rate: environment["FINOPS_LLM_RATE"].flatMap(Double.init) ?? 1,
      duration: .seconds(environment["FINOPS_LLM_SECONDS"].flatMap(Int64.init) ?? 20))
    plan.ignoresEnd = true
    plan.node = "2-core"
    plan.price = HourlyRate(perHour: Money(nanos: 83_200_000))
    let before = try await Self.generated(url)
    let result = try await LoadRun.run(plan)
    let after = try await Self.generated(url)
    print(result.table())
    #expect(result.failed == 0 && result.withoutUsage == 0)
    #expect(result.outputTokens == result.answered * plan.maxTokens)
    if let before, let after {
      print("server's own count:", Int(after - before), "ours:", result.outputTokens)
      #expect(Int(after - before) == result.outputTokens)
    }
  }

  /// llama.cpp's counter; nil where the server has none.
  private static func generated(_ url: String) async throws -> Double? {
    guard let page = URL(string: url + "/metrics") else { return nil }
    let (body, _) = try await URLSession.shared.data(from: page)
    return String(decoding: body, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("llamacpp:tokens_predicted_total ")
    }
    .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
  }
}

private let environment = ProcessInfo.processInfo.environment
