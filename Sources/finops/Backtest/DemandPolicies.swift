import FleetModel
import Planner
import Simulator

/// A rule that can be backtested on demand.
struct DemandPolicy: Sendable {
  var name: String
  var run: @Sendable (DemandModel) -> DemandResult

  init(_ baseline: DemandBaseline) {
    name = baseline.rawValue
    run = { $0.run(baseline) }
  }

  /// The product's `plan()` on these rules.
  init(_ name: String, _ rules: PoolRules) {
    self.name = name
    run = { model in
      let ours = PlannedDemand(rules, under: model.conditions, tick: model.trace.tick)
      return model.run(ours, named: name)
    }
  }
}

/// Every rule a demand backtest knows by name.
enum DemandPolicies {
  /// The product's `plan()` on its shipped settings: what a comparison holds the baselines against.
  static let shipped = DemandPolicy("default", .standard)
  static let ours = [shipped, DemandPolicy("strict", .strict)]
  static let baselines = DemandBaseline.allCases.map { DemandPolicy($0) }
  static let all = ours + baselines

  /// What stands beside a rule in a comparison: the shipped one and every baseline.
  static func beside(_ chosen: DemandPolicy) -> [DemandPolicy] {
    ([shipped] + baselines).filter { $0.name != chosen.name }
  }

  static func chosen(_ choice: PolicyChoice) throws -> DemandPolicy {
    try choice.chosen(of: all, named: \.name) { name, rules in
      guard rules.kind == .serving else {
        tell(
          "finops: --policy: '\(name)' is a \(rules.kind.rawValue) pool and follows no demand: "
            + "write kind: serving, or try another pool")
        throw Exit.configuration
      }
      return DemandPolicy(name, rules)
    }
  }
}
