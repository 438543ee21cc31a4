public import FleetModel
public import Planner
public import Ports

/// One region of an AWS account: its instances and its Auto Scaling groups, and what stands beside
/// them, as one.
///
/// Before a node is stopped or given back it is looked at: a member of a group is given back
/// through its group, which would replace it otherwise, and is never stopped; neither is a spot
/// machine, whose request is a one-time one.
public struct AWSActuator: Actuator {
  public let cloud: CloudName
  public let region: Region
  private let instances: EC2Actuator
  private let groups: ScalingGroups?
  private let others: [Other]
  private let security: AWSCalls

  /// Workloads of the same region that another actuator lists and scales.
  public struct Other: Sendable {
    /// What their ids begin with, before the first slash.
    public var kinds: Set<String>
    public var actuator: any Actuator

    public init(kinds: Set<String>, actuator: any Actuator) {
      self.kinds = kinds
      self.actuator = actuator
    }
  }

  /// - Parameters:
  ///   - endpoint: an absolute URL without a path that serves every service,
  ///     "http://127.0.0.1:5000"; nil for AWS's own.
  ///   - credentials: one cache for all regions of the account.
  ///   - fleet: the value of the tag `finops-fleet`.
  ///   - pools: tags of nodes that are listed too though they lack the fleet's tag; each entry is
  ///     one pool's, and a node must have all of its tags.
  ///   - fleetLaunch: how spot launches that name no zone choose one; nil: AWS chooses.
  ///   - scalesGroups: whether Auto Scaling is asked at all; it takes permissions of its own.
  ///   - others: what else of the region has workloads (SageMaker).
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, region: Region, endpoint: String? = nil,
    credentials: CredentialCache<AWSCredentials>, fleet: String, pools: [[String: String]] = [],
    fleetLaunch: FleetLaunch? = nil, scalesGroups: Bool = true, others: [Other] = [],
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    let account = AWSAccount(
      credentials: credentials, endpoint: endpoint, transport: transport, time: time,
      wallClock: wallClock ?? time, jitter: Jitter(generator))
    self.cloud = cloud
    self.region = region
    self.others = others
    instances = EC2Actuator(
      cloud: cloud, region: region, account: account, fleet: fleet, pools: pools,
      fleetLaunch: fleetLaunch)
    let scaling = AWSCalls(.autoScaling, of: account, in: region)
    groups = scalesGroups ? ScalingGroups(cloud: cloud, fleet: fleet, calls: scaling) : nil
    security = AWSCalls(.sts, of: account, in: region)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var inventory = try await instances.inventory()
    if let listing = try await groups?.list() {
      inventory.workloads += listing.workloads
      inventory.clockSkew = inventory.clockSkew ?? listing.clockSkew
    }
    for other in others { inventory.workloads += try await other.actuator.inventory().workloads }
    inventory.workloads.sort { $0.id < $1.id }
    return inventory
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    try await instances.observe(node)
  }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    if let other = other(of: workload) { return try await other.observe(workload) }
    return try await groups?.observe(workload)
  }

  public func carryOut(_ action: Action) async throws(ActuateError) -> Receipt {
    switch action.intent {
    case .scaleUp, .scaleDown: return try await scale(action)
    case .stop:
      try await refuseStop(action)
      return try await instances.carryOut(action)
    case .terminate: return try await terminate(action)
    case .launch, .start, .keep, .unload: return try await instances.carryOut(action)
    }
  }

  /// Who the credentials are, as STS sees it; needs no permission.
  public func identity() async throws(ActuateError) -> AWSIdentity {
    try await security.send(.callerIdentity, as: CallerIdentityReply.self).value.identity
  }
}

extension AWSActuator {
  private func other(of workload: WorkloadID) -> (any Actuator)? {
    others.first { $0.kinds.contains(workload.parts[0]) }?.actuator
  }

  private func scale(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let workload = action.workload, let number = action.replicas?.to else {
      throw CloudVerdict.wrong("NoWorkload", "nothing says what to have how many of")
    }
    if let other = other(of: workload) { return try await other.carryOut(action) }
    guard let groups else {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "Unsupported", message: "Auto Scaling groups are switched off"))
    }
    return try await groups.scale(workload, to: number)
  }

  private func refuseStop(_ action: Action) async throws(ActuateError) {
    guard let id = action.node, let node = try await instances.observe(id) else { return }
    let reason: String
    if let group = node.tags[ScalingGroups.memberTag] {
      reason = "\(id) is a member of the Auto Scaling group \(group), which would replace it"
    } else if node.capacity == .spot {
      reason = "\(id) is a spot machine of a one-time request: it can only be given back"
    } else {
      return
    }
    throw .refused(ActFailure(kind: .unsupported, code: "UnsupportedOperation", message: reason))
  }

  private func terminate(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let id = action.node, let node = try await instances.observe(id),
      node.state != .shuttingDown, node.state != .terminated,
      let group = node.tags[ScalingGroups.memberTag]
    else { return try await instances.carryOut(action) }
    guard let groups else { throw Self.unnamed(group, id) }
    if let receipt = try await groups.terminate(id, of: group) { return receipt }
    return try await instances.carryOut(action)
  }

  /// Ended past its group it would be replaced, again and again.
  private static func unnamed(_ group: String, _ id: NodeID) -> ActuateError {
    .refused(
      ActFailure(
        kind: .unsupported, code: "GroupNotNamed",
        message: "\(id) is a member of the group \(group): name it in a pool, match: {workload: "
          + "asg/\(group)}, so that it leaves through its group"))
  }
}
