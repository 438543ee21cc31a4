import FleetModel

/// Sizes a serving pool by its demand.
///
/// The number comes from the rule learned in `DemandMemory`, the same live as in a backtest
/// (DECISIONS 22). Signals a queue cannot show raise it: a full key-value cache, tokens against the
/// measured capacity, time to first token. Pending replicas count as capacity. Nothing shrinks while
/// demand is not heard, in a burst, or when one replica fewer would be too full.
struct ScaleToDemand: Policy {
  static let name = "scale-to-demand"

  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    guard let scaling = pool.rules.scaling else { return }
    // Demand that is not heard holds the pool; ScaleToZero says so for every pool.
    guard let demand = pool.memory.demand, demand.isFresh(at: fleet.now) else { return }
    if let wanted = pool.memory.scaler?.wanted {
      let want = stepped(wanted, from: pool.have, scaling)
      sizing.ask(want, by: Self.name, reason(for: want, pool))
    }
    let watch = pool.memory.demandWatch ?? DemandWatch()
    Pressures(pool: pool, demand: demand, watch: watch, scaling: scaling).add(to: &sizing)
    if let until = watch.burstUntil, fleet.now < until {
      sizing.holdShrinking(by: Self.name, .burst(until: until))
    }
    if let delay = scaling.scaleDownDelay, let since = watch.surplusSince {
      let waited = fleet.now.duration(since: since)
      if waited < delay { sizing.holdShrinking(by: Self.name, .cooldown(left: delay - waited)) }
    }
  }

  /// At most `stepUp` more at once, where that is set (SEMANTICS 4.6).
  private func stepped(_ wanted: Int, from have: Int, _ scaling: ScalingRules) -> Int {
    guard let step = scaling.stepUp, wanted > have else { return wanted }
    return min(wanted, have + max(step, have))
  }

  private func reason(for want: Int, _ pool: PoolView) -> Reason {
    let account = pool.memory.scaler?.account ?? DemandAccount()
    if want == pool.have, let pending = pool.replicas?.pending, pending > 0 {
      return .pendingCapacity(pending: pending, want: want)
    }
    return .demand(
      want: want, have: pool.have, level: account.expected, margin: account.margin)
  }
}
