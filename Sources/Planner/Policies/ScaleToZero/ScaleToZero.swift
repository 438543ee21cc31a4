import FleetModel

/// Nothing for nobody: a pool without demand goes to no replicas, and comes back when it is woken.
///
/// Where a demand rule follows the demand (`scaling`), that keeps warm and shrinks; here only wakes
/// and unknown demand are seen to. Nodes go by their own idle time, which is the same retention.
struct ScaleToZero: Policy {
  static let name = "scale-to-zero"

  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    if let until = fleet.wakeEnd(of: pool) {
      sizing.raiseFloor(to: 1, by: Self.name, .woken(until: until))
    }
    guard let demand = pool.memory.demand else {
      // Where a rule waits for demand, none is not zero; elsewhere nobody ever asked for it.
      guard pool.rules.scaling != nil else { return }
      return sizing.holdShrinking(by: Self.name, .demandUnknown(age: nil))
    }
    guard demand.isFresh(at: fleet.now) else {
      let age = fleet.now.duration(since: demand.at)
      return sizing.holdShrinking(by: Self.name, .demandUnknown(age: age))
    }
    guard pool.rules.scaling == nil else { return }
    if demand.hasWork { return answer(demand, pool, &sizing) }
    if pool.replicas != nil { retain(demand, pool, fleet, &sizing) }
  }

  /// From nothing there is no delay: the signal came from outside, for nobody is inside.
  private func answer(_ demand: PoolDemand, _ pool: PoolView, _ sizing: inout Sizing) {
    guard pool.have == 0 else { return }
    sizing.ask(
      1, by: Self.name, .demand(want: 1, have: 0, level: demand.offered, margin: 0))
  }

  /// Keeps the replicas for as long as a cold start is worth, then gives up all of them.
  private func retain(
    _ demand: PoolDemand, _ pool: PoolView, _ fleet: FleetView, _ sizing: inout Sizing
  ) {
    guard pool.rules.kind != .training, pool.rules.kind != .unlabelled,
      let since = pool.memory.gaps?.quietSince
    else { return }
    let idle = demand.at.duration(since: since)
    let retention = Retention(
      of: pool.rules, pool.memory, standard: fleet.rulebook.thresholds.servingWindow,
      countsReplicas: true)
    let limit = pool.rules.idleAfter ?? retention.limit
    if pool.rules.idleAfter == nil, retention.learned != nil {
      // What a cold start alone would have said, for whoever asks why.
      sizing.raiseFloor(
        to: 0, by: Self.name, .retained(idle: idle, limit: retention.coldStart))
    }
    guard idle >= limit else {
      return sizing.ask(pool.have, by: Self.name, .retained(idle: idle, limit: limit))
    }
    sizing.ask(0, by: Self.name, .scaleToZero(idle: idle, limit: limit))
  }
}

extension FleetView {
  /// Until when a pool somebody woke stays up; nil when nobody did, or that time is over.
  func wakeEnd(of pool: PoolView) -> Timestamp? {
    guard let end = snapshot.wakes?[pool.rules.name], now < end else { return nil }
    return end
  }
}
