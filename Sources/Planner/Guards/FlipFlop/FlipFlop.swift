import FleetModel

/// A pool that goes up and down again and again keeps what it has for a while (L3, I15:
/// karpenter-aws#3921 made and deleted nodes every three minutes). Growth stays free.
struct FlipFlop: Guard {
  private let held: [Reason?]

  init(_ fleet: FleetView) {
    held = fleet.pools.map { pool in
      let rules = fleet.rulebook.safety
      let breaker = pool.memory.flips?.breaker(
        under: rules, coldStart: pool.rules.coldStart, at: fleet.now)
      return breaker.map { .flipFlop(reversals: $0.reversals, until: $0.until) }
    }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let place = act.pool else { return nil }
    return held[place]
  }
}
