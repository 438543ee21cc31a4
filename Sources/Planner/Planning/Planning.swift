import FleetModel

/// What should be done about a fleet, and why everything else is left alone.
///
/// Pure: the same snapshot and rulebook give the same plan, byte for byte (DECISIONS 4, 26). Every
/// node and every pool gets exactly one verdict. What a guard objects to is kept, with its reason, and
/// so is what the second look at the decisions objects to (`PlanCheck`).
public func plan(_ snapshot: Snapshot, under rulebook: Rulebook) -> Plan {
  PlanCheck.withholding(firstPlan(snapshot, under: rulebook), for: snapshot, under: rulebook)
}

private func firstPlan(_ snapshot: Snapshot, under rulebook: Rulebook) -> Plan {
  var fleet = FleetView(snapshot, under: rulebook)
  for place in fleet.pools.indices {
    fleet.pools[place].sizing = fleet.sizing(ofPoolAt: place, by: Policies.all)
  }
  return plan(for: fleet)
}

/// The second half, once sizes are agreed on: the fleet changes no more, and is not copied.
private func plan(for fleet: FleetView) -> Plan {
  var draft = Draft(of: fleet)
  for policy in Policies.all { draft.take(policy.evaluate(fleet), in: fleet) }
  draft.guardActs(in: fleet)
  return draft.finish(in: fleet)
}

/// A plan in the making.
///
/// The fleet is handed to it and not kept in it: of a plan for one pool without nodes, which a
/// backtest makes a hundred thousand times, copies of the fleet were a quarter.
struct Draft {
  private var nodes: [Verdict]
  private var pools: [Verdict?]
  private var acts: [Proposal] = []
  private var decisions: [Decision] = []

  init(of fleet: FleetView) {
    pools = fleet.pools.map { _ in nil }
    nodes = []
    nodes.reserveCapacity(fleet.nodes.count + fleet.pools.count)
    // A node is kept for what is known of it until a policy says otherwise: most never do.
    for node in fleet.nodes.indices {
      nodes.append(
        Verdict(
          subject: .node(fleet.nodes[node].node.id),
          pool: fleet.nodes[node].pool.map { fleet.pools[$0].rules.name },
          intent: .keep, reason: fleet.nodes[node].standing))
    }
  }

  /// The plan; the draft is used up, since its verdicts are handed on and not copied.
  mutating func finish(in fleet: FleetView) -> Plan {
    var verdicts: [Verdict] = []
    swap(&verdicts, &nodes)
    var sizings: [Sizing] = []
    for place in fleet.rulebook.placesByName {
      if let verdict = pools[place] { verdicts.append(verdict) }
      if !fleet.pools[place].sizing.steps.isEmpty { sizings.append(fleet.pools[place].sizing) }
    }
    var advice: [Advice] = []
    for policy in Policies.all { advice += policy.advise(on: fleet) }
    return Plan(
      takenAt: fleet.now, verdicts: verdicts, decisions: decisions, sizings: sizings,
      advice: advice.sorted { $0.monthlySaving > $1.monthlySaving },
      budgets: fleet.budgets.isEmpty ? nil : fleet.budgets, skewed: ClockSkew.told(in: fleet))
  }

  /// An act replaces an earlier "keep"; of two acts on one node the first stands.
  mutating func take(_ proposals: [Proposal], in fleet: FleetView) {
    for proposal in proposals {
      let verdict = Verdict(
        subject: proposal.subject, pool: proposal.pool.map { fleet.pools[$0].rules.name },
        intent: proposal.intent, reason: proposal.reason)
      if let node = proposal.node {
        guard nodes[node].intent == .keep else { continue }
        nodes[node] = verdict
      } else if case .pool = proposal.subject, let pool = proposal.pool {
        pools[pool] = verdict
      }
      if proposal.intent != .keep, proposal.isAct { acts.append(proposal) }
    }
  }

  /// Asks the guards about every act: what grows first, so that no limit on acts lets savings hold
  /// up demand, then dearest first. Where only some may be done, those are.
  mutating func guardActs(in fleet: FleetView) {
    // No act, no guards: they count through the fleet before they are asked.
    guard !acts.isEmpty else { return }
    // Last, what the policies agreed on and what one has against the acts of another.
    var guards =
      Guards.all(for: fleet) + [AgreedSize(fleet)]
      + Policies.all.compactMap { $0.objector(in: fleet) }
    var admitted = Set<Int>()
    var objections: [Int: Reason] = [:]
    var decided: [(act: Proposal, decision: Decision)] = []
    for proposal in fleet.inOrderOfAsking(acts) {
      let act = trimmed(priced(proposal, in: fleet), by: guards, in: fleet)
      if let objection = Self.objection(of: guards, to: act, in: fleet) {
        block(act, objection)
        if let pool = act.pool { objections[pool] = objections[pool] ?? objection }
        continue
      }
      for index in guards.indices where Self.concerns(guards[index], act, in: fleet) {
        guards[index].admit(act)
      }
      if let pool = act.pool, !act.intent.shrinks { admitted.insert(pool) }
      if let decision = decision(for: act, in: fleet) { decided.append((act, decision)) }
    }
    decisions = decided.sorted { fleet.comesFirst($0.act, $1.act) }.map(\.decision)
    for pool in fleet.pools.indices where !admitted.contains(pool) {
      guard let objection = objections[pool], pools[pool]?.intent != .keep else { continue }
      pools[pool]?.intent = .keep
      pools[pool]?.reason = objection
    }
  }

  private static func objection(
    of guards: [any Guard], to act: Proposal, in fleet: FleetView
  ) -> Reason? {
    for gate in guards where concerns(gate, act, in: fleet) {
      if let objection = gate.objection(to: act, in: fleet) { return objection }
    }
    return nil
  }

  private func priced(_ act: Proposal, in fleet: FleetView) -> Proposal {
    var act = act
    if act.intent.grows { act.rate = fleet.rate(of: act) }
    return act
  }

  /// A change of replicas cut to what every guard lets pass; whole where nothing would be left.
  private func trimmed(
    _ act: Proposal, by guards: [any Guard], in fleet: FleetView
  ) -> Proposal {
    guard let change = act.replicas else { return act }
    let most = guards.compactMap { $0.allowance(for: act, in: fleet) }.min() ?? .max
    guard most > 0, most < change.size else { return act }
    var part = act
    part.replicas?.to = change.to > change.from ? change.from + most : change.from - most
    return part
  }

  /// What is off already is no capacity that could be missed.
  private static func concerns(
    _ gate: any Guard, _ act: Proposal, in fleet: FleetView
  ) -> Bool {
    // A node that its cloud takes away anyway is no saving, no risk and no capacity.
    if act.reason.isInterruption, act.node != nil {
      return gate is KillSwitch || gate is Unsupported || gate is ClockSkew || gate is OneAtATime
    }
    return
      !(act.intent.shrinks && act.isOff(in: fleet)
      && (gate is MinimumCapacity || gate is DisruptionBudgets || gate is AgreedSize))
  }

  private mutating func block(_ act: Proposal, _ objection: Reason) {
    guard let node = act.node else { return }
    nodes[node].intent = .keep
    nodes[node].reason = objection
  }

  private func decision(for act: Proposal, in fleet: FleetView) -> Decision? {
    guard let place = act.pool else { return nil }
    let rules = fleet.pools[place].rules
    guard rules.mode > .observe else { return nil }
    let view = act.node.map { fleet.nodes[$0] }
    let memory = fleet.snapshot.memory
    let generation =
      view.map { fleet.history(of: $0)?.generation ?? 0 }
      ?? memory.pools[rules.name]?.launchGeneration ?? 0
    let key = DecisionKey(
      "\(fleet.rulebook.fleet)/\(rules.name)/\(act.subject.label)/\(act.intent)/\(generation)")
    return Decision(
      key: key, subject: act.subject, pool: rules.name, intent: act.intent, reason: act.reason,
      mode: rules.mode, generation: generation, madeAt: fleet.now,
      expiresAt: fleet.now.advanced(by: fleet.rulebook.thresholds.decisionLifetime),
      target: act.isOff(in: fleet) ? nil : view?.target, rate: act.rate(in: fleet),
      launch: act.intent == .launch ? act.launch ?? rules.launch : nil,
      cloud: fleet.cloud(of: act), replicas: act.replicas,
      workload: act.replicas == nil ? nil : rules.match.workload,
      approval: fleet.snapshot.approvals?[key])
  }
}

extension Proposal {
  /// About a node that is switched off.
  func isOff(in fleet: FleetView) -> Bool {
    node.map { fleet.nodes[$0].node.state == .stopped } ?? false
  }

  /// What the node costs an hour, or will; giving back what is off saves its disks only.
  func rate(in fleet: FleetView) -> HourlyRate? {
    intent.shrinks && isOff(in: fleet) ? nil : node.flatMap { fleet.nodes[$0].rate }
  }

  /// About a node, a place or a number of replicas, not the pool's own word.
  var isAct: Bool {
    if case .pool = subject { replicas != nil } else { true }
  }

  /// The order of places: by pool, then slot.
  var place: Int {
    switch subject {
    case .slot(_, let number), .offering(_, let number): (pool ?? 0) << 32 + number
    case .pool, .node: (pool ?? 0) << 32
    }
  }
}

extension Subject {
  /// As it stands in a decision's key.
  var label: String {
    switch self {
    case .node(let id): id.rawValue
    case .slot(_, let number): "slot-\(number)"
    case .pool(let name): name.rawValue
    case .offering(_, let number): "offering-\(number)"
    }
  }
}

extension Rulebook {
  /// Places of the pools in the order of their names, which mostly is the order they stand in.
  fileprivate var placesByName: [Int] {
    let isOrdered = pools.indices.dropFirst().allSatisfy { pools[$0 - 1].name <= pools[$0].name }
    return isOrdered
      ? Array(pools.indices) : pools.indices.sorted { pools[$0].name < pools[$1].name }
  }
}
