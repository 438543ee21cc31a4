import FleetModel

extension Memory {
  /// Takes in one ledger line; a line taken in before changes nothing.
  public mutating func fold(_ event: LedgerEvent) {
    if event.id > 0 {
      guard event.id > lastEvent else { return }
      lastEvent = event.id
    }
    switch event.kind {
    case .intended(let decision):
      waiting?[event.key] = nil
      guard openActions[event.key] == nil, !settled.contains(event.key) else { return }
      openActions[event.key] = OpenAction(decision: decision, phase: .intended, since: event.at)
      noteAct(decision, at: event.at)
    case .attempted:
      openActions[event.key]?.phase = .attempted
    case .succeeded(let receipt):
      guard let decision = settle(event.key) else { return }
      succeed(decision, receipt, at: event.at)
    case .failed(let failure):
      guard let decision = settle(event.key) else { return }
      fail(decision, failure, at: event.at)
    case .cancelled:
      guard let decision = settle(event.key) ?? withdraw(event.key) else { return }
      advance(decision)
    case .advised(let decision):
      // Telling people changes nothing: the same idle time stays the same decision. One that
      // waits for a person's word has an end, and that begins the next.
      guard decision.mode == .approve, openActions[event.key] == nil,
        !settled.contains(event.key)
      else { return }
      waiting = (waiting ?? [:]).merging([event.key: decision]) { _, new in new }
    }
  }

  /// Ends a decision that waited for a person; nil when it did not.
  private mutating func withdraw(_ key: DecisionKey) -> Decision? {
    guard let decision = waiting?.removeValue(forKey: key) else { return nil }
    note(settled: key)
    return decision
  }

  /// Ends an open act; nil when it is not open (it ended before).
  private mutating func settle(_ key: DecisionKey) -> Decision? {
    guard let open = openActions.removeValue(forKey: key) else { return nil }
    note(settled: key)
    return open.decision
  }

  private mutating func note(settled key: DecisionKey) {
    settled.append(key)
    // More acts than this are never open at once (blast radius), so none is forgotten too early.
    if settled.count > 1024 { settled.removeFirst(settled.count - 1024) }
  }

  private mutating func succeed(_ decision: Decision, _ receipt: Receipt, at moment: Timestamp) {
    advance(decision)
    noteStart(decision, failure: nil, at: moment)
    guard let id = decision.node ?? receipt.node else {
      if decision.intent == .scaleDown {
        noteShrink(by: decision, at: moment)
        noteReplicasOff(decision, at: moment)
      }
      return
    }
    var node = nodes[id] ?? NodeMemory()
    node.lastActAt = moment
    node.lastIntent = decision.intent
    noteDirection(of: decision, at: moment)
    switch decision.intent {
    case .stop, .terminate:
      node.stoppedBy = decision.key
      // What is off already keeps the beginning it was stopped for.
      node.idleBegan = decision.idleBegan ?? node.idleBegan
      noteShrink(by: decision, at: moment)
    case .launch:
      node.launchedFor = decision.pool
      node.launchedAs = decision.launch
      node.unexplainedSince = nil
      pools[decision.pool, default: PoolMemory()].capacityErrors = 0
      pools[decision.pool]?.quarantineUntil = nil
    case .scaleDown: noteShrink(by: decision, at: moment)
    case .start, .keep, .unload, .scaleUp: break
    }
    nodes[id] = node
  }

  private mutating func fail(_ decision: Decision, _ failure: ActFailure, at moment: Timestamp) {
    advance(decision)
    noteStart(decision, failure: failure.kind, at: moment)
    if let id = decision.node {
      nodes[id, default: NodeMemory()].lastActAt = moment
      nodes[id]?.noteRefusal(of: decision.intent, failure, at: moment)
    }
    if decision.intent.shrinks {
      // It may have happened: the blast radius counts it.
      if failure.kind == .unknown { noteShrink(by: decision, at: moment) }
      return
    }
    if let launch = decision.launch {
      var refused = pools[decision.pool]?.refused ?? []
      refused.append(RefusedLaunch(launch: launch, kind: failure.kind, at: moment))
      // More places than this no pool has; older ones were looked at long ago.
      pools[decision.pool, default: PoolMemory()].refused = refused.suffix(32)
    }
    quarantine(decision.pool, after: failure.kind, at: moment)
  }

  /// The subject's next desired state begins.
  private mutating func advance(_ decision: Decision) {
    if let id = decision.node {
      // Never back: a decision that waited for a person may end long after the next began.
      let next = nodes[id]?.generation ?? 0
      nodes[id, default: NodeMemory()].generation = max(next, decision.generation + 1)
    } else {
      let next = pools[decision.pool]?.launchGeneration ?? 0
      pools[decision.pool, default: PoolMemory()].launchGeneration =
        max(next, decision.generation) + 1
    }
  }

  /// Of nodes alone: a number of replicas that follows demand takes none (docs/decisions/0005).
  private mutating func noteShrink(by decision: Decision, at moment: Timestamp) {
    guard decision.replicas == nil else { return }
    var pool = pools[decision.pool] ?? PoolMemory()
    pool.shrunk.removeAll { moment.duration(since: $0) > .hours(1) }
    pool.shrunk.append(moment)
    pools[decision.pool] = pool
  }

  /// No launches for 3, 6, 12, then 24 minutes (SEMANTICS 4.10); what only a person can mend waits
  /// the longest time at once.
  private mutating func quarantine(
    _ name: PoolName, after kind: ActFailure.Kind, at moment: Timestamp
  ) {
    var pool = pools[name] ?? PoolMemory()
    switch kind {
    case .capacity, .throttled, .unknown, .notFound:
      pool.capacityErrors += 1
      let minutes = Int64(3) << Int64(min(pool.capacityErrors - 1, 3))
      pool.quarantineUntil = moment.advanced(by: .minutes(minutes))
    case .quota, .auth, .invalid, .unsupported:
      pool.quarantineUntil = moment.advanced(by: .minutes(24))
    }
    pools[name] = pool
  }
}

extension Decision {
  /// When the idleness began that it rests on; nil when it rests on something else.
  var idleBegan: Timestamp? {
    switch reason {
    case .idleConfirmed(let idle, _, _), .ladder(_, let idle, _):
      madeAt.advanced(by: .zero - idle)
    default: nil
    }
  }
}
