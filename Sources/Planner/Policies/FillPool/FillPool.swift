import FleetModel

/// Brings a pool to the number every policy before it agreed on.
///
/// Upwards it starts what is stopped, else launches; nodes that run, start or are on their way
/// count (I12). Downwards it releases nodes at rest, never one that still answers requests. A pool
/// that its cloud counts in replicas is asked for the number itself.
struct FillPool: Policy {
  static let name = "fill-pool"

  func evaluate(_ fleet: FleetView) -> [Proposal] {
    fleet.pools.indices.flatMap { place in
      let pool = fleet.pools[place]
      // Where capacity is bought in several places, SpotFallback says how much of it where.
      if pool.rules.spot != nil { return [] as [Proposal] }
      let desired = pool.sizing.desired(from: pool.have)
      if let hold = fleet.hold(of: pool) { return [speak(place, pool, .keep, .workload(hold))] }
      if pool.replicas != nil { return [scale(place, pool, to: desired, at: fleet.now)] }
      if desired > pool.have { return fill(place, of: fleet, to: desired) }
      return [speak(place, pool, .keep, restReason(pool, desired))]
        + Surplus.proposals(in: place, of: fleet, desired: desired)
    }
  }

  private func restReason(_ pool: PoolView, _ desired: Int) -> Reason {
    let enough = Reason.enough(live: pool.have, minimum: pool.rules.minimumNodes)
    if let hold = pool.sizing.hold { return hold }
    // What should be up and is not is no help to whoever reads this.
    if let since = pool.stuck.map(\.since).min(), pool.have - pool.stuck.count < desired {
      return .stuckLaunch(since: since)
    }
    guard pool.sizing.want != nil || desired != pool.have else { return enough }
    return pool.sizing.reason(for: desired, from: pool.have) ?? enough
  }

  private func scale(
    _ place: Int, _ pool: PoolView, to desired: Int, at now: Timestamp
  ) -> Proposal {
    let have = pool.have
    // Asked again before its time it would be refused again.
    if desired > have, let until = pool.memory.quarantineUntil, now < until,
      pool.rules.match.workload != nil
    {
      return speak(place, pool, .keep, .capacityQuarantine(until: until))
    }
    let intent: Intent = desired == have ? .keep : desired > have ? .scaleUp : .scaleDown
    var proposal = speak(place, pool, intent, restReason(pool, desired))
    if intent != .keep { proposal.replicas = ReplicaChange(from: have, to: desired) }
    return proposal
  }

  private func fill(_ index: Int, of fleet: FleetView, to wanted: Int) -> [Proposal] {
    let pool = fleet.pools[index]
    let have = pool.have
    let missing =
      pool.sizing.reason(for: wanted, from: have)
      ?? .belowMinimum(live: have, minimum: pool.rules.minimumNodes)
    let stopped = startable(in: pool, of: fleet).prefix(wanted - have)
    let starts = stopped.map {
      Proposal(
        subject: .node(fleet.nodes[$0].node.id), pool: index, node: $0, intent: .start,
        reason: missing)
    }
    let places = (have + starts.count)..<wanted
    if places.isEmpty { return [speak(index, pool, .start, missing)] + starts }
    if let obstacle = obstacle(to: pool, at: fleet.now) {
      let word =
        starts.isEmpty
        ? speak(index, pool, .keep, obstacle) : speak(index, pool, .start, missing)
      return [word] + starts
    }
    let launches = places.map {
      Proposal(
        subject: .slot(pool.rules.name, $0), pool: index, node: nil, intent: .launch,
        reason: missing)
    }
    return [speak(index, pool, .launch, missing)] + starts + launches
  }

  /// Stopped nodes of ours, those first that no cooldown holds back; then by id.
  private func startable(in pool: PoolView, of fleet: FleetView) -> [Int] {
    let stopped = pool.members.filter {
      let view = fleet.nodes[$0]
      return view.node.state == .stopped && !view.isInFlight
        && !view.hasJustStarted
    }
    let isHeld = { (index: Int) -> Bool in
      guard let acted = fleet.history(of: fleet.nodes[index])?.lastActAt else { return false }
      return fleet.now.duration(since: acted) < pool.rules.cooldown
    }
    return stopped.filter { !isHeld($0) } + stopped.filter(isHeld)
  }

  private func obstacle(to pool: PoolView, at now: Timestamp) -> Reason? {
    if let until = pool.memory.quarantineUntil, now < until {
      return .capacityQuarantine(until: until)
    }
    return pool.rules.launch == nil ? .noLaunchTemplate : nil
  }

  private func speak(
    _ index: Int, _ pool: PoolView, _ intent: Intent, _ reason: Reason
  ) -> Proposal {
    Proposal(
      subject: .pool(pool.rules.name), pool: index, node: nil, intent: intent, reason: reason)
  }
}
