import FleetModel

/// What should be done about a fleet, and why everything else is left alone.
///
/// Pure: the same snapshot and rulebook give the same plan, byte for byte (DECISIONS 4, 26). Every
/// node and every pool gets exactly one verdict. What a guard objects to is kept, with its reason.
public func plan(_ snapshot: Snapshot, under rulebook: Rulebook) -> Plan {
  var fleet = FleetView(snapshot, under: rulebook)
  fleet.size(by: Policies.all)
  var draft = Draft(fleet)
  for policy in Policies.all { draft.take(policy.evaluate(fleet)) }
  draft.guardActs()
  return draft.finish()
}

/// A plan in the making.
struct Draft {
  private let fleet: FleetView
  private var nodes: [Verdict]
  private var pools: [Verdict?]
  private var acts: [Proposal] = []
  private var decisions: [Decision] = []

  init(_ fleet: FleetView) {
    self.fleet = fleet
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
  mutating func finish() -> Plan {
    let names = fleet.pools.indices.sorted {
      fleet.pools[$0].rules.name < fleet.pools[$1].rules.name
    }
    var verdicts: [Verdict] = []
    swap(&verdicts, &nodes)
    verdicts.append(contentsOf: names.compactMap { pools[$0] })
    let advice = Policies.all.flatMap { $0.advise(on: fleet) }
    return Plan(
      takenAt: fleet.now, verdicts: verdicts, decisions: decisions,
      sizings: names.map { fleet.pools[$0].sizing }.filter { !$0.steps.isEmpty },
      advice: advice.sorted { $0.monthlySaving > $1.monthlySaving },
      budgets: fleet.budgets.isEmpty ? nil : fleet.budgets, skewed: ClockSkew.told(in: fleet))
  }

  /// An act replaces an earlier "keep"; of two acts on one node the first stands.
  mutating func take(_ proposals: [Proposal]) {
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
  mutating func guardActs() {
    // Last, what the policies agreed on and what one has against the acts of another.
    var guards =
      Guards.all(for: fleet) + [AgreedSize(fleet)]
      + Policies.all.compactMap { $0.objector(in: fleet) }
    var admitted = Set<Int>()
    var objections: [Int: Reason] = [:]
    var decided: [(act: Proposal, decision: Decision)] = []
    for proposal in acts.sorted(by: isAskedFirst) {
      let act = trimmed(priced(proposal), by: guards)
      if let objection = Self.objection(of: guards, to: act, in: fleet) {
        block(act, objection)
        if let pool = act.pool { objections[pool] = objections[pool] ?? objection }
        continue
      }
      for index in guards.indices where Self.concerns(guards[index], act, in: fleet) {
        guards[index].admit(act)
      }
      if let pool = act.pool, !act.intent.shrinks { admitted.insert(pool) }
      if let decision = decision(for: act) { decided.append((act, decision)) }
    }
    decisions = decided.sorted { comesFirst($0.act, $1.act) }.map(\.decision)
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

  private func priced(_ act: Proposal) -> Proposal {
    var act = act
    if act.intent.grows { act.rate = fleet.rate(of: act) }
    return act
  }

  /// A change of replicas cut to what every guard lets pass; whole where nothing would be left.
  private func trimmed(_ act: Proposal, by guards: [any Guard]) -> Proposal {
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
    !(act.intent.shrinks && act.isOff(in: fleet)
      && (gate is MinimumCapacity || gate is DisruptionBudgets || gate is AgreedSize))
  }

  private mutating func block(_ act: Proposal, _ objection: Reason) {
    guard let node = act.node else { return }
    nodes[node].intent = .keep
    nodes[node].reason = objection
  }

  private func rate(of act: Proposal) -> Int64 {
    act.rate(in: fleet)?.perHour.nanos ?? -1
  }

  /// Critical pools and higher priorities grow first.
  private func isAskedFirst(_ left: Proposal, _ right: Proposal) -> Bool {
    guard left.intent.grows == right.intent.grows else { return left.intent.grows }
    let (mine, other) = (weight(of: left), weight(of: right))
    return mine == other ? comesFirst(left, right) : mine > other
  }

  private func weight(of act: Proposal) -> Int {
    guard act.intent.grows, let rules = act.pool.map({ fleet.pools[$0].rules }) else { return 0 }
    return rules.isCritical ? .max : rules.priority
  }

  private func comesFirst(_ left: Proposal, _ right: Proposal) -> Bool {
    let (mine, other) = (rate(of: left), rate(of: right))
    guard mine == other else { return mine > other }
    // Nodes before places, and each by its own order.
    switch (left.node, right.node) {
    case (let one?, let two?): return one < two
    case (nil, nil): return left.place < right.place
    case (let one, _): return one != nil
    }
  }

  private func decision(for act: Proposal) -> Decision? {
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
      replicas: act.replicas, approval: fleet.snapshot.approvals?[key])
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
