import FleetModel

/// A pool makes or starts nothing dearer than it may pay (SEMANTICS 4.8), nor anything of which
/// nobody knows what it costs.
struct MaximumPrice: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.grows, let place = act.pool else { return nil }
    return Self.reason(for: act.rate, limit: fleet.pools[place].rules.maximumPrice)
  }

  static func reason(for rate: HourlyRate?, limit: HourlyRate?) -> Reason? {
    guard let limit else { return nil }
    guard let rate else { return .priceUnknown }
    return rate > limit ? .priceAboveLimit(rate, limit: limit) : nil
  }
}
