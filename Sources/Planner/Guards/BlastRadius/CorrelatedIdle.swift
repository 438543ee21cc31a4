import FleetModel

/// Many nodes that turn idle at the same time are more likely one broken sensor than many ended
/// jobs (Cluster Autoscaler's case UC8, turned to idleness). What works again leaves the count.
///
/// Turns that look like the end of work (memory was given back, a server's own counters stand
/// still) hold for half an hour. Turns on the sensors' word alone hold until they are believed
/// (`SuspectTurns`): time makes a broken sensor no better (S3).
enum CorrelatedIdle {
  static func reason(in fleet: FleetView) -> Reason? {
    if let held = fleet.snapshot.memory.suspectTurns?.held {
      return .correlatedIdle(turned: held.turned, of: held.size)
    }
    let limits = fleet.rulebook.thresholds
    let size = fleet.actingPools.reduce(0) { $0 + fleet.pools[$1].acting.standing }
    let most = mostTogether(turns(in: fleet), limits) {
      fleet.now.duration(since: $0) < limits.correlatedHold
    }
    guard isMany(most, of: size, limits) else { return nil }
    return .correlatedIdle(turned: most, of: size)
  }

  static func isMany(_ count: Int, of size: Int, _ limits: Thresholds) -> Bool {
    count >= limits.correlatedFewest && Double(count) > Double(size) * limits.correlatedShare
  }

  /// The most that turned within the window whose last turn `counts`.
  static func mostTogether(
    _ turns: [Timestamp], _ limits: Thresholds, counts: (Timestamp) -> Bool
  ) -> Int {
    let turns = turns.sorted()
    var (first, most) = (0, 0)
    for last in turns.indices where counts(turns[last]) {
      while turns[last].duration(since: turns[first]) > limits.correlatedWindow { first += 1 }
      most = max(most, last - first + 1)
    }
    return most
  }

  /// When nodes of pools that act turned idle, without those a person said to believe.
  private static func turns(in fleet: FleetView) -> [Timestamp] {
    let believed = fleet.snapshot.memory.suspectTurns?.believedAt
    var turns: [Timestamp] = []
    for place in fleet.actingPools {
      for member in fleet.pools[place].members {
        guard let turned = fleet.nodes[member].turnedIdleAt, believed.map({ turned > $0 }) ?? true
        else { continue }
        turns.append(turned)
      }
    }
    return turns
  }
}
