import CostModel
import FleetModel

/// Limits on money and on how much is done, counted anew from the snapshot.
extension PlanCheck {
  static func limits(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    ceiling(plan, snapshot, rulebook) + prices(plan, snapshot, rulebook)
      + pace(plan, snapshot, rulebook) + disruption(plan, snapshot, rulebook)
  }

  /// What runs, starts or is asked for already, and what the plan adds, against the ceiling.
  private static func ceiling(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    let growth = plan.decisions.filter(\.intent.grows)
    guard let cap = rulebook.spend.hourlyCap, !growth.isEmpty else { return [] }
    let asked = snapshot.memory.openActions.values.map(\.decision)
    let started = Set((asked + growth).filter { $0.intent == .start }.compactMap(\.node))
    var costs: [Int64?] = snapshot.nodes.compactMap { node -> Int64?? in
      let counts = node.tags["finops-fleet"] == rulebook.fleet || rulebook.pool(of: node) != nil
      let isOn = node.state != .stopped && node.state != .terminated
      guard counts, isOn || started.contains(node.id) else { return nil }
      return .some(rulebook.prices.price(of: node)?.hourly.perHour.nanos)
    }
    for decision in asked + growth {
      guard let spec = decision.launch else { continue }
      let price = rulebook.prices.price(
        of: spec.type, on: spec.cloud, in: spec.region, spec.capacity)
      costs.append(price?.hourly.perHour.nanos)
    }
    if costs.contains(nil) { return ["the fleet grows under a ceiling, at a price nobody knows"] }
    let sum = costs.reduce(Int128(0)) { $0 + Int128($1 ?? 0) }
    return sum > Int128(cap.perHour.nanos) ? ["the plan passes the hourly ceiling"] : []
  }

  private static func prices(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    plan.decisions.filter(\.intent.grows).compactMap { decision in
      guard let pool = rulebook.pools.first(where: { $0.name == decision.pool }),
        let limit = pool.maximumPrice
      else { return nil }
      let node = snapshot.nodes.first { $0.id == decision.node }
      let spec = decision.launch ?? (decision.replicas == nil ? nil : pool.launch)
      let launch = spec.flatMap {
        rulebook.prices.price(of: $0.type, on: $0.cloud, in: $0.region, $0.capacity)
      }
      guard let price = node.flatMap(rulebook.prices.price(of:)) ?? launch else {
        return "\(decision.key) grows at a price nobody knows"
      }
      return price.hourly > limit ? "\(decision.key) is dearer than its pool pays" : nil
    }
  }

  private static func pace(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    let recent = (snapshot.memory.acts ?? []).count {
      snapshot.takenAt.duration(since: $0) < .minutes(1)
    }
    let acts = plan.decisions.count { $0.replicas == nil }
    guard acts > 0, acts + recent > rulebook.safety.actsPerMinute else { return [] }
    return ["\(acts + recent) acts in a minute"]
  }

  /// Budgets without causes and schedules only: the others need a policy's word.
  private static func disruption(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    rulebook.pools.compactMap { pool in
      let budgets = pool.disruption.filter { $0.causes.isEmpty && !$0.isScheduled }
      let off = Set(snapshot.nodes.filter { $0.state == .stopped }.map(\.id))
      let planned = plan.decisions.filter { decision in
        decision.pool == pool.name && decision.intent.shrinks
          && !(decision.node.map(off.contains) ?? false)
      }
      guard !budgets.isEmpty, !planned.isEmpty else { return nil }
      let open = snapshot.memory.openActions.values.map(\.decision)
        .filter { $0.pool == pool.name && $0.intent.shrinks }
      let members = snapshot.nodes.filter {
        $0.tags["finops-fleet"] == rulebook.fleet && rulebook.pool(of: $0)?.name == pool.name
      }
      let leaving = members.filter { node in
        let memory = snapshot.memory.nodes[node.id]
        return memory?.stoppedBy != nil && memory?.offSince == nil && node.state != .stopped
          && node.state != .terminated && !open.contains { $0.node == node.id }
      }
      let gone = leaving.count { $0.state != .running && $0.state != .pending }
      let size =
        snapshot.replicas?[pool.name]?.total
        ?? members.count { $0.state == .running || $0.state == .pending } + gone
      let allowed = budgets.map { budget in
        switch budget.limit {
        case .nodes(let count): count
        case .share(let share): Int((Double(size) * share - 1e-9).rounded(.up))
        }
      }
      let taken = (open + planned).reduce(0) { sum, decision in
        sum + (decision.replicas.map { abs($0.from - $0.to) } ?? 1)
      }
      let out = taken + leaving.count
      guard let least = allowed.min(), out > least else { return nil }
      return "\(out) of \(pool.name) are disrupted, \(least) may be"
    }
  }
}
