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
  private let homes = Mutex(Homes())

  private struct Homes {
    var nodes: [NodeID: Region] = [:]
    var workloads: [WorkloadID: Region] = [:]
  }

  public init(cloud: CloudName, regions: [(region: Region, actuator: any Actuator)]) {
    self.cloud = cloud
    self.regions = regions
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var nodes: [Node] = []
    var workloads: [WorkloadID: Workload] = [:]
    var skew: Duration?
    var found = Homes()
    for (region, actuator) in regions {
      let part = try await actuator.inventory()
      nodes += part.nodes
      for node in part.nodes { found.nodes[node.id] = found.nodes[node.id] ?? region }
      for var workload in part.workloads {
        if workloads[workload.id] != nil { workload.id = Self.qualified(workload.id, region) }
        workloads[workload.id] = workload
        found.workloads[workload.id] = region
      }
      skew = part.clockSkew ?? skew
    }
    homes.withLock { [found] in $0 = found }
    return Inventory(
      nodes: nodes.sorted { $0.id < $1.id },
      workloads: workloads.values.sorted { $0.id < $1.id }, clockSkew: skew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    do throws(ActuateError) { return try await home(of: node).observe(node) } catch {
      guard case .refused(let failure) = error, failure.code == Self.unknown else { throw error }
      return nil
    }
  }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let (actuator, plain) = try await home(of: workload) else { return nil }
    var seen = try await actuator.observe(plain)
    seen?.id = workload
    return seen
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    if let spec = action.launch {
      return try await actuator(in: spec.region).carryOut(action, under: permit)
    }
    if let workload = action.workload { return try await scale(workload, action, under: permit) }
    guard let node = action.node else {
      throw .refused(
        ActFailure(kind: .invalid, code: "no_node", message: "the action names no node"))
    }
    return try await home(of: node).carryOut(action, under: permit)
  }

  private func scale(
    _ workload: WorkloadID, _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    guard let (actuator, plain) = try await home(of: workload) else {
      throw .refused(
        ActFailure(
          kind: .notFound, code: "unknown_workload", message: "no region lists \(workload)"))
    }
    var action = action
    action.workload = plain
    var receipt = try await actuator.carryOut(action, under: permit)
    receipt.workload = receipt.workload.map { _ in workload }
    return receipt
  }

  /// Of two workloads of one name the first region's, in the order of the configuration, keeps it.
  private static func qualified(_ workload: WorkloadID, _ region: Region) -> WorkloadID {
    WorkloadID("\(workload.rawValue)@\(region)")
  }

  /// Where a workload is, and its name there; nil when no region has it.
  private func home(
    of workload: WorkloadID
  ) async throws(ActuateError) -> (actuator: any Actuator, plain: WorkloadID)? {
    for (region, actuator) in regions where workload.rawValue.hasSuffix("@\(region)") {
      return (actuator, WorkloadID(String(workload.rawValue.dropLast(region.rawValue.count + 1))))
    }
    if regions.count == 1, let only = regions.first { return (only.actuator, workload) }
    if homes.withLock({ $0.workloads[workload] }) == nil { _ = try await inventory() }
    guard let region = homes.withLock({ $0.workloads[workload] }) else { return nil }
    return (try actuator(in: region), workload)
  }

  private static let unknown = "unknown_node"

  /// Where a node was listed; a node not listed since we started is looked for by listing.
  private func home(of node: NodeID) async throws(ActuateError) -> any Actuator {
    if regions.count == 1, let only = regions.first { return only.actuator }
    if homes.withLock({ $0.nodes[node] }) == nil { _ = try await inventory() }
    guard let region = homes.withLock({ $0.nodes[node] }) else {
      throw .refused(
        ActFailure(kind: .notFound, code: Self.unknown, message: "no region lists \(node)"))
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
