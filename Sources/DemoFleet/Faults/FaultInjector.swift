import Synchronization

/// Counts requests against the plan's rules and says which faults each one meets.
public final class FaultInjector: Sendable {
  private struct State {
    var rules: [FaultRule]
    var hits: [Int]
    var generator: SeededGenerator
  }

  private let state: Mutex<State>

  public init(_ plan: FaultPlan = FaultPlan()) { state = Mutex(Self.fresh(plan)) }

  /// Takes another plan; the counting begins anew.
  public func replace(with plan: FaultPlan) { state.withLock { $0 = Self.fresh(plan) } }

  private static func fresh(_ plan: FaultPlan) -> State {
    State(
      rules: plan.rules, hits: plan.rules.map { _ in 0 },
      generator: SeededGenerator(seed: plan.seed ?? 1))
  }

  /// What happens to this request; each call is one request.
  func effects(
    service: FaultRule.Service, target: String? = nil, action: String? = nil
  ) -> [FaultEffect] {
    state.withLock { state in
      guard !state.rules.isEmpty else { return [] }
      return state.rules.indices.compactMap { index in
        let rule = state.rules[index]
        guard rule.match.service == service,
          rule.match.target == nil || rule.match.target == target,
          rule.match.action == nil || rule.match.action == action
        else { return nil }
        let turn = state.hits[index] - (rule.after ?? 0)
        state.hits[index] += 1
        guard turn >= 0, rule.count.map({ turn < $0 }) ?? true else { return nil }
        if let chance = rule.probability, state.generator.share() >= chance { return nil }
        return rule.effect
      }
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in 0..<1.
  mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}
