import Foundation
import Planner
import Simulator

/// A policy that can be backtested on spot capacity.
struct SpotPolicy: Sendable {
  var name: String
  var run: @Sendable (SpotSetup) -> SpotScore

  init(_ baseline: SpotBaseline) {
    name = baseline.name
    run = { baseline.run($0) }
  }

  /// The product's `plan()`; on its shipped settings where no rules are given.
  init(_ name: String, _ rules: PoolRules? = nil) {
    self.name = name
    run = { setup in
      var ours = PlannedSpot(setup, rules: rules)
      return simulateSpot(setup, named: name, asking: &ours)
    }
  }
}

/// Every policy a spot backtest knows by name.
enum SpotPolicies {
  static let shipped = SpotPolicy("default")
  static let baselines = SpotBaseline.all.map { SpotPolicy($0) }
  static let all = [shipped] + baselines

  /// What stands beside a policy in a comparison: the shipped one and every baseline.
  static func beside(_ chosen: SpotPolicy) -> [SpotPolicy] { all.filter { $0.name != chosen.name } }

  static func chosen(_ choice: PolicyChoice) throws -> SpotPolicy {
    try choice.chosen(of: all, named: \.name) { SpotPolicy($0, $1) }
  }
}

/// Policies on a trace under every seed, on every processor there is.
struct SpotStudy: Sendable {
  var policies: [SpotPolicy]
  /// The setup under each seed.
  var setups: [SpotSetup]

  /// Each policy's mean over the setups, in the order of the policies.
  func run() async -> [SpotScore] {
    let jobs = policies.indices.flatMap { policy in setups.indices.map { (policy, $0) } }
    let runs = await withTaskGroup(of: (Int, SpotScore).self) { group in
      var runs = [SpotScore?](repeating: nil, count: jobs.count)
      var next = 0
      func add() {
        guard next < jobs.count else { return }
        let (place, (policy, setup)) = (next, jobs[next])
        group.addTask { (place, self.policies[policy].run(self.setups[setup])) }
        next += 1
      }
      for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) { add() }
      while let (place, score) = await group.next() {
        runs[place] = score
        add()
      }
      return runs.compactMap(\.self)
    }
    return policies.indices.compactMap { policy in
      SpotScore.mean(Array(runs[(policy * setups.count)..<((policy + 1) * setups.count)]))
    }
  }
}
