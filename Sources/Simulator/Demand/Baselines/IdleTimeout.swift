import FleetModel

/// Serverless platforms' rule: a replica for each request in flight, gone after it idled a while.
public struct IdleTimeout: DemandChooser, Sendable {
  private let utilisation: Double
  private var recent: RecentMaximum

  /// - Parameters:
  ///   - timeout: how long an idle replica is kept.
  ///   - utilisation: the share of a replica's concurrency aimed for.
  public init(tick: Duration, timeout: Duration = .seconds(600), utilisation: Double = 1) {
    self.utilisation = utilisation
    recent = RecentMaximum(window: max(1, timeout.ticks(of: tick)) - 1)
  }

  public mutating func wanted(_ moment: DemandMoment) -> Int {
    let needed = enough(moment.inFlight / utilisation)
    let largest = recent.add(needed, at: moment.tick)
    return max(needed, min(moment.current, largest))
  }
}
