public import FleetModel

extension Snapshot {
  /// Takes in what clouds keep a number of: which pool each belongs to, and its replicas.
  ///
  /// A pool whose workload is not listed, or cannot be changed now, has no replica count: nothing
  /// is asked of it (`Workload.hold`).
  public mutating func take(_ listed: [Workload], under rulebook: Rulebook) {
    var found: [PoolName: Workload] = [:]
    var counts = replicas ?? [:]
    for pool in rulebook.pools where pool.match.workload != nil {
      guard let workload = listed.first(where: { pool.matches($0) }) else { continue }
      found[pool.name] = workload
      if workload.hold == nil { counts[pool.name] = workload.count }
    }
    workloads = found.isEmpty ? nil : found
    replicas = counts.isEmpty ? nil : counts
  }
}

extension PoolRules {
  public func matches(_ workload: Workload) -> Bool {
    match.workload == workload.id && (match.cloud == nil || match.cloud == workload.cloud)
  }
}

extension Workload {
  /// Why its number is left as it is; nil: it can be changed.
  public var hold: WorkloadHold? {
    switch state {
    case .running, .changing, .asleep: numberOwner.map { .owned(by: $0) }
    case .paused: .paused
    case .failed: .failed
    }
  }

  /// What was asked of it, as a pool's demand; nil where its cloud does not say.
  ///
  /// `fill` is how many requests in flight keep one replica fully at work.
  func demand(
    over interval: Duration, fill: Double, serviceTime: Double?, at now: Timestamp
  ) -> PoolDemand? {
    guard let load, fill > 0, fill.isFinite, load.running >= 0, load.waiting >= 0,
      load.at <= now.advanced(by: Self.clockTolerance)
    else { return nil }
    let demand = PoolDemand(
      at: min(load.at, now), interval: interval, offered: (load.running + load.waiting) / fill,
      backlog: load.waiting / fill * (serviceTime ?? interval.inSeconds), waiting: load.waiting,
      running: load.running)
    return demand.isSound ? demand : nil
  }

  /// A counter from further ahead than this is of a clock that is wrong.
  private static let clockTolerance = Duration.minutes(1)
}

/// Why a workload cannot go to nothing though its cloud counts no requests: where the decision rests
/// on demand, that has to be known, fresh and none. Nil: it can.
public func objectionToNothing(
  _ decision: Decision, memory: Memory, at moment: Timestamp
) -> Reason? {
  switch decision.reason {
  case .scaleToZero, .demand, .surplus: break
  default: return nil
  }
  guard let demand = memory.pools[decision.pool]?.demand else { return .demandUnknown(age: nil) }
  guard demand.isFresh(at: moment) else {
    return .demandUnknown(age: moment.duration(since: demand.at))
  }
  return demand.hasWork ? .busy(.requests) : nil
}
