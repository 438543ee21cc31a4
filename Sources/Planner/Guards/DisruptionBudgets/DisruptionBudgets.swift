import FleetModel

/// How many of a pool's nodes may be disrupted at once, as Karpenter counts: every node on its way
/// out, whatever for, is taken off the least of the budgets that are in force for an act's cause.
struct DisruptionBudgets: Guard {
  /// By pool; nil where the pool has no budgets, and nothing is counted.
  private var pools: [Count?]

  private struct Count {
    var size: Int
    var disrupted: Int
  }

  init(_ fleet: FleetView) {
    pools = fleet.pools.map { pool in
      pool.rules.disruption.isEmpty ? nil : Self.count(pool, in: fleet)
    }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard let (allowed, disrupted) = limit(on: act, in: fleet),
      disrupted + (act.replicas?.size ?? 1) > allowed
    else { return nil }
    return .disruptionBudget(allowed: allowed, disrupted: disrupted)
  }

  func allowance(for act: Proposal, in fleet: FleetView) -> Int? {
    limit(on: act, in: fleet).map { max(0, $0.allowed - $0.disrupted) }
  }

  mutating func admit(_ act: Proposal) {
    guard act.intent.shrinks, let place = act.pool else { return }
    pools[place]?.disrupted += act.replicas?.size ?? 1
  }

  private func limit(
    on act: Proposal, in fleet: FleetView
  ) -> (allowed: Int, disrupted: Int)? {
    guard act.intent.shrinks, let place = act.pool, let count = pools[place],
      let cause = act.reason.cause
    else { return nil }
    let rules = fleet.pools[place].rules
    let allowed = rules.disruption.indices.compactMap { index -> Int? in
      let budget = rules.disruption[index]
      guard budget.causes.isEmpty || budget.causes.contains(cause) else { return nil }
      guard budget.isScheduled else { return budget.limit.nodes(of: count.size) }
      guard let calendar = fleet.snapshot.calendar, calendar.knows(fleet.now) else {
        // Nobody knows whether it is in force: unknown stops nothing.
        return 0
      }
      let isInForce = calendar.budgets[rules.name]?.contains {
        $0.budget == index && $0.contains(fleet.now)
      }
      return isInForce == true ? budget.limit.nodes(of: count.size) : nil
    }
    return allowed.min().map { ($0, count.disrupted) }
  }

  /// Open acts that shrink, and nodes we switched off that are not off yet.
  private static func count(_ pool: PoolView, in fleet: FleetView) -> Count {
    let leaving = pool.members.filter { fleet.nodes[$0].isLeaving(in: fleet) }
    let unlisted = leaving.count { !fleet.nodes[$0].node.state.isLive }
    let open = fleet.snapshot.memory.openActions.values.lazy
      .filter { $0.decision.intent.shrinks && $0.decision.pool == pool.rules.name }
      .reduce(0) { $0 + ($1.decision.replicas?.size ?? 1) }
    return Count(
      size: pool.replicas?.total ?? pool.standing + unlisted, disrupted: open + leaving.count)
  }
}

extension NodeView {
  /// Switched off by us, and the cloud has not shown it off; without those whose act is still open.
  fileprivate func isLeaving(in fleet: FleetView) -> Bool {
    guard !isInFlight, let history = fleet.history(of: self), history.stoppedBy != nil,
      history.offSince == nil
    else { return false }
    return node.state != .stopped && node.state != .terminated
  }
}

extension DisruptionBudget.Limit {
  func nodes(of size: Int) -> Int {
    switch self {
    case .nodes(let count): count
    case .share(let share): Int((Double(size) * share - 1e-9).rounded(.up))
    }
  }
}

extension FleetCalendar {
  /// What it says holds at this moment.
  func knows(_ moment: Timestamp) -> Bool { from <= moment && moment < until }
}
