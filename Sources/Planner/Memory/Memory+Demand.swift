public import FleetModel

extension Memory {
  /// Takes in what was asked of a pool over one interval: the last demand, the gaps between work.
  ///
  /// What cannot be true and what is not newer than the last one changes nothing.
  public mutating func fold(_ demand: PoolDemand, of name: PoolName) {
    guard demand.isSound else { return }
    var pool = pools[name] ?? PoolMemory()
    if let last = pool.demand, demand.at <= last.at { return }
    pool.gaps = pool.gaps ?? GapMemory()
    pool.gaps?.fold(demand, after: pool.demand)
    pool.demand = demand
    pools[name] = pool
  }
}
