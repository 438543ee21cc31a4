import FleetModel

/// Says what should become of nodes and pools; knows nothing of guards or modes.
///
/// Contract: a pure function of the fleet. Two words, both optional: `size` adds steps to how many
/// replicas a pool should have, `evaluate` proposes what becomes of nodes and places. All policies
/// size before any evaluates. One proposal for every subject the policy speaks of, also when that
/// is to leave it alone.
protocol Policy: Sendable {
  /// The name in explanations, "idle-shutdown".
  static var name: String { get }
  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing)
  func evaluate(_ fleet: FleetView) -> [Proposal]
  func advise(on fleet: FleetView) -> [Advice]
}

extension Policy {
  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {}
  func evaluate(_ fleet: FleetView) -> [Proposal] { [] }
  func advise(on fleet: FleetView) -> [Advice] { [] }
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
  /// For `scaleUp` and `scaleDown`.
  var replicas: ReplicaChange?
  /// For a launch that is not the pool's own.
  var launch: LaunchSpec?
  /// What one node or replica of it costs an hour; known to the guards of acts that grow.
  var rate: HourlyRate?
}
