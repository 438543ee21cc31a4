import FleetModel

/// Nothing is taken from a pool that spends its error budget too fast.
///
/// Two windows, as in "The Site Reliability Workbook", chapter 5: the hour says that it matters, the
/// last five minutes that it still goes on, so that the freeze ends soon after the cause. Where
/// nothing was heard nothing is claimed, and nothing freezes.
struct ErrorBudgetFreeze: Guard {
  private let frozen: [Reason?]

  /// Of fewer requests in an hour one late one would be an alarm: a pool's first request after a
  /// cold start is late by nature†.
  static let fewest = 10.0

  init(_ fleet: FleetView) {
    let limit = fleet.rulebook.safety.burnRateLimit
    frozen = fleet.pools.map { pool in
      guard let memory = pool.memory.errorBudget, let budget = pool.rules.scaling?.errorBudget,
        budget > 0
      else { return nil }
      let hour = memory.sums(over: .hours(1), at: fleet.now)
      let now = memory.sums(over: .minutes(5), at: fleet.now)
      guard hour.total >= Self.fewest, now.total > 0 else { return nil }
      let rate = hour.late / hour.total / budget
      guard rate > limit, now.late / now.total / budget > limit else { return nil }
      return .errorBudget(burnRate: rate, limit: limit)
    }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let place = act.pool else { return nil }
    return frozen[place]
  }
}
