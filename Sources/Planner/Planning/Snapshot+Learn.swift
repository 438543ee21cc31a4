public import FleetModel

extension Snapshot {
  /// Folds into memory what only the whole view shows, once a pass and before a plan: what was
  /// asked of each pool, how late it was answered, and what is seen of the places it buys at.
  ///
  /// `interval` is how far passes are apart by the settings. It is given, not measured: rules learn
  /// by the interval, and would begin anew with every second a pass came late.
  public mutating func learn(every interval: Duration, under rulebook: Rulebook) {
    // By a clock that is wrong every machine may seem to have been started since.
    let isClockWrong = rulebook.thresholds.areWrong(clockSkew)
    if !isClockWrong { settleIdentities() }
    memory.learnPower(at: takenAt)
    if !isClockWrong { reviewTurns(under: rulebook) }
    guard interval > .zero, rulebook.pools.contains(where: \.learns) else { return }
    let index = PoolIndex(rulebook)
    var members: [Int: [Node]] = [:]
    for node in nodes where node.tags[Tag.fleet] == rulebook.fleet {
      if let place = index.place(of: node) { members[place, default: []].append(node) }
    }
    for (place, pool) in rulebook.pools.enumerated() where pool.learns {
      // Only the pool's own nodes, under its own rules: 400 pools that each look at 12,500 nodes,
      // and ask 400 pools whose they are, take seconds.
      var part = self
      part.nodes = members[place] ?? []
      var own = rulebook
      own.pools = [pool]
      if pool.asksForDemand { learnDemand(of: pool, from: part, every: interval, own) }
      guard let sight = spotSight(of: pool, in: part, under: own, interval: interval) else {
        continue
      }
      memory.fold(sight, of: pool)
      memory.pools[pool.name]?.spotLookedAt = takenAt
      spot = spot ?? [:]
      spot?[pool.name] = sight
    }
  }

  private mutating func learnDemand(
    of pool: PoolRules, from part: Snapshot, every interval: Duration, _ rulebook: Rulebook
  ) {
    let since = takenAt.advanced(by: .zero - interval)
    guard let demand = poolDemand(of: pool, in: part, since: since, under: rulebook) else { return }
    memory.fold(demand, of: pool, serving: part.count(of: pool))
    guard let limit = pool.scaling?.timeToFirstToken, let time = demand.timeToFirstToken else {
      return
    }
    // Servers count a sum and a number: an interval whose mean is over the limit is late as a whole.
    let asked = max(1, (demand.running ?? 0) + (demand.waiting ?? 0))
    memory.foldLateness(of: pool.name, late: time > limit ? asked : 0, total: asked, at: takenAt)
  }

  /// Of a pool whose cloud counts nothing: nodes that run, and nodes on their way.
  private func count(of pool: PoolRules) -> ReplicaCount {
    if let counted = replicas?[pool.name] { return counted }
    let ready = nodes.count { $0.state == .running }
    let open = memory.openActions.values.count {
      $0.decision.pool == pool.name && $0.decision.intent.grows
    }
    let unlisted = memory.nodes.values.count { $0.unlistedPool(at: takenAt) == pool.name }
    return ReplicaCount(
      ready: ready, pending: nodes.count { $0.state == .pending } + open + unlisted)
  }
}

extension Memory {
  /// Takes in what the devices of one of a pool's nodes said, for advice on their size.
  public mutating func noteNeeds(_ reading: NodeReading, of pool: PoolName) {
    if pools[pool]?.needs == nil {
      pools[pool, default: PoolMemory()].needs = RightsizeMemory()
    }
    pools[pool]?.needs?.fold(reading)
  }
}

extension PoolRules {
  fileprivate var asksForDemand: Bool { scaling != nil || kind == .serving || forecast != nil }
  fileprivate var learns: Bool { asksForDemand || spot != nil }
}
