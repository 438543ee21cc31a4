public import FleetModel

/// What people should hear of a plan: what is new in it, compared with the plan before.
///
/// One alert for a change, not for a tick: a reason that holds on stays silent. Keys name the
/// occurrence, so a plan compared twice gives the same keys. With no plan before (the first tick
/// after a start) only decisions, faults and holds are told: nothing is known to have gone silent.
public func alerts(
  for plan: Plan, before: Plan?, snapshot: Snapshot, under rulebook: Rulebook
) -> [Alert] {
  let told = Told(plan: plan, before: before, snapshot: snapshot, rulebook: rulebook)
  return told.decisions() + told.conditions() + told.holds()
    + told.budgets(under: rulebook) + told.denials() + told.protections()
    + told.breakers(under: rulebook) + told.prices() + told.orphans() + told.clocks()
    + told.interruptions()
}

struct Told {
  var plan: Plan
  var before: Plan?
  var snapshot: Snapshot
  var rulebook: Rulebook
  var earlier: [Subject: Reason]
  var memory: Memory { snapshot.memory }

  init(plan: Plan, before: Plan?, snapshot: Snapshot, rulebook: Rulebook) {
    self.rulebook = rulebook
    self.plan = plan
    self.before = before
    self.snapshot = snapshot
    earlier = Dictionary(
      (before?.verdicts ?? []).map { ($0.subject, $0.reason) }, uniquingKeysWith: { one, _ in one })
  }

  /// It happened since the plan before; at the first tick after a start, just now.
  func isNew(_ moment: Timestamp) -> Bool {
    guard let before else { return moment >= plan.takenAt }
    return moment > before.takenAt && moment <= plan.takenAt
  }

  func decisions() -> [Alert] {
    let known = Set((before?.decisions ?? []).map(\.key))
    return plan.decisions.filter { $0.intent.shrinks && !known.contains($0.key) }.compactMap {
      decision in
      guard let node = decision.node else { return nil }
      var labels = labels(node: node, pool: decision.pool, decision.reason)
      labels["mode"] = decision.mode.rawValue
      labels["decision"] = decision.key.rawValue
      labels["rate"] = decision.rate?.perHour.description
      return Alert(
        kind: .nodeIdle, key: "node.idle/\(node)/\(decision.generation)", at: plan.takenAt,
        summary: "\(node) in \(decision.pool): \(decision.reason.sentence)", labels: labels)
    }
  }

  func conditions() -> [Alert] {
    plan.verdicts.compactMap { verdict in
      guard case .node(let node) = verdict.subject, let kind = kind(of: verdict.reason),
        kind != .nodeIdleWarning || isActedOn(verdict.pool)
      else { return nil }
      if let reason = earlier[verdict.subject] {
        guard self.kind(of: reason) != kind else { return nil }
      } else if kind == .collectorStale {
        return nil
      }
      return Alert(
        kind: kind, severity: kind == .sensorFault ? .error : .warning,
        key: "\(kind.rawValue)/\(node)/\(occurrence(of: verdict.reason, node, verdict.pool))",
        at: plan.takenAt,
        summary: "\(node): \(verdict.reason.sentence)",
        labels: labels(node: node, pool: verdict.pool, verdict.reason))
    }
  }

  /// One for each kind of hold over the whole fleet, with the first verdict that shows it.
  func holds() -> [Alert] {
    let held = Set(earlier.values.filter(\.isHold).map(\.code))
    var seen = held
    return plan.verdicts.compactMap { verdict in
      guard verdict.reason.isHold, seen.insert(verdict.reason.code).inserted else { return nil }
      return Alert(
        kind: .fleetHold, severity: .warning,
        key: "fleet.hold/\(verdict.reason.code)/\(plan.takenAt.microseconds / 1_000_000)",
        at: plan.takenAt, summary: verdict.reason.sentence,
        labels: ["reason": verdict.reason.code])
    }
  }

  /// How long a target is silent before people are told. Evidence is void much sooner; but one
  /// slow scrape is no news, and an alert that comes and goes is not read twice.
  private static let silence = Duration.minutes(5)

  private func kind(of reason: Reason) -> Alert.Kind? {
    switch reason {
    case .stale(let age): age >= Self.silence ? .collectorStale : nil
    case .neverHeard: .collectorStale
    case .sensorFault, .identityConflict, .identityChanged, .faulty, .withheld: .sensorFault
    case .suspectedHang: .suspectedHang
    case .ladder(.notify, _, _): .nodeIdleWarning
    case .stuckLaunch: .launchStuck
    default: nil
    }
  }

  /// In a pool that is only observed nothing comes that one could be warned of.
  private func isActedOn(_ pool: PoolName?) -> Bool {
    rulebook.pools.first { $0.name == pool }.map { $0.mode > .observe } ?? false
  }

  /// What tells one time from the next: the same idle time, launch or silence is one occurrence.
  private func occurrence(of reason: Reason, _ node: NodeID, _ pool: PoolName?) -> String {
    let target = snapshot.targets[node].flatMap { memory.targets[$0] }
    let moment =
      switch reason {
      case .stuckLaunch(let since): since
      case .ladder: memory.nodes[node]?.offSince ?? target?.idleSince(in: kind(of: pool))
      default: target?.lastReadingAt
      }
    guard let moment else { return "first" }
    return String(moment.microseconds / 1_000_000)
  }

  private func kind(of pool: PoolName?) -> PoolKind {
    rulebook.pools.first { $0.name == pool }?.kind ?? .unlabelled
  }

  private func labels(node: NodeID, pool: PoolName?, _ reason: Reason) -> [String: String] {
    var labels = ["node": node.rawValue, "reason": reason.code]
    labels["pool"] = pool?.rawValue
    return labels
  }
}

extension Reason {
  /// Something bigger than the node holds it.
  fileprivate var isHold: Bool {
    switch self {
    case .correlatedIdle, .unhealthyHalt: true
    default: false
    }
  }
}
