import FleetModel
import Planner
import Simulator
import Testing

/// What the shipped settings reach through `plan()` on the development traces; the whole table is
/// made by `scripts/backtest-table` and is in docs/backtest.md.
@Suite("Our policy on the development traces")
struct PlannedDemandTests {
  struct Goal: Sendable, CustomTestStringConvertible {
    var trace: SharedTrace
    var rules: PoolRules
    var ratio: Double
    /// Percent.
    var late: Double

    var testDescription: String { "\(trace.rawValue), \(rules == .strict ? "strict" : "default")" }
  }

  static let goals = [
    Goal(trace: .arrivals, rules: .standard, ratio: 1.09, late: 0),
    Goal(trace: .counts, rules: .standard, ratio: 1.15, late: 0.07),
    Goal(trace: .runTimes, rules: .standard, ratio: 1.60, late: 1.4),
    Goal(trace: .runTimes, rules: .strict, ratio: 2.2, late: 0.35),
  ]

  @Test(
    "default and strict are at least as cheap and as much in time as they are said to be",
    .enabled(if: SharedTrace.allCases.allSatisfy(\.isThere), "the development traces are absent"),
    arguments: goals)
  func goal(_ goal: Goal) throws {
    let model = try goal.trace.model()
    let ours = PlannedDemand(goal.rules, under: model.conditions, tick: model.trace.tick)
    let result = model.run(ours, named: "ours")
    let figures = "\(result.ratio?.value ?? 0), \(result.lateShare * 100) %"
    #expect(try #require(result.ratio).value <= goal.ratio, "\(figures)")
    #expect(result.lateShare * 100 <= goal.late, "\(figures)")
  }

  @Test(
    "what is decided up to a moment is the same whether the demand ends there or goes on",
    arguments: [300, 1000, 1499], [PoolRules.standard, .strict])
  func causal(cut: Int, rules: PoolRules) throws {
    let whole = try Self.wants(1500, rules)
    #expect(try Self.wants(cut, rules) == Array(whole.prefix(cut)))
    // Something is decided: the sizes are not one and the same.
    #expect(Set(whole).count > 5)
  }

  /// The sizes wanted over so many ticks of waves with noise. The peak comes early, because the
  /// model holds every rule to twice what the peak needs.
  private static func wants(_ ticks: Int, _ rules: PoolRules) throws -> [Int] {
    var random = SplitMix64(seed: 11)
    let offered = (0..<1500).map { tick in
      let wave = Double(min(tick % 480, 480 - tick % 480)) / 30
      return tick == 100 ? 40 : wave * Double.random(in: 0.5...1.5, using: &random)
    }
    let trace = TinyTrace.trace(Array(offered.prefix(ticks)), tick: .seconds(5))
    let conditions = DemandConditions(
      serviceTime: .seconds(10), longestWait: .seconds(10),
      price: HourlyRate(perHour: .dollars(2)))
    let recorder = Recorder(PlannedDemand(rules, under: conditions, tick: trace.tick))
    _ = try DemandModel(trace, under: conditions).run(recorder, named: "ours")
    return recorder.log.wants
  }
}

/// A rule, with all it wanted.
private struct Recorder: DemandChooser {
  final class Log {
    var wants: [Int] = []
  }

  var rule: PlannedDemand
  let log = Log()

  init(_ rule: PlannedDemand) { self.rule = rule }

  mutating func wanted(_ moment: DemandMoment) -> Int {
    let wanted = rule.wanted(moment)
    log.wants.append(wanted)
    return wanted
  }
}
