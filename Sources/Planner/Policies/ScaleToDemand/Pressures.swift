import FleetModel

/// How full the replicas are, by the measures a queue does not show (SEMANTICS 4.6).
struct Pressures {
  let pool: PoolView
  let demand: PoolDemand
  let watch: DemandWatch
  let scaling: ScalingRules

  /// Fuller than this and one more replica is wanted: vLLM begins to preempt near 0.9, and a
  /// replica takes minutes to come†.
  static let cacheTarget = 0.70
  /// One replica fewer must leave the cache below this†.
  static let cacheLimit = 0.80
  /// Of the tokens a second that were measured†.
  static let tokenShare = 0.80
  /// Two evaluations in a row over the SLO: one may be a single long prompt.
  static let lateEvaluations = 2

  private var ready: Int { pool.replicas?.ready ?? pool.live }

  func add(to sizing: inout Sizing) {
    if let cache = demand.cacheUsage, ready > 0 {
      let want = Int((Double(ready) * cache / Self.cacheTarget).rounded(.up))
      if want > ready { ask(want, .cache, cache, Self.cacheTarget, &sizing) }
      holdIfFull(cache, &sizing)
    }
    if let tokens = demand.tokensPerSecond, let capacity = scaling.tokensPerSecond, capacity > 0 {
      let want = Int((tokens / (capacity * Self.tokenShare)).rounded(.up))
      ask(want, .tokens, tokens / (capacity * Double(max(1, ready))), Self.tokenShare, &sizing)
    }
    if watch.lateEvaluations >= Self.lateEvaluations, let time = demand.timeToFirstToken,
      let limit = scaling.timeToFirstToken
    {
      ask(pool.have + 1, .timeToFirstToken, time.inSeconds, limit.inSeconds, &sizing)
    }
  }

  private func ask(
    _ want: Int, _ measure: Pressure, _ value: Double, _ limit: Double, _ sizing: inout Sizing
  ) {
    sizing.ask(want, by: ScaleToDemand.name, .pressure(measure, value: value, limit: limit))
  }

  /// The N−1 check: what one replica holds has to fit into the others.
  private func holdIfFull(_ cache: Double, _ sizing: inout Sizing) {
    guard ready > 1 else { return }
    let would = cache * Double(ready) / Double(ready - 1)
    guard would >= Self.cacheLimit else { return }
    sizing.holdShrinking(
      by: ScaleToDemand.name,
      .nMinusOneUnsafe(measure: .cache, would: would, limit: Self.cacheLimit))
  }
}
