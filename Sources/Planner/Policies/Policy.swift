import FleetModel

/// Says what should become of nodes and pools; knows nothing of guards or modes.
///
/// Contract: a pure function of the fleet. One proposal for every subject the policy speaks of,
/// also when that is to leave it alone.
protocol Policy: Sendable {
  /// The name in explanations, "idle-shutdown".
  static var name: String { get }
  func evaluate(_ fleet: FleetView) -> [Proposal]
}

/// A verdict before the guards have seen it.
struct Proposal {
  var subject: Subject
  /// Index into the fleet's pools.
  var pool: Int?
  /// Index into the fleet's nodes.
  var node: Int?
  var intent: Intent
  var reason: Reason
}
