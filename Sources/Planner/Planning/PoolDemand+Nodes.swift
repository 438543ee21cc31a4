public import FleetModel

/// What was asked of a pool since `since`, added up from its nodes' own request counters; nil when
/// any node that should have been heard was not: unknown is not zero (I1, I2).
///
/// Every running node older than the start-up grace has to have a fresh reading with both gauges;
/// younger ones count as far as they are heard. `offered` is what runs and waits over
/// `targetInFlight`. Waiting work is worth its measured service time, else one interval. A pool
/// without running nodes is unknown too, save where its cloud counts no replicas at all.
public func poolDemand(
  of pool: PoolRules, in snapshot: Snapshot, since: Timestamp, under rulebook: Rulebook
) -> PoolDemand? {
  let interval = snapshot.takenAt.duration(since: since)
  guard interval > .zero else { return nil }
  let asked = RequestSum(of: pool, in: snapshot, rulebook)
  guard let asked, asked.nodes > 0 || snapshot.replicas?[pool.name]?.total == 0 else { return nil }
  let scaling = pool.scaling ?? ScalingRules()
  let fill = scaling.targetInFlight
  guard fill > 0, fill.isFinite else { return nil }
  let demand = PoolDemand(
    at: snapshot.takenAt, interval: interval, offered: (asked.running + asked.waiting) / fill,
    backlog: asked.waiting / fill * (scaling.serviceTime ?? interval.inSeconds),
    waiting: asked.waiting, running: asked.running)
  return demand.isSound ? demand : nil
}

extension ScalingRules {
  /// Seconds a full replica takes for what it has in flight, by Little's law.
  fileprivate var serviceTime: Double? {
    requestsPerSecond.flatMap { $0 > 0 && $0.isFinite ? targetInFlight / $0 : nil }
  }
}

/// The gauges of a pool's running nodes, added up.
private struct RequestSum {
  var running = 0.0
  var waiting = 0.0
  var nodes = 0

  /// nil when a node is missing that should be in it.
  init?(of pool: PoolRules, in snapshot: Snapshot, _ rulebook: Rulebook) {
    let reach = rulebook.scrapeInterval * rulebook.thresholds.largestGapInIntervals
    for node in snapshot.nodes where node.state == .running {
      guard node.tags[Tag.fleet] == rulebook.fleet, pool.matches(node),
        rulebook.pool(of: node)?.name == pool.name
      else { continue }
      let target = snapshot.targets[node.id].flatMap { snapshot.memory.targets[$0] }
      if let asked = target?.requests(at: snapshot.takenAt, within: reach) {
        (running, waiting, nodes) = (running + asked.running, waiting + asked.waiting, nodes + 1)
        continue
      }
      let started = snapshot.memory.nodes[node.id]?.startedAt ?? node.launchedAt
      let age = snapshot.takenAt.duration(since: max(started, node.launchedAt))
      guard age < rulebook.thresholds.startupGrace else { return nil }
    }
  }
}

extension TargetMemory {
  /// Both gauges of its newest reading, if that is fresh.
  fileprivate func requests(
    at now: Timestamp, within reach: Duration
  ) -> (running: Double, waiting: Double)? {
    guard let heard = lastReadingAt, heard == requestsAt,
      case let age = now.duration(since: heard), age <= reach, age >= .zero - reach,
      let running = lastRequests?.running, let waiting = lastRequests?.waiting,
      conflict == nil
    else { return nil }
    return (running, waiting)
  }
}
