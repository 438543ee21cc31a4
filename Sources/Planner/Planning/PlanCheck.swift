import FleetModel

/// Reads a plan against its snapshot and says what is wrong with it; knows no policy and no guard.
///
/// A second opinion for tests and for the controller's own watch: it works from readings and tags
/// alone, so that a mistake in a rule is not made twice.
public enum PlanCheck {
  /// One sentence for each fault; empty when the plan is sound.
  public static func findings(
    _ plan: Plan, for snapshot: Snapshot, under rulebook: Rulebook
  ) -> [String] {
    verdicts(plan, snapshot, rulebook) + keys(plan) + shrinks(plan, snapshot, rulebook)
      + blast(plan, snapshot, rulebook) + growth(plan, snapshot, rulebook)
      + limits(plan, snapshot, rulebook)
  }

  private static func verdicts(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    let wanted =
      snapshot.nodes.map { Subject.node($0.id) } + rulebook.pools.map { Subject.pool($0.name) }
    var times: [Subject: Int] = [:]
    for verdict in plan.verdicts { times[verdict.subject, default: 0] += 1 }
    var found = wanted.filter { times[$0] != 1 }.map {
      "\($0.label) has \(times[$0] ?? 0) verdicts, not one"
    }
    if plan.verdicts.count != wanted.count { found.append("verdicts of what is not there") }
    if plan.takenAt != snapshot.takenAt { found.append("the plan is of another moment") }
    let intents = Dictionary(
      plan.verdicts.map { ($0.subject, $0.intent) }, uniquingKeysWith: { one, _ in one })
    for decision in plan.decisions where decision.node != nil {
      if intents[decision.subject] != decision.intent {
        found.append("\(decision.key) is not what its node's verdict says")
      }
    }
    return found
  }

  private static func keys(_ plan: Plan) -> [String] {
    var seen = Set<DecisionKey>()
    var found = plan.decisions.filter { !seen.insert($0.key).inserted }.map {
      "\($0.key) is decided twice"
    }
    let rates = plan.decisions.map { $0.rate?.perHour.nanos ?? -1 }
    if zip(rates, rates.dropFirst()).contains(where: { $0 < $1 }) {
      found.append("decisions are not dearest first")
    }
    for decision in plan.decisions where decision.mode == .observe {
      found.append("\(decision.key) is decided in a pool that only observes")
    }
    return found
  }

  private static func shrinks(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    let nodes = Dictionary(
      snapshot.nodes.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
    return plan.decisions.filter { $0.intent.shrinks && $0.replicas == nil }.compactMap {
      decision in
      guard let id = decision.node, let node = nodes[id] else {
        return "\(decision.key) shrinks what is not there"
      }
      return fault(in: decision, node, snapshot, rulebook).map { "\(decision.key): \($0)" }
    }
  }

  private static func fault(
    in decision: Decision, _ node: Node, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> String? {
    if snapshot.killSwitch { return "the kill switch is on" }
    if node.state != .running { return "the node does not run" }
    if node.tags["finops-fleet"] != rulebook.fleet { return "the node is not ours" }
    if let tag = node.tags["finops-protect"], tag != "false", tag != "" {
      guard let end = Timestamp(rfc3339: tag), end <= snapshot.takenAt else {
        return "the node is protected"
      }
    }
    if let kind = rulebook.pools.first(where: { $0.name == decision.pool })?.kind,
      kind == .training || kind == .unlabelled
    {
      return "nodes of kind \(kind.rawValue) are never stopped"
    }
    guard let target = snapshot.targets[node.id], let memory = snapshot.memory.targets[target]
    else { return "nobody was heard" }
    let reach = rulebook.scrapeInterval * rulebook.thresholds.largestGapInIntervals
    let fresh = memory.accelerators.values.filter { device in
      device.lastSampleAt.map { snapshot.takenAt.duration(since: $0) <= reach } ?? false
    }
    guard let count = node.acceleratorCount, count > 0, fresh.count >= count else {
      return "not every accelerator was heard"
    }
    let resting = fresh.allSatisfy { $0.idleSince != nil || $0.restSince != nil }
    if !resting { return "an accelerator is at work or unknown" }
    if fresh.contains(where: { $0.state == .busy || $0.state == .loading || $0.state == .faulty }) {
      return "an accelerator is at work or broken"
    }
    if snapshot.memory.openActions.values.contains(where: { $0.decision.node == node.id }) {
      return "an act on the node is under way"
    }
    return nil
  }

  private static func blast(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    let limits = rulebook.thresholds
    var found: [String] = []
    for pool in rulebook.pools {
      let shrinks = plan.decisions.count {
        $0.pool == pool.name && $0.intent.shrinks && $0.replicas == nil
      }
      guard shrinks > 0 else { continue }
      let live = snapshot.nodes.count { node in
        node.state.isLive && node.tags["finops-fleet"] == rulebook.fleet
          && rulebook.pool(of: node)?.name == pool.name
      }
      let recent = (snapshot.memory.pools[pool.name]?.shrunk ?? []).count {
        snapshot.takenAt.duration(since: $0) < limits.blastWindow
      }
      if shrinks > max(1, Int(Double(live) * limits.cycleShare + 1e-9)) {
        found.append("\(pool.name) loses \(shrinks) of \(live) in one cycle")
      }
      if shrinks + recent > max(1, Int(Double(live + recent) * limits.windowShare + 1e-9)) {
        found.append("\(pool.name) loses \(shrinks + recent) of \(live + recent) in the window")
      }
      if live - shrinks < pool.minimumNodes { found.append("\(pool.name) falls below its minimum") }
    }
    return found
  }

  private static func growth(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    var found: [String] = []
    for pool in rulebook.pools {
      let grown = plan.decisions.count {
        $0.pool == pool.name && ($0.intent == .start || $0.intent == .launch)
      }
      guard grown > 0 else { continue }
      let live = snapshot.nodes.count { node in
        node.state.isLive && node.tags["finops-fleet"] == rulebook.fleet
          && rulebook.pool(of: node)?.name == pool.name
      }
      if let most = pool.maximumNodes, live + grown > most, most >= pool.minimumNodes {
        found.append("\(pool.name) grows beyond its maximum")
      }
    }
    for decision in plan.decisions where decision.intent == .launch && decision.launch == nil {
      found.append("\(decision.key) launches nobody knows what")
    }
    return found
  }
}
