public import FleetModel
public import Planner
public import Ports

/// EC2 in one region of one account.
///
/// Looks are repeated here, at most three times; changes are sent once and their failures handed
/// to the executor, which alone decides what is repeated. After `.outcomeUnknown` the same action
/// may be carried out again: RunInstances carries the action's token as ClientToken, the other
/// calls name an instance and a state.
public struct EC2Actuator: Actuator {
  public let cloud: CloudName
  public let region: Region
  private let fleet: String
  private let pools: [[String: String]]
  private let fleetLaunch: FleetLaunch?
  private var calls: AWSCalls
  private let types: EC2Types
  private let protections: EC2Protections

  /// - Parameters:
  ///   - endpoint: an absolute URL without a path, "http://127.0.0.1:5000"; nil for AWS's own.
  ///   - credentials: asked every minute, and when what they gave is refused.
  ///   - fleet: the value of the tag `finops-fleet`.
  ///   - pools: tags of nodes that are listed too though they lack the fleet's tag; each entry is
  ///     one pool's, and a node must have all of its tags.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, region: Region, endpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> AWSCredentials,
    fleet: String, pools: [[String: String]] = [], transport: any HTTPTransport,
    time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    let account = AWSAccount(
      credentials: CredentialCache(time: time) { () async throws(ActuateError) in
        Issued(try await credentials(), link: "given")
      },
      endpoint: endpoint, transport: transport, time: time, wallClock: wallClock ?? time,
      jitter: Jitter(generator))
    self.init(cloud: cloud, region: region, account: account, fleet: fleet, pools: pools)
  }

  init(
    cloud: CloudName, region: Region, account: AWSAccount, fleet: String,
    pools: [[String: String]] = [], fleetLaunch: FleetLaunch? = nil
  ) {
    self.cloud = cloud
    self.region = region
    self.fleet = fleet
    self.pools = pools.filter { !$0.isEmpty }
    self.fleetLaunch = fleetLaunch
    calls = AWSCalls(.ec2, of: account, in: region)
    types = EC2Types(calls: calls, time: account.time)
    protections = EC2Protections(calls: calls, time: account.time)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var found: [NodeID: EC2Instance] = [:]
    var skew: Duration?
    for tags in [[Tag.fleet: fleet]] + pools {
      let listing = try await list(tags)
      for instance in listing.instances { found[NodeID(instance.instanceId)] = instance }
      skew = listing.clockSkew ?? skew
    }
    let types = await types.known(of: Set(found.values.map { InstanceType($0.instanceType) }))
    var nodes: [Node] = []
    for (id, instance) in found.sorted(by: { $0.key < $1.key }) {
      var node = try node(instance, types)
      for hindrance in protections.remembered(of: id) ?? [] { node.add(hindrance) }
      nodes.append(node)
    }
    return Inventory(nodes: nodes, clockSkew: skew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    guard let instance = try await instance(node) else { return nil }
    let types = await types.known(of: [InstanceType(instance.instanceType)])
    var found = try self.node(instance, types)
    // Only what runs can be meant by an act that ends it.
    guard found.state == .running else { return found }
    for hindrance in await protections.hindrances(of: node) { found.add(hindrance) }
    return found
  }

  private func instance(_ node: NodeID) async throws(ActuateError) -> EC2Instance? {
    do throws(ActuateError) {
      let reply = try await calls.send(.describeInstance(node), as: DescribeInstancesReply.self)
      return reply.value.instances.first { $0.instanceId == node.rawValue }
    } catch {
      // Also said of an instance that was made a moment ago: the caller waits for its deadline.
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.calls.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    switch action.intent {
    case .launch: return try await launch(action)
    case .start: return try await change(action) { .startInstance($0) }
    case .stop: return try await change(action) { .stopInstance($0) }
    case .terminate: return try await change(action) { .terminateInstance($0) }
    case .keep: throw CloudVerdict.wrong("NothingToDo", "to keep a node nothing is sent")
    case .scaleUp, .scaleDown, .unload:
      throw CloudVerdict.unsupported(action.intent, in: .aws)
    }
  }
}

extension EC2Actuator {
  /// A listing of a million nodes; past it something there goes round in a circle.
  private static let mostPages = 1000

  /// All pages, or an error: half a list would show the other half as gone.
  private func list(
    _ tags: [String: String]
  ) async throws(ActuateError) -> (instances: [EC2Instance], clockSkew: Duration?) {
    var instances: [EC2Instance] = []
    var skew: Duration?
    var token: String?
    for _ in 0..<Self.mostPages {
      let reply = try await calls.send(
        .describeInstances(tags: tags, after: token), as: DescribeInstancesReply.self)
      skew = reply.clockSkew
      // EC2 reads * and ? in a filter as wildcards; the fleet's name means itself.
      instances += reply.value.instances.filter { instance in
        let own = instance.tags
        return tags.allSatisfy { own[$0.key] == $0.value }
      }
      guard let next = reply.value.nextToken, !next.isEmpty else { return (instances, skew) }
      guard next != token else { break }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(
        kind: .unknown, code: "EndlessPages", message: "the list of instances does not end"))
  }

  private func node(
    _ instance: EC2Instance, _ types: [InstanceType: EC2Type]
  ) throws(ActuateError) -> Node {
    guard let node = instance.node(cloud: cloud, region: region, types: types) else {
      throw calls.unreadable(
        AWSCall("DescribeInstances"), "\(instance.instanceId): \(instance.instanceState.name)")
    }
    return node
  }

  private func launch(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let spec = action.launch else {
      throw CloudVerdict.wrong("NoLaunchSpec", "nothing says what to launch")
    }
    guard spec.cloud == cloud, spec.region == region else {
      throw CloudVerdict.wrong(
        "OtherRegion", "\(spec.cloud) \(spec.region) is not \(cloud) \(region)")
    }
    guard (1...64).contains(action.token.utf8.count), action.token.utf8.allSatisfy({ $0 < 128 })
    else { throw CloudVerdict.wrong("BadToken", "a token is 1 to 64 ASCII characters") }
    var tags = action.tags
    tags[Tag.fleet] = tags[Tag.fleet] ?? fleet
    tags[Tag.intent] = action.token
    if let fleetLaunch, fleetLaunch.takes(spec) {
      return try await send(
        fleet: .createFleet(spec, by: fleetLaunch, token: action.token, tags: tags))
    }
    let call = AWSCall.runInstance(spec, token: action.token, tags: tags)
    let reply = try await calls.send(call, as: RunInstancesReply.self)
    guard let instance = reply.value.instancesSet.items.first,
      let state = InstanceState(rawValue: instance.instanceState.name)
    else { throw calls.unreadable(call) }
    return Receipt(
      node: NodeID(instance.instanceId), state: state, requestID: reply.value.requestId)
  }

  /// A fleet's errors come inside a success.
  private func send(fleet call: AWSCall) async throws(ActuateError) -> Receipt {
    let reply = try await calls.send(call, as: CreateFleetReply.self)
    guard let node = reply.value.node else { throw reply.value.refusal }
    return Receipt(node: node, state: .pending, requestID: reply.value.requestId)
  }

  private func change(
    _ action: Action, _ call: (NodeID) -> AWSCall
  ) async throws(ActuateError) -> Receipt {
    guard let node = action.node else {
      throw CloudVerdict.wrong("NoNode", "nothing says which node to \(action.intent.rawValue)")
    }
    let call = call(node)
    let reply = try await calls.send(call, as: StateChangeReply.self)
    let ours = reply.value.instancesSet.items.first { $0.instanceId == node.rawValue }
    guard let state = ours.flatMap({ InstanceState(rawValue: $0.currentState.name) }) else {
      throw calls.unreadable(call)
    }
    return Receipt(node: node, state: state, requestID: reply.value.requestId)
  }
}
