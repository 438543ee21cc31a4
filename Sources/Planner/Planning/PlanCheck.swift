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
      + limits(plan, snapshot, rulebook) + wakes(plan, snapshot, rulebook)
      + inabilities(plan, snapshot, rulebook)
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
    objections(to: plan, for: snapshot, under: rulebook).map { "\($0.decision.key): \($0.because)" }
  }

  /// The decisions that take something away and ought not to, each with why. The controller withholds
  /// these (`withholding`).
  static func objections(
    to plan: Plan, for snapshot: Snapshot, under rulebook: Rulebook
  ) -> [(decision: Decision, because: String)] {
    let decisions = plan.decisions.filter(\.intent.shrinks)
    guard !decisions.isEmpty else { return [] }
    let wanted = Set(decisions.compactMap(\.node))
    let nodes = Dictionary(
      snapshot.nodes.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0) },
      uniquingKeysWith: { one, _ in one })
    return decisions.compactMap { decision in
      fault(in: decision, nodes, snapshot, rulebook).map { (decision, $0) }
    }
  }

  private static func fault(
    in decision: Decision, _ nodes: [NodeID: Node], _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> String? {
    // A number in one place of several: what the places hold is the spot rule's to count.
    if case .offering = decision.subject {
      return snapshot.killSwitch ? "the kill switch is on" : nil
    }
    if decision.replicas != nil { return fault(inCount: decision, snapshot, rulebook) }
    guard let id = decision.node, let node = nodes[id] else { return "shrinks what is not there" }
    return fault(in: decision, node, snapshot, rulebook)
  }

  private static func fault(
    in decision: Decision, _ node: Node, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> String? {
    if snapshot.killSwitch { return "the kill switch is on" }
    if node.state != .running, !isOff(node, decision) { return "the node does not run" }
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
    if snapshot.memory.openActions.values.contains(where: { $0.decision.node == node.id }) {
      return "an act on the node is under way"
    }
    return isOff(node, decision)
      ? staysOff(decision, node, snapshot, rulebook)
      : works(decision, node, snapshot, rulebook)
  }

  private static func isOff(_ node: Node, _ decision: Decision) -> Bool {
    node.state == .stopped && decision.intent == .terminate
  }

  /// Why a stopped node is not one that was left off by us for long.
  private static func staysOff(
    _ decision: Decision, _ node: Node, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> String? {
    let ladder = rulebook.pools.first { $0.name == decision.pool }?.ladder
    guard let limit = ladder?.terminate else { return "the pool gives back nothing stopped" }
    guard let history = snapshot.memory.nodes[node.id], history.stoppedBy != nil,
      let off = history.offSince
    else { return "the node was not stopped by us" }
    let since = min(history.idleBegan ?? off, off)
    return snapshot.takenAt.duration(since: since) < limit ? "the node is not off for long" : nil
  }

  private static func blast(
    _ plan: Plan, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> [String] {
    let limits = rulebook.thresholds
    var found: [String] = []
    for pool in rulebook.pools {
      let taken = plan.decisions.filter {
        $0.pool == pool.name && $0.intent.shrinks && $0.replicas == nil
      }
      let shrinks = taken.count
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
      let stopped = Set(snapshot.nodes.lazy.filter { $0.state == .stopped }.map(\.id))
      let lost = taken.count { $0.node.map { !stopped.contains($0) } ?? true }
      if lost > 0, live - lost < pool.minimumNodes {
        found.append("\(pool.name) falls below its minimum")
      }
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
