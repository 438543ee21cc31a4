public import FleetModel

extension Memory {
  /// Takes in what was asked of a pool over one interval, and what stood ready to answer it.
  ///
  /// Everything learned of demand is folded here: gaps, season, needs, and the size the demand rule
  /// asks for where the pool has one. What cannot be true and what is not newer than the last one
  /// changes nothing.
  public mutating func fold(
    _ demand: PoolDemand, of rules: PoolRules, serving count: ReplicaCount
  ) {
    guard demand.isSound else { return }
    if let last = pools[rules.name]?.demand, demand.at <= last.at { return }
    fold(demand, of: rules.name)
    pools[rules.name]?.fold(demand, under: rules, serving: count)
  }

  /// Takes in what was asked of a pool over one interval: the last demand, the gaps between work.
  public mutating func fold(_ demand: PoolDemand, of name: PoolName) {
    guard demand.isSound else { return }
    if let last = pools[name]?.demand, demand.at <= last.at { return }
    pools[name, default: PoolMemory()].note(demand)
  }
}

extension PoolMemory {
  fileprivate mutating func note(_ next: PoolDemand) {
    if gaps == nil { gaps = GapMemory() }
    gaps?.fold(next, after: demand)
    demand = next
  }

  fileprivate mutating func fold(
    _ demand: PoolDemand, under rules: PoolRules, serving count: ReplicaCount
  ) {
    if rules.forecast != nil {
      if forecast == nil { forecast = ForecastMemory() }
      forecast?.fold(demand)
    }
    needs?.fold(demand)
    guard let scaling = rules.scaling else { return }
    if scaler == nil { scaler = DemandMemory() }
    if demandWatch == nil { demandWatch = DemandWatch() }
    let measured = coldStart
    let start = demandWatch?.settle(measured: measured, given: scaling.coldStart)
    scaler?.fold(
      DemandLook(
        offered: demand.offered, backlog: demand.backlog, ready: count.ready,
        pending: count.pending),
      under: DemandTerms(
        interval: demand.interval, coldStart: start ?? scaling.coldStart,
        slackWait: scaling.slackWait, stance: scaling.stance))
    demandWatch?.fold(
      demand, ready: count.ready, total: count.total, wanted: scaler?.wanted, under: scaling)
  }
}
