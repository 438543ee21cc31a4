public import CostModel

/// Keeps what was measured of node types.
public protocol CapabilityStore: Sendable {
  func store(_ capability: NodeCapability) async throws(StoreError)
  /// The newest valid measurement of each node type and model.
  func capabilities() async throws(StoreError) -> [NodeCapability]
}
