import CostModel
import FleetModel
import Testing

@testable import InferenceBench

struct LoadResultTests {
  /// `count` answers a second, each with 100 tokens 1 ms apart, the first after `first` ms.
  private static func result(
    count: Int, lag: Double = 0, first: Int64 = 20, failed: Int = 0, running: Double = 0.1,
    waiting: Double? = 0
  ) -> LoadResult {
    var tally = Tally()
    for number in 0..<count {
      let intended = Int64(number) * 1_000_000_000
      let tokens = (0..<100).map { intended + (first + Int64($0)) * 1_000_000 }
      let record = RequestRecord(
        number: number, intended: intended, begun: intended, sent: intended, firstByte: nil,
        tokens: tokens, end: tokens[99], inputTokens: 10, outputTokens: 100)
      tally.add(record, isStream: true, usage: 100)
      tally.lag.add(Int64(lag * 1e6))
      tally.busy += tokens[99] - intended
    }
    if failed > 0 { tally.failures[.status] = failed }
    var plan = LoadPlan(
      url: "http://h", model: "tiny", rate: 1, duration: .seconds(count + failed))
    plan.node = "p5.48xlarge"
    plan.price = HourlyRate(perHour: .dollars(36))
    let span = 1_000_000_000.0
    let thread = ThreadTimes(
      running: Int64(running * span), waiting: waiting.map { Int64($0 * span) }, at: Int64(span))
    return LoadResult(
      plan, tally, thread, offered: count + failed, measuredAt: Timestamp(seconds: 1))
  }

  @Test func `The price of the window is the price at the measured utilisation`() throws {
    // 200 s at $36/h are $2; 20,000 tokens: $100 a million. Busy 0.119 s of each second.
    let result = Self.result(count: 200)
    #expect(result.perMillionOutputTokens == .dollars(100))
    #expect(result.perMillionWhileBusy == Money(nanos: 11_900_000_000))
    #expect(abs(result.utilization - 0.119) < 1e-9)
    #expect(result.invalid.isEmpty && result.notes.isEmpty)
    let row = try #require(result.capability)
    #expect(row.node == "p5.48xlarge" && row.requests == 200 && row.invalid == nil)
    #expect(row.outputTokensPerSecond == 100 && row.inputTokensPerSecond == 10)
    #expect(row.perMillionOutputTokens == .dollars(100) && row.achievedRate == 1)
  }

  @Test func `Three digits of every quantile hold`() throws {
    let spread = try #require(
      {
        var spread = Spread()
        for value in 1...10_000 { spread.add(Int64(value) * 1_000_000) }
        return spread.quantiles
      }())
    for (found, truth) in [
      (spread.p50, 5000.0), (spread.p90, 9000), (spread.p99, 9900), (spread.max, 10_000),
    ] {
      #expect(abs(found - truth) / truth < 0.001)
    }
  }

  @Test(arguments: [(99, true), (100, false)])
  func `Without ten thousand tokens there is no price, and the result says why`(
    count: Int, isMissing: Bool
  ) {
    let result = Self.result(count: count)
    #expect((result.perMillionOutputTokens == nil) == isMissing)
    #expect(result.notes.contains { $0.hasPrefix("no price") } == isMissing)
    #expect(result.table().contains("no figure at 11.9 % utilisation") == isMissing)
  }

  @Test(arguments: [
    // At most 1 ms, or 2 % of the median first token: 20 ms allow 1 ms, 200 ms allow 4.
    (0.99, Int64(20), true), (1.01, 20, false), (3.98, 200, true), (4.02, 200, false),
  ])
  func `A client that lags makes the run invalid`(lag: Double, first: Int64, isValid: Bool) {
    let result = Self.result(count: 200, lag: lag, first: first)
    #expect(result.invalid.isEmpty == isValid)
  }

  @Test(arguments: [(0.8, 0.1, true), (0.81, 0.1, false), (0.8, 0.11, false)])
  func `A client short of CPU makes the run invalid`(
    running: Double, waiting: Double, isValid: Bool
  ) {
    let result = Self.result(count: 200, running: running, waiting: waiting)
    #expect(result.invalid.isEmpty == isValid)
  }

  @Test func `A kernel that does not tell of waiting is not taken for none`() {
    #expect(Self.result(count: 200, waiting: nil).clientWaitingShare == nil)
  }

  @Test(arguments: [(2, true), (3, false)])
  func `More than one failure in a hundred makes the run invalid`(failed: Int, isValid: Bool) {
    #expect(Self.result(count: 200, failed: failed).invalid.isEmpty == isValid)
  }

  @Test func `The table has the figures and the reasons`() {
    let table = Self.result(count: 200, lag: 9).table()
    for text in [
      "tiny on p5.48xlarge", "200 offered, 200 answered, 0 failed", "20000, 100.0/s",
      "$100.000000000 at 11.9 % utilisation", "$11.900000000 while busy",
      "INVALID: client lagged",
    ] {
      #expect(table.contains(text), "\(text)")
    }
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 110 })
  }
}
