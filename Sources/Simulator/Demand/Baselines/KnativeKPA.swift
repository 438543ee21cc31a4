import FleetModel

/// Knative's pod autoscaler: a mean over a minute, and a panic mode when load doubles.
///
/// After knative.dev/serving pkg/autoscaler/scaling: stable window 60 s, panic threshold 200 %,
/// panic ends a stable window after its last cause, scale to zero after 30 s of grace, at most
/// halved in a step. Pods that are not ready are left out of the count.
public struct KnativeKPA: DemandChooser, Sendable {
  private let utilisation: Double
  private let window: Int
  private let grace: Int
  private var stable: RecentMean
  private var lastSurge: Int?
  private var panicCount = 0
  private var idleTicks = 0

  /// - Parameter utilisation: the share of a replica's concurrency aimed for.
  public init(tick: Duration, utilisation: Double = 0.7) {
    self.utilisation = utilisation
    window = Duration.seconds(60).ticks(of: tick)
    grace = Duration.seconds(30).ticks(of: tick)
    stable = RecentMean(of: window)
  }

  public mutating func wanted(_ moment: DemandMoment) -> Int {
    let ready = max(moment.ready, 1)
    let mean = stable.add(moment.inFlight)
    func bounded(_ load: Double) -> Int {
      min(1000 * ready, max(moment.ready / 2, enough(load / utilisation)))
    }
    let surge = bounded(moment.inFlight)
    let wanted = panic(surge, ready, moment) ?? bounded(mean)
    idleTicks = mean == 0 ? idleTicks + 1 : 0
    if idleTicks == 0 { return max(1, wanted) }
    return idleTicks <= grace ? moment.current : 0
  }

  /// What panic mode wants: never fewer than it ever wanted; nil outside it.
  private mutating func panic(_ surge: Int, _ ready: Int, _ moment: DemandMoment) -> Int? {
    let isPanicking = lastSurge.map { moment.tick - $0 <= window } ?? false
    if surge >= 2 * ready {
      if !isPanicking { panicCount = moment.current }
      lastSurge = moment.tick
    } else if !isPanicking {
      lastSurge = nil
      return nil
    }
    panicCount = max(panicCount, surge)
    return panicCount
  }
}
