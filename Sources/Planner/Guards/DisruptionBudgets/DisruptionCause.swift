import FleetModel

extension Reason {
  /// Which kind of disruption an act for this reason is; nil: the cloud's own doing, or a fault,
  /// which no budget of ours holds back.
  var cause: DisruptionBudget.Cause? {
    switch self {
    case .idleConfirmed, .ladder, .scaleToZero: .idle
    case .returnToSpot, .spotPlacement, .onDemandFallback: .spot
    case .interruption, .interrupted, .faulty: nil
    default: .surplus
    }
  }
}
