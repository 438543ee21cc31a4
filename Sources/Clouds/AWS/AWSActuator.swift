public import FleetModel
public import Planner
public import Ports

/// One region of an AWS account: its instances and its Auto Scaling groups, and what stands beside
/// them, as one.
///
/// Before a node is stopped or given back it is looked at, and its facts are the last word: what
/// another controller owns, or a protection keeps, is left alone. A member of an Auto Scaling group is
/// given back through that group where a pool names it by its own name, and is never stopped.
public struct AWSActuator: Actuator {
  public let cloud: CloudName
  public let region: Region
  private let instances: EC2Actuator
  private var groups: ScalingGroups?
  private let named: Set<WorkloadID>
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
  ///   - groups: the Auto Scaling groups that pools name, "asg/NAME": members are given back through
  ///     these and no others. Without any, Auto Scaling is not asked: it takes permissions of its own.
  ///   - others: what else of the region has workloads (SageMaker).
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, region: Region, endpoint: String? = nil,
    credentials: CredentialCache<AWSCredentials>, fleet: String, pools: [[String: String]] = [],
    fleetLaunch: FleetLaunch? = nil, groups named: Set<WorkloadID> = [], others: [Other] = [],
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
    // A name that several regions have carries its region: "asg/gpu@us-east-1".
    self.named = Set(
      named.map { id in
        let mark = "@\(region)"
        guard id.rawValue.hasSuffix(mark) else { return id }
        return WorkloadID(String(id.rawValue.dropLast(mark.count)))
      })
    groups = named.isEmpty ? nil : ScalingGroups(cloud: cloud, fleet: fleet, calls: scaling)
    security = AWSCalls(.sts, of: account, in: region)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var inventory = try await instances.inventory()
    if let listing = try await groups?.list() {
      inventory.workloads += listing.workloads
      inventory.clockSkew = inventory.clockSkew ?? listing.clockSkew
      for place in inventory.nodes.indices
      where listing.protected.contains(inventory.nodes[place].id) {
        inventory.nodes[place].add(ScalingGroups.protection)
      }
    }
    for other in others { inventory.workloads += try await other.actuator.inventory().workloads }
    inventory.workloads.sort { $0.id < $1.id }
    return inventory
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    guard var found = try await instances.observe(node) else { return nil }
    guard found.tags[ScalingGroups.memberTag] != nil, found.state.isLive, let groups else {
      return found
    }
    if try await groups.isProtected(node) { found.add(ScalingGroups.protection) }
    return found
  }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    if let other = other(of: workload) { return try await other.observe(workload) }
    return try await groups?.observe(workload)
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.groups?.calls.permit = permit
    return try await act.perform(action, under: permit)
  }

  private func perform(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    switch action.intent {
    case .scaleUp, .scaleDown: return try await scale(action, under: permit)
    case .stop:
      try await refuseStop(action)
      return try await instances.carryOut(action, under: permit)
    case .terminate: return try await terminate(action, under: permit)
    case .launch, .start, .keep, .unload:
      return try await instances.carryOut(action, under: permit)
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

  private func scale(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    guard let workload = action.workload, let number = action.replicas?.to else {
      throw CloudVerdict.wrong("NoWorkload", "nothing says what to have how many of")
    }
    if let other = other(of: workload) { return try await other.carryOut(action, under: permit) }
    guard let groups else {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "Unsupported", message: "Auto Scaling groups are switched off"))
    }
    return try await groups.scale(workload, to: number)
  }

  private func refuseStop(_ action: Action) async throws(ActuateError) {
    guard let id = action.node, let node = try await subject(of: action) else { return }
    if let refusal = node.facts?.refusal(of: .stop, on: id) { throw refusal }
  }

  private func terminate(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    guard let id = action.node, let node = try await subject(of: action),
      node.state != .shuttingDown, node.state != .terminated
    else { return try await instances.carryOut(action, under: permit) }
    guard let owner = node.facts?.owner, owner.kind == .autoScalingGroup else {
      if let refusal = node.facts?.refusal(of: .terminate, on: id) { throw refusal }
      return try await instances.carryOut(action, under: permit)
    }
    guard let groups, named.contains(WorkloadID(ScalingGroups.prefix + owner.name)) else {
      throw Self.unnamed(owner.name, id)
    }
    if let refusal = node.facts?.hindranceRefusal(of: .terminate, on: id) { throw refusal }
    if let receipt = try await groups.terminate(id, of: owner.name) { return receipt }
    return try await instances.carryOut(action, under: permit)
  }

  /// The node as the look before the act saw it: asking again would only make that look older.
  private func subject(of action: Action) async throws(ActuateError) -> Node? {
    if let seen = action.seen, seen.id == action.node { return seen }
    guard let id = action.node else { return nil }
    return try await observe(id)
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
