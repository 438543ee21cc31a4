import FleetModel

/// Where a month's budget is overdrawn, its pool of the lowest priority goes down to its minimum
/// (SEMANTICS 4.8).
///
/// One pool at a time, and only through its ceiling: nodes at work, protected ones and critical
/// pools stay as they are. Of two pools of one priority the first by name gives way.
struct BudgetShrink: Policy {
  static let name = "budget-shrink"

  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    guard !fleet.budgets.isEmpty, !pool.rules.isCritical else { return }
    for (standing, budget) in zip(fleet.budgets, fleet.rulebook.spend.budgets)
    where standing.step == .shrink && budget.pays(for: pool.rules.name) {
      guard isLast(pool.rules, of: budget, in: fleet) else { continue }
      let reason = Reason.budgetShrink(
        name: standing.name, spent: standing.median, budget: standing.monthly)
      sizing.lowerCeiling(to: pool.rules.minimumNodes, by: Self.name, reason)
      // Where demand says nothing, this is the word that asks for fewer.
      sizing.ask(pool.rules.minimumNodes, by: Self.name, reason)
    }
  }

  private func isLast(
    _ rules: PoolRules, of budget: MonthlyBudget, in fleet: FleetView
  ) -> Bool {
    let payable = fleet.rulebook.pools.filter { !$0.isCritical && budget.pays(for: $0.name) }
    let last = payable.min { ($0.priority, $0.name) < ($1.priority, $1.name) }
    return last?.name == rules.name
  }
}
