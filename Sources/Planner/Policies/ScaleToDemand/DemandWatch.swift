public import FleetModel

/// What delays and bursts need to know of the last looks at demand.
public struct DemandWatch: Sendable, Hashable, Codable {
  /// Nothing shrinks before: demand was at least twice what stood ready.
  public var burstUntil: Timestamp?
  /// Since when fewer are wanted than there are, without a break.
  public var surplusSince: Timestamp?
  /// Evaluations in a row whose time to first token was over the SLO.
  public var lateEvaluations = 0
  /// The cold start the demand rule learns by now.
  public var coldStart: Duration?

  public init() {}

  /// Learning begins anew when the cold start changes, so it follows the measured one only when
  /// that is off by more than a quarter†.
  mutating func settle(measured: Duration?, given: Duration) -> Duration {
    let present = coldStart ?? given
    let next = measured ?? given
    let off = next > present ? next - present : present - next
    if off * 4 > present { coldStart = next } else { coldStart = present }
    return coldStart ?? given
  }

  /// Twice what stands ready is a burst (Knative's panic threshold, 200 %).
  static let burst = 2.0

  mutating func fold(
    _ demand: PoolDemand, ready: Int, total: Int, wanted: Int?, under scaling: ScalingRules
  ) {
    if let hold = scaling.burstHold, demand.offered >= Self.burst * Double(max(1, ready)) {
      burstUntil = demand.at.advanced(by: hold)
    }
    if let wanted, wanted < total {
      surplusSince = surplusSince ?? demand.at
    } else {
      surplusSince = nil
    }
    if let limit = scaling.timeToFirstToken, let time = demand.timeToFirstToken {
      lateEvaluations = time > limit ? min(lateEvaluations + 1, 1000) : 0
    }
  }
}
