import FleetModel

/// SkyPilot Serve's request-rate autoscaler on its defaults.
///
/// After skypilot sky/serve/autoscalers.py: every 20 s, the mean rate of a minute; up when it was
/// above for 300 s, down when it was below for 1,200 s; from zero at once.
public struct SkyServe: DemandChooser, Sendable {
  private let utilisation: Double
  private let period: Int
  private let upAfter: Int
  private let downAfter: Int
  private var rate: RecentMean
  private var above = 0
  private var below = 0

  /// - Parameter utilisation: the share of a replica's capacity aimed for.
  public init(tick: Duration, utilisation: Double = 0.7) {
    self.utilisation = utilisation
    period = Duration.seconds(20).ticks(of: tick)
    upAfter = Duration.seconds(300).ticks(of: tick * period)
    downAfter = Duration.seconds(1200).ticks(of: tick * period)
    rate = RecentMean(of: Duration.seconds(60).ticks(of: tick))
  }

  public mutating func wanted(_ moment: DemandMoment) -> Int {
    let mean = rate.add(moment.offered)
    let current = moment.current
    guard moment.tick % period == 0 else { return current }
    let target = enough(mean / utilisation)
    if current == 0 && target > 0 { return target }
    above = target > current ? above + 1 : 0
    below = target < current ? below + 1 : 0
    if above == upAfter {
      above = 0
      return target
    }
    if below == downAfter {
      below = 0
      return target
    }
    return current
  }
}
