public import FleetModel
public import Planner
public import Ports
import Synchronization

/// One cloud account over several regions, as one actuator.
///
/// A listing is complete only when every region's is: one region that does not answer fails it,
/// because half a fleet looks like nodes that vanished.
public final class RegionalActuator: Actuator {
  public let cloud: CloudName
  private let regions: [(region: Region, actuator: any Actuator)]
  private let homes = Mutex<[NodeID: Region]>([:])

  public init(cloud: CloudName, regions: [(region: Region, actuator: any Actuator)]) {
    self.cloud = cloud
    self.regions = regions
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var nodes: [Node] = []
    var skew: Duration?
    for (_, actuator) in regions {
      let part = try await actuator.inventory()
      nodes += part.nodes
      skew = part.clockSkew ?? skew
    }
    let found = Dictionary(
      nodes.map { ($0.id, $0.region) }, uniquingKeysWith: { first, _ in first })
    homes.withLock { $0 = found }
    return Inventory(nodes: nodes, clockSkew: skew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    try await home(of: node).observe(node)
  }

  public func carryOut(_ action: Action) async throws(ActuateError) -> Receipt {
    if let spec = action.launch { return try await actuator(in: spec.region).carryOut(action) }
    guard let node = action.node else {
      throw .refused(
        ActFailure(kind: .invalid, code: "no_node", message: "the action names no node"))
    }
    return try await home(of: node).carryOut(action)
  }

  /// Where a node was listed; a node not listed since we started is looked for by listing.
  private func home(of node: NodeID) async throws(ActuateError) -> any Actuator {
    if regions.count == 1, let only = regions.first { return only.actuator }
    if homes.withLock({ $0[node] }) == nil { _ = try await inventory() }
    guard let region = homes.withLock({ $0[node] }) else {
      throw .refused(
        ActFailure(kind: .notFound, code: "unknown_node", message: "no region lists \(node)"))
    }
    return try actuator(in: region)
  }

  private func actuator(in region: Region) throws(ActuateError) -> any Actuator {
    guard let match = regions.first(where: { $0.region == region }) else {
      throw .refused(
        ActFailure(
          kind: .invalid, code: "no_region", message: "\(region) is not a region of \(cloud)"))
    }
    return match.actuator
  }
}
