public import FleetModel
public import Planner
public import Ports

/// A Kubernetes cluster: its nodes, Deployments, StatefulSets and Karpenter pools.
///
/// Nodes are watched, so that an inventory costs a list of workloads only. A node is named by its
/// name; its deletion is held to its uid, so that a later node of that name is never meant. All
/// acts say how things shall be: after `.outcomeUnknown` the same act may be carried out again.
public struct KubernetesActuator: Actuator {
  public let cloud: CloudName
  let fleet: String
  let pools: [[String: String]]
  let namespaces: [String?]
  let drainLimit: Duration
  var calls: KubernetesCalls
  let watch: NodeWatch
  let time: any TimeSource

  /// - Parameters:
  ///   - access: where the API server is and who asks; see `KubernetesAccess`.
  ///   - fleet: the value of the label `finops-fleet`, on nodes and workloads.
  ///   - pools: labels of nodes that are listed too though they lack the fleet's; each entry is one
  ///     pool's, and a node must have all of them.
  ///   - namespaces: where workloads are looked for; none: in all.
  ///   - watches: false: every inventory lists the nodes; for transports that can not stream.
  ///   - drainLimit: how long one act waits for evicted pods to end; after it the act says so and
  ///     goes on when it is carried out again.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, access: KubernetesAccess, fleet: String, pools: [[String: String]] = [],
    namespaces: [String] = [], watches: Bool = true, drainLimit: Duration = .seconds(60),
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.fleet = fleet
    self.pools = pools.filter { !$0.isEmpty }
    self.namespaces = namespaces.isEmpty ? [nil] : namespaces
    self.drainLimit = drainLimit
    self.time = time
    calls = KubernetesCalls(
      access, transport: transport, time: time, wallClock: wallClock ?? time, generator: generator)
    watch = NodeWatch(calls: calls, time: time, follows: watches)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    let (all, skew) = try await watch.current()
    var nodes: [Node] = []
    for found in all where isOurs(found) { nodes.append(try node(found)) }
    let (workloads, workloadSkew) = try await workloads()
    return Inventory(
      nodes: nodes.sorted { $0.id < $1.id }, workloads: workloads,
      clockSkew: skew ?? workloadSkew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    guard KubeName.isName(node.rawValue),
      let found = try await calls.find(calls.requests.node(node.rawValue), as: KubeNode.self)
    else { return nil }
    var seen = try self.node(found)
    if let hindrance = try await claimHindrance(of: found) { seen.add(hindrance) }
    return seen
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.calls.calls.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    switch action.intent {
    case .start: return try await uncordon(action)
    case .terminate: return try await terminate(action)
    case .scaleUp, .scaleDown: return try await scale(action)
    case .launch, .stop, .keep, .unload:
      throw CloudVerdict.unsupported(action.intent, in: .kubernetes)
    }
  }

  /// The cluster's word that a node will go, on the same watch as the nodes.
  public var interruptions: KubernetesInterruptions {
    KubernetesInterruptions(cloud: cloud, watch: watch, time: time) { [fleet, pools] node in
      Self.isOurs(node, fleet, pools)
    }
  }

  private func isOurs(_ node: KubeNode) -> Bool { Self.isOurs(node, fleet, pools) }

  private static func isOurs(
    _ node: KubeNode, _ fleet: String, _ pools: [[String: String]]
  ) -> Bool {
    ([[Tag.fleet: fleet]] + pools).contains { node.metadata.has($0) }
  }

  func node(_ found: KubeNode) throws(ActuateError) -> Node {
    guard let node = found.node(cloud: cloud) else {
      throw CloudVerdict.unreadable(
        calls.requests.node(found.metadata.name), "\(found.metadata.name) has no age")
    }
    return node
  }
}
