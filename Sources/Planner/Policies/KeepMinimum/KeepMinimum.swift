import FleetModel

/// Fills a pool up to its minimum: starts what is stopped, else launches.
///
/// Nodes that run, start or are on their way count (I12). One decision for each missing place.
struct KeepMinimum: Policy {
  static let name = "keep-minimum"

  func evaluate(_ fleet: FleetView) -> [Proposal] {
    fleet.pools.indices.flatMap { fill($0, of: fleet) }
  }

  private func fill(_ index: Int, of fleet: FleetView) -> [Proposal] {
    let pool = fleet.pools[index]
    let have = pool.live + pool.coming
    let wanted = min(pool.rules.minimumNodes, pool.rules.maximumNodes ?? .max)
    guard have < wanted else {
      return [keep(index, pool, .enough(live: have, minimum: pool.rules.minimumNodes))]
    }
    let missing = Reason.belowMinimum(live: have, minimum: pool.rules.minimumNodes)
    let stopped = startable(in: pool, of: fleet).prefix(wanted - have)
    let starts = stopped.map {
      Proposal(
        subject: .node(fleet.nodes[$0].node.id), pool: index, node: $0, intent: .start,
        reason: missing)
    }
    let places = (have + starts.count)..<wanted
    if places.isEmpty { return [speak(index, pool, .start, missing)] + starts }
    if let obstacle = obstacle(to: pool, at: fleet.now) {
      return [
        starts.isEmpty ? keep(index, pool, obstacle) : speak(index, pool, .start, missing)
      ] + starts
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
        && !view.hasJust(false, at: fleet.now)
    }
    let isHeld = { (index: Int) -> Bool in
      guard let acted = fleet.nodes[index].history?.lastActAt else { return false }
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

  private func keep(_ index: Int, _ pool: PoolView, _ reason: Reason) -> Proposal {
    speak(index, pool, .keep, reason)
  }

  private func speak(
    _ index: Int, _ pool: PoolView, _ intent: Intent, _ reason: Reason
  ) -> Proposal {
    Proposal(
      subject: .pool(pool.rules.name), pool: index, node: nil, intent: intent, reason: reason)
  }
}
