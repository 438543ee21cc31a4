public import FleetModel

/// What was asked of a pool since `since`, added up from its nodes' own request counters; nil when
/// any node that should have been heard was not: unknown is not zero (I1, I2).
///
/// Every running node older than the start-up grace has to have a fresh reading with both gauges;
/// younger ones count as far as they are heard. `offered` is what runs and waits over
/// `targetInFlight`. Waiting work is worth its measured service time, else one interval. Rates are
/// those between each node's last two readings. A pool without running nodes is unknown too, save
/// where its cloud counts no replicas at all.
public func poolDemand(
  of pool: PoolRules, in snapshot: Snapshot, since: Timestamp, under rulebook: Rulebook
) -> PoolDemand? {
  let interval = snapshot.takenAt.duration(since: since)
  let scaling = pool.scaling ?? ScalingRules()
  let fill = scaling.targetInFlight
  // A cloud that counts the requests itself speaks for all its replicas.
  if let said = snapshot.workloads?[pool.name]?.demand(
    over: interval, fill: fill, serviceTime: scaling.serviceTime, at: snapshot.takenAt)
  {
    return said
  }
  guard interval > .zero, fill > 0, fill.isFinite,
    let asked = RequestSum(of: pool, in: snapshot, rulebook),
    asked.nodes > 0 || snapshot.replicas?[pool.name]?.total == 0
  else { return nil }
  let demand = PoolDemand(
    at: snapshot.takenAt, interval: interval, offered: (asked.running + asked.waiting) / fill,
    backlog: asked.waiting / fill * (scaling.serviceTime ?? interval.inSeconds),
    waiting: asked.waiting, running: asked.running, cacheUsage: asked.cacheUsage,
    timeToFirstToken: asked.timeToFirstToken, tokensPerSecond: asked.tokensPerSecond)
  return demand.isSound ? demand : nil
}

extension ScalingRules {
  /// Seconds a full replica takes for what it has in flight, by Little's law.
  var serviceTime: Double? {
    requestsPerSecond.flatMap { $0 > 0 && $0.isFinite ? targetInFlight / $0 : nil }
  }
}

/// What a pool's running nodes say, added up.
private struct RequestSum {
  var running = 0.0
  var waiting = 0.0
  var nodes = 0
  /// The fullest; nil when nobody says.
  var cacheUsage: Double?
  private var rates: [RequestRates?] = []

  /// nil when a node is missing that should be in it.
  init?(of pool: PoolRules, in snapshot: Snapshot, _ rulebook: Rulebook) {
    let reach = rulebook.scrapeInterval * rulebook.thresholds.largestGapInIntervals
    for node in snapshot.nodes where node.state == .running {
      guard node.tags[Tag.fleet] == rulebook.fleet, pool.matches(node),
        rulebook.pool(of: node)?.name == pool.name
      else { continue }
      let target = snapshot.targets[node.id].flatMap { snapshot.memory.targets[$0] }
      if let target, target.add(to: &self, at: snapshot.takenAt, within: reach) { continue }
      let started = snapshot.memory.nodes[node.id]?.startedAt ?? node.launchedAt
      let age = snapshot.takenAt.duration(since: max(started, node.launchedAt))
      guard age < rulebook.thresholds.startupGrace else { return nil }
    }
  }

  mutating func add(_ asked: RequestReading, _ running: Double, _ waiting: Double) {
    self.running += running
    self.waiting += waiting
    nodes += 1
    if let usage = asked.cacheUsage { cacheUsage = max(cacheUsage ?? 0, usage) }
  }

  mutating func add(_ rates: RequestRates?) { self.rates.append(rates) }

  /// nil unless every node's is known.
  var tokensPerSecond: Double? {
    let known = rates.compactMap { $0?.tokensPerSecond }
    return known.isEmpty || known.count < nodes ? nil : known.reduce(0, +)
  }

  /// The mean of those that were given; nil when there were none, or one node's are not known.
  var timeToFirstToken: Duration? {
    let counts = rates.compactMap { $0?.firstTokens }
    let given = counts.reduce(0, +)
    guard counts.count == nodes, given > 0 else { return nil }
    let mean = rates.compactMap { $0?.firstTokenSeconds }.reduce(0, +) / given
    // A day is no time to a first token but a fault, and its microseconds still fit.
    return mean < 86_400 ? .microseconds(Int64(mean * 1_000_000)) : nil
  }
}

extension TargetMemory {
  /// Adds both gauges and the rates of its newest reading; false when that is not fresh.
  fileprivate func add(
    to sum: inout RequestSum, at now: Timestamp, within reach: Duration
  ) -> Bool {
    guard let heard = lastReadingAt, heard == requestsAt, conflict == nil, let lastRequests,
      let running = lastRequests.running, let waiting = lastRequests.waiting,
      case let age = now.duration(since: heard), age <= reach, age >= .zero - reach
    else { return false }
    sum.add(lastRequests, running, waiting)
    sum.add(requestRates)
    return true
  }
}
