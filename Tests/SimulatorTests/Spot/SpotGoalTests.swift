import FleetModel
import Planner
import Simulator
import Testing

/// What the shipped rule reaches on the recorded development zones, in 30 days with 4 replicas.
///
/// Built for debugging only the first case is run: a month takes 0.4 s optimised, many times that
/// otherwise.
@Suite("Spot goals", .enabled(if: SpotFixture.isHere, "the recorded spot trace is not here"))
struct SpotGoalTests {
  struct Goal: Sendable {
    /// Spot price in percent of on-demand.
    var percent: Int64
    /// Share of losses that are announced.
    var notice: Double
    var ratio: Double
    var missing: Double
  }

  #if DEBUG
    static let percents: [Int64] = [29]
    static let notices = [0.0]
    static let seeds: ClosedRange<UInt64> = 1...1
  #else
    static let percents: [Int64] = [29, 40, 60]
    static let notices = [0.0, 0.9, 1.0]
    static let seeds: ClosedRange<UInt64> = 1...24
  #endif

  static let goals = percents.flatMap { percent in
    notices.map { goal(percent, notice: $0) }
  }

  /// With nine losses in ten announced 0.065 % is aimed at; the mean of 24 seeds is 0.068 % at 29 %
  /// of the price, and the mean of six differs from it by 0.004 % either way (docs/spot.md).
  static func goal(_ percent: Int64, notice: Double) -> Goal {
    switch notice {
    case 0: Goal(percent: percent, notice: 0, ratio: 1.10, missing: 0.0020)
    case 1: Goal(percent: percent, notice: 1, ratio: 1.01, missing: 0.00045)
    default: Goal(percent: percent, notice: notice, ratio: 1.02, missing: 0.00070)
    }
  }

  @Test("our policy reaches its goals at every price and share of notice", arguments: goals)
  func recorded(goal: Goal) throws {
    let seeds = (0.01...0.99).contains(goal.notice) ? Self.seeds : 1...1
    let runs = seeds.map { Self.score(SpotFixture.development, goal, seed: $0) }
    let score = try #require(SpotScore.mean(runs))
    let figures = "\(score.ratio ?? 0), \(score.missingShare * 100) %"
    #expect(try #require(score.ratio) <= goal.ratio, "\(figures)")
    #expect(score.missingShare <= goal.missing, "\(figures)")
  }

  @Test(
    "with every change moved at random both figures are at most a tenth more", arguments: goals)
  func jittered(goal: Goal) throws {
    let runs = Self.seeds.prefix(6).map { seed in
      Self.score(SpotFixture.development.jittered(0...38, seed: seed), goal, seed: seed)
    }
    let score = try #require(SpotScore.mean(runs))
    let figures = "\(score.ratio ?? 0), \(score.missingShare * 100) %"
    #expect(try #require(score.ratio) <= 1.1 * goal.ratio, "\(figures)")
    #expect(score.missingShare <= 1.1 * goal.missing, "\(figures)")
  }

  @Test("in a campaign nothing was chosen on, a quarter of the plain fallback's missing time")
  func heldOut() throws {
    let trace = SpotFixture.parsed("aws-08-27-2023", days: 16)
    let setup = SpotFixture.setup(trace)
    let score = SpotFixture.ours(setup)
    let zone = try #require(trace.zones.first)
    let fallback = SpotBaseline.oneZone(zone, fallsBack: true).run(setup)
    let figures =
      "\(score.ratio ?? 0), \(score.missingShare * 100) %, "
      + "fallback \(fallback.ratio ?? 0), \(fallback.missingShare * 100) %"
    #expect(score.missingShare * 4 < fallback.missingShare, "\(figures)")
    #expect(try #require(score.ratio) < 1.15, "\(figures)")
  }

  @Test("with limited sight missing time stays within a fifth of the goal")
  func limited() throws {
    let score = SpotFixture.ours(
      SpotFixture.setup(SpotFixture.development, observation: .limited))
    let figures = "\(score.ratio ?? 0), \(score.missingShare * 100) %"
    #expect(try #require(score.ratio) <= 1.12, "\(figures)")
    #expect(score.missingShare <= 0.0024, "\(figures)")
  }

  static func score(_ trace: SpotTrace, _ goal: Goal, seed: UInt64) -> SpotScore {
    SpotFixture.ours(
      SpotFixture.setup(
        trace, percent: goal.percent, notice: SpotNotice(share: goal.notice, seed: seed)))
  }
}
