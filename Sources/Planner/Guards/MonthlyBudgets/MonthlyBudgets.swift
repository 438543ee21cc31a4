import FleetModel

/// What a month's budget still allows: from one step on only spot, from the next no growth at all
/// (SEMANTICS 4.8). Critical pools grow whatever it costs; the hourly ceiling holds for them too.
struct MonthlyBudgets: Guard {
  /// By pool: the standings of budgets that limit it.
  private let limits: [[BudgetStanding]]

  init(_ fleet: FleetView) {
    let reached = fleet.budgets.filter { $0.step.map { $0 >= .spotOnly } ?? false }
    guard !reached.isEmpty else {
      limits = []
      return
    }
    let rules = Dictionary(
      fleet.rulebook.spend.budgets.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
    limits = fleet.pools.map { pool in
      pool.rules.isCritical
        ? [] : reached.filter { rules[$0.name]?.pays(for: pool.rules.name) ?? false }
    }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.grows, let place = act.pool, limits.indices.contains(place) else { return nil }
    for standing in limits[place] where standing.step.map({ $0 >= .freeze }) ?? false {
      return .budgetDenied(
        .month(standing.name), would: standing.median, cap: standing.monthly)
    }
    guard let standing = limits[place].first, !isSpot(act, in: fleet) else { return nil }
    return .spotOnly(name: standing.name, spent: standing.median, budget: standing.monthly)
  }

  private func isSpot(_ act: Proposal, in fleet: FleetView) -> Bool {
    if let node = act.node { return fleet.nodes[node].node.capacity == .spot }
    return fleet.spec(of: act)?.capacity == .spot
  }
}
