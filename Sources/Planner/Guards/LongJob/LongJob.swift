import FleetModel

/// A long job is not over at its first pause: a node that worked for longer than the pool's
/// `longJob` without a real break is left alone until it has idled for a tenth of that work.
struct LongJob: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let place = act.pool,
      let least = fleet.pools[place].rules.longJob,
      let target = act.node.flatMap({ fleet.nodes[$0].target }),
      let memory = fleet.snapshot.memory.targets[target],
      let since = memory.workedSince, let paused = memory.workPausedAt
    else { return nil }
    let worked = paused.duration(since: since)
    let idle = fleet.now.duration(since: paused)
    guard worked > least, idle < worked / 10 else { return nil }
    return .longJob(worked: worked, idle: idle, limit: worked / 10)
  }
}
