public import FleetModel

/// The look before the leap: why a decision is not right any more; nil when it still is.
///
/// `node` and `memory` are fresh: the node as the cloud describes it now (nil: it knows none), the
/// memory with the target's re-read folded in. A shrinking act needs a reading of every
/// accelerator younger than `Thresholds.rereadAge` and the whole idle proof again (karpenter#3185:
/// a job arrives between decision and call). A stopped node is given back on other proof: that it
/// is still off by our own act, and has been for long enough.
///
/// `fleet` is the newest snapshot, with every open act in its memory: a decision that grows has to
/// find its money there again (`reservation`). Without one that is not looked at.
public func recheck(
  _ decision: Decision, node: Node?, memory: Memory, at now: Timestamp, under rulebook: Rulebook,
  in fleet: Snapshot? = nil
) -> Reason? {
  // A look at one node may say less than the listing did: what stood against the act still does.
  var node = node
  if let id = node?.id, node?.facts == nil {
    node?.facts = fleet?.nodes.first { $0.id == id }?.facts
  }
  if let reason = recheckAct(decision, node: node, memory: memory, at: now, under: rulebook) {
    return reason
  }
  return fleet.flatMap { reservation(decision, snapshot: $0, under: rulebook) }
}

private func recheckAct(
  _ decision: Decision, node: Node?, memory: Memory, at now: Timestamp, under rulebook: Rulebook
) -> Reason? {
  guard now < decision.expiresAt else {
    return .expired(age: now.duration(since: decision.madeAt))
  }
  guard let pool = rulebook.pools.first(where: { $0.name == decision.pool }),
    pool.mode >= decision.mode
  else { return .superseded }
  guard let id = decision.node else { return recheckPlace(decision, pool, memory, at: now) }
  guard let node, node.id == id else { return .notRunning(.terminated) }
  if isTaken(decision, memory) { return .inFlight }
  let history = memory.nodes[id]
  guard (history?.generation ?? 0) == decision.generation else { return .superseded }
  guard node.tags[Tag.fleet] == rulebook.fleet else { return .notOurs }
  guard rulebook.pool(of: node)?.name == decision.pool else { return .superseded }
  guard decision.intent.shrinks else {
    return node.state == .stopped ? nil : .notRunning(node.state)
  }
  // The cloud's word is the evidence, and no tag of ours stays its hand.
  if decision.reason.isInterruption {
    let isSaid = memory.notices?[id]?.kind.isAnnounced == true
    return isSaid && node.state.isLive ? nil : .superseded
  }
  if let protected = Protection.reason(for: node, at: now) { return protected }
  if let bar = bar(to: decision, on: node, history, pool, at: now, rulebook) { return bar }
  if decision.intent == .terminate, node.state == .stopped {
    return LongOff.objection(to: node, history, in: pool, at: now)
  }
  let proof = IdleProof(
    rulebook: rulebook, now: now, freshness: rulebook.thresholds.rereadAge)
  let reason = proof.reason(
    for: node, in: pool, heardAt: decision.target,
    decision.target.flatMap { memory.targets[$0] }, history,
    reaching: [decision.window(in: pool, memory.pools[pool.name], rulebook)])
  if case .idleConfirmed = reason { return nil }
  return reason
}

private func bar(
  to decision: Decision, on node: Node, _ history: NodeMemory?, _ pool: PoolRules,
  at now: Timestamp, _ rulebook: Rulebook
) -> Reason? {
  guard let act = MachineAct(decision.intent) else { return nil }
  return rulebook.bar(to: act, on: node, in: pool) ?? history?.refusal(of: act, at: now)
}

extension Decision {
  /// How long the node must have been at rest: for the surplus of a pool its drain time, else what
  /// the pool's ladder asks for before this act.
  fileprivate func window(
    in pool: PoolRules, _ memory: PoolMemory?, _ rulebook: Rulebook
  ) -> Duration {
    switch reason {
    case .surplus, .spotPlacement, .onDemandFallback:
      return pool.scaling?.drain ?? rulebook.idleLimit(of: pool, memory)
    default: break
    }
    let act = rulebook.idleLimit(of: pool, memory)
    return IdleSteps(of: pool, act: act).time(of: intent) ?? act
  }
}

private func recheckPlace(
  _ decision: Decision, _ pool: PoolRules, _ memory: Memory, at now: Timestamp
) -> Reason? {
  guard decision.replicas != nil || pool.launches(decision.launch) else { return .superseded }
  if memory.settled.contains(decision.key) || isTaken(decision, memory) { return .inFlight }
  // A pool that buys in several places has a quarantine for each; the spot rule keeps them.
  if pool.spot == nil, let until = memory.pools[pool.name]?.quarantineUntil, now < until {
    return .capacityQuarantine(until: until)
  }
  return nil
}

extension PoolRules {
  /// These are settings this pool still makes nodes with.
  fileprivate func launches(_ spec: LaunchSpec?) -> Bool {
    guard let spec else { return false }
    return spec == launch || spec == spot?.onDemand
      || spot?.offerings.contains { $0.launch == spec } ?? false
  }
}

/// Another act on the same subject is under way.
private func isTaken(_ decision: Decision, _ memory: Memory) -> Bool {
  memory.openActions.contains {
    $0.key != decision.key && $0.value.decision.subject == decision.subject
  }
}
