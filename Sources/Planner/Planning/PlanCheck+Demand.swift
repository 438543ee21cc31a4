import FleetModel

extension PlanCheck {
  /// Why a number of replicas may not be lowered so.
  static func fault(
    inCount decision: Decision, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> String? {
    guard let change = decision.replicas,
      let pool = rulebook.pools.first(where: { $0.name == decision.pool })
    else { return "shrinks what is not there" }
    if snapshot.killSwitch { return "the kill switch is on" }
    if snapshot.replicas?[pool.name]?.total != change.from { return "counts from another number" }
    if change.to >= change.from { return "it is no shrinking" }
    if change.to < pool.minimumNodes { return "the pool falls below its minimum" }
    guard change.to == 0, pool.maximumNodes != 0 else { return nil }
    if pool.kind == .training || pool.kind == .unlabelled {
      return "pools of kind \(pool.kind.rawValue) are never emptied"
    }
    return isAsPeopleSaid(decision) ? nil : asked(of: pool, in: snapshot)
  }

  /// A person wrote down that there should be none at this time, or for this much money.
  private static func isAsPeopleSaid(_ decision: Decision) -> Bool {
    switch decision.reason {
    case .scheduled, .aboveMaximum, .budgetShrink: true
    default: false
    }
  }

  /// To nothing only where it was heard that nothing is asked.
  private static func asked(of pool: PoolRules, in snapshot: Snapshot) -> String? {
    guard let demand = snapshot.memory.pools[pool.name]?.demand,
      snapshot.takenAt.duration(since: demand.at) <= demand.interval * 3
    else { return "nobody knows what is asked of the pool" }
    let work = [demand.offered, demand.backlog, demand.waiting ?? 0, demand.running ?? 0]
    return work.contains { $0 > 0 } ? "the pool has work" : nil
  }

  /// A pool somebody woke keeps one.
  static func wakes(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    (snapshot.wakes ?? [:]).sorted { $0.key < $1.key }.compactMap { name, until in
      guard snapshot.takenAt < until,
        let pool = rulebook.pools.first(where: { $0.name == name }), pool.maximumNodes != 0
      else { return nil }
      let acts = plan.decisions.filter { $0.pool == name && $0.intent.shrinks }
      if let change = acts.compactMap(\.replicas).first {
        return change.to < 1 ? "\(name) is emptied and somebody woke it" : nil
      }
      let running = Set(
        snapshot.nodes.lazy.filter { node in
          node.state.isLive && node.tags["finops-fleet"] == rulebook.fleet
            && rulebook.pool(of: node)?.name == name
        }.map(\.id))
      let lost = acts.count { $0.node.map(running.contains) ?? false }
      return lost > 0 && lost >= running.count ? "\(name) is emptied and somebody woke it" : nil
    }
  }

  /// Nothing is decided that the cloud of the node cannot do.
  static func inabilities(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    guard !rulebook.inabilities.isEmpty else { return [] }
    let clouds = Dictionary(
      snapshot.nodes.map { ($0.id, $0.cloud) }, uniquingKeysWith: { one, _ in one })
    return plan.decisions.filter(\.intent.shrinks).compactMap { decision in
      guard let cloud = decision.node.flatMap({ clouds[$0] }),
        rulebook.inabilities[cloud]?[decision.intent] != nil
      else { return nil }
      return "\(decision.key) is what \(cloud) cannot do"
    }
  }
}
