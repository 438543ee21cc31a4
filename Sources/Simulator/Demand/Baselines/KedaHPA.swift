import FleetModel

/// KEDA over Kubernetes' horizontal pod autoscaler, both on their defaults.
///
/// After kubernetes pkg/controller/podautoscaler and keda.sh: every 15 s; no change within 10 % of
/// the target; up by the larger of double and four more; down to the largest wish of the last 300 s;
/// to zero after a cooldown of 300 s without work, and from zero to one at the first.
public struct KedaHPA: DemandChooser, Sendable {
  private let utilisation: Double
  private let period: Int
  private let cooldown: Int
  private var wishes: RecentMaximum
  private var lastActive = 0

  /// - Parameter utilisation: the share of a replica's concurrency aimed for.
  public init(tick: Duration, utilisation: Double = 0.7) {
    self.utilisation = utilisation
    period = Duration.seconds(15).ticks(of: tick)
    cooldown = Duration.seconds(300).ticks(of: tick)
    wishes = RecentMaximum(window: cooldown)
  }

  public mutating func wanted(_ moment: DemandMoment) -> Int {
    let current = moment.current
    guard moment.tick % period == 0 else { return current }
    if moment.inFlight > 0 { lastActive = moment.tick }
    guard current > 0 else {
      wishes.clear()
      return moment.inFlight > 0 ? 1 : 0
    }
    let wish = wish(moment.inFlight / utilisation, current)
    let largest = wishes.add(wish, at: moment.tick)
    if moment.tick - lastActive > cooldown { return 0 }
    return wish > current ? min(wish, max(2 * current, current + 4)) : min(current, largest)
  }

  private func wish(_ load: Double, _ current: Int) -> Int {
    abs(load / Double(current) - 1) <= 0.1 ? current : max(1, enough(load))
  }
}
