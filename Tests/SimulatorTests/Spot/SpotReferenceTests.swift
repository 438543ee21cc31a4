import FleetModel
import Simulator
import Testing

@Suite(
  "Spot reference figures", .enabled(if: SpotFixture.isHere, "the recorded spot trace is not here"))
struct SpotReferenceTests {
  struct Row: CustomTestStringConvertible {
    var baseline: SpotBaseline
    var dollars: Double
    var ratio: Double
    /// Percent, to three decimals.
    var missing: String
    var short: String
    var preempted: Double
    var testDescription: String { baseline.name }
  }

  static let rows: [Row] = [
    row(SpotBaseline("on-demand only", .none), 8813, 3.300, "0.001", "0.001", 0),
    row(.oneZone("us-west-2b", fallsBack: false), 2245, 0.841, "12.508", "12.508", 288),
    row(.oneZone("us-east-1f", fallsBack: false), 1317, 0.493, "49.314", "49.314", 724),
    row(.oneZone("us-west-2b", fallsBack: true), 3347, 1.253, "0.380", "0.380", 288),
    row(.oneZone("us-east-1f", fallsBack: true), 5663, 2.121, "0.948", "0.948", 724),
    row(SpotBaseline("pack", .pack, fallsBack: false), 2514, 0.941, "1.923", "1.923", 248),
    row(SpotBaseline("spread", .spread, fallsBack: false), 2514, 0.941, "1.932", "2.032", 255),
    row(SpotBaseline("spread + fallback", .spread), 2684, 1.005, "0.337", "0.438", 255),
    row(SpotBaseline("spothedge +1", .spread, extra: 1), 3310, 1.240, "0.310", "0.411", 317),
    row(SpotBaseline("spothedge +2", .spread, extra: 2), 3937, 1.474, "0.289", "0.380", 380),
    row(SpotBaseline("2 per zone +2", .capped(2), extra: 2), 3866, 1.448, "0.268", "0.510", 818),
    row(SpotBaseline("2 per zone", .capped(2)), 2919, 1.093, "0.526", "1.016", 400),
    row(SpotBaseline("1 per zone +1", .capped(1), extra: 1), 4066, 1.523, "0.694", "2.620", 706),
  ]

  static func row(
    _ baseline: SpotBaseline, _ dollars: Double, _ ratio: Double, _ missing: String,
    _ short: String, _ preempted: Double
  ) -> Row {
    Row(
      baseline: baseline, dollars: dollars, ratio: ratio, missing: missing, short: short,
      preempted: preempted)
  }

  @Test("every baseline costs, lacks and loses what the reference says", arguments: rows)
  func baseline(row: Row) throws {
    let score = row.baseline.run(SpotFixture.setup(SpotFixture.development))
    let dollars = Double(score.costUSD.nanos) / 1e9
    #expect(abs(dollars / row.dollars - 1) < 0.001)
    #expect(abs(try #require(score.ratio) - row.ratio) < 0.0011)
    #expect(percent(score.missingShare) == row.missing)
    #expect(percent(score.timeShort) == row.short)
    #expect(score.preemptions == row.preempted)
  }

  @Test("the clairvoyant reference has 53 spot and 21 on-demand segments, and costs $2,670.35")
  func clairvoyant() {
    let best = SpotClairvoyant(SpotFixture.setup(SpotFixture.development))
    #expect(best.spotSegments == 53)
    #expect(best.onDemandSegments == 21)
    #expect(abs(Double(best.costUSD.nanos) / 1e9 - 2670.35) < 0.01)
  }

  @Test("the series has a point an hour, and its missing time adds up to the whole")
  func series() {
    let score = SpotFixture.ours(SpotFixture.setup(SpotFixture.development))
    #expect(score.series.count == 720)
    let missing = score.series.reduce(0) { $0 + $1.missing }
    #expect(abs(missing - score.missingShare * 4 * 720) < 1e-6)
    #expect(score.series.last?.spent == score.costUSD)
    #expect(zip(score.series, score.series.dropFirst()).allSatisfy { $0.spent <= $1.spent })
    #expect(score.series.allSatisfy { (0...5).contains($0.upZones) })
  }

  /// Three decimals of a percentage, as the reference prints them.
  private func percent(_ share: Double) -> String {
    let thousandths = Int((share * 100_000).rounded())
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
