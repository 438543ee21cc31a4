public import FleetModel
public import Planner
public import Ports

/// Compute Engine in one project: machines, and managed instance groups as workloads.
///
/// Looks are repeated here, at most three times; changes are sent once, with a `requestId` made of
/// the action's token, and their operation is waited for: HTTP 200 is no success. An operation that
/// is still under way when the patience ends is `.outcomeUnknown`; what it makes is found by its name
/// and by the label `finops-intent`.
public struct GCPActuator: Actuator {
  public let cloud: CloudName
  let fleet: String
  let pools: [[String: String]]
  let zones: [String]
  let regions: [Region]
  let groups: Set<WorkloadID>
  let reservation: String?
  var api: GCPCalls
  let facts: GCPFacts

  /// - Parameters:
  ///   - project: the project's id, "ml-prod".
  ///   - zones: where to look and launch; the first one of a region takes launches that name none.
  ///     Empty: all zones of `regions`, in one aggregated list.
  ///   - regions: where to look when no zones are named; empty for everywhere.
  ///   - endpoint: an absolute URL without a path; nil for Google's own.
  ///   - credentials: asked before every call.
  ///   - fleet: the value of the tag `finops-fleet`.
  ///   - pools: tags of nodes that are listed too though they lack the fleet's tag; each entry is
  ///     one pool's, and a node must have all of its tags.
  ///   - groups: managed instance groups that are ours though neither their template nor their
  ///     all-instances configuration carries the fleet's label: "mig/ZONE/NAME", "mig/REGION/NAME".
  ///   - reservation: the name of the reservation that reserved capacity is launched into.
  ///   - patience: how long a change's operation is waited for.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, project: String, zones: [String] = [], regions: [Region] = [],
    endpoint: String? = nil, credentials: CredentialCache<GCPToken>, fleet: String,
    pools: [[String: String]] = [], groups: [WorkloadID] = [], reservation: String? = nil,
    patience: Duration = .seconds(90), transport: any HTTPTransport, time: any TimeSource,
    wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.fleet = fleet
    self.pools = pools.filter { !$0.isEmpty }
    self.zones = zones
    self.regions = regions
    self.groups = Set(groups)
    self.reservation = reservation
    let calls = CloudCalls(
      transport: transport, credentials: credentials, time: time, wallClock: wallClock ?? time,
      jitter: Jitter(generator), budgets: CallBudgets(time: time), sign: GCPCalls.sign,
      fault: GCPFaults.fault)
    api = GCPCalls(
      requests: GCPRequests(endpoint: endpoint, project: project), calls: calls, time: time,
      patience: patience)
    facts = GCPFacts(api: api, time: time)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var found: [NodeID: Node] = [:]
    var skew: Duration?
    for tags in [[Tag.fleet: fleet]] + pools {
      for zone in zones.isEmpty ? [nil] : zones.map(Optional.some) {
        let listing = try await list(tags, in: zone)
        for node in listing.nodes { found[node.id] = node }
        skew = listing.clockSkew ?? skew
      }
    }
    var nodes: [Node] = []
    for node in found.values.sorted(by: { $0.id < $1.id }) {
      nodes.append(await counted(node))
    }
    return Inventory(nodes: nodes, workloads: try await workloads(), clockSkew: skew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    guard let place = GCPNode(node), let instance = try await instance(place) else { return nil }
    return await counted(try self.node(instance))
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.api.calls.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    guard (1...64).contains(action.token.utf8.count), action.token.utf8.allSatisfy({ $0 < 128 })
    else { throw CloudVerdict.wrong("BadToken", "a token is 1 to 64 ASCII characters") }
    switch action.intent {
    case .launch: return try await launch(action)
    case .start: return try await start(action)
    case .stop: return try await stop(action)
    case .terminate: return try await terminate(action)
    case .scaleUp, .scaleDown: return try await resize(action)
    case .keep, .unload: throw CloudVerdict.unsupported(action.intent, in: .gcp)
    }
  }

  /// What is listed of one filter, in one zone or in all of ours.
  private func list(
    _ tags: [String: String], in zone: String?
  ) async throws(ActuateError) -> Inventory {
    let page = { (token: String?) in api.requests.instances(tags: tags, in: zone, after: token) }
    let listing: (items: [GCPInstance], skew: Duration?)
    if zone == nil {
      listing = try await api.list(GCPAggregatedList<GCPScopedInstances>.self, page)
    } else {
      listing = try await api.list(GCPInstanceList.self, page)
    }
    var nodes: [Node] = []
    for instance in listing.items {
      let node = try node(instance)
      guard covers(node.region, zone: node.zone), GCPTags.match(node.tags, all: tags) else {
        continue
      }
      nodes.append(node)
    }
    return Inventory(nodes: nodes, clockSkew: listing.skew)
  }

  func covers(_ region: Region, zone: String?) -> Bool {
    if !zones.isEmpty, let zone { return zones.contains(zone) }
    if !zones.isEmpty { return zones.contains { GCPName.region(ofZone: $0) == region } }
    return regions.isEmpty || regions.contains(region)
  }

  func instance(_ place: GCPNode) async throws(ActuateError) -> GCPInstance? {
    try await api.look(
      api.requests.instance(place.number, in: place.zone), as: GCPInstance.self)
  }

  func node(_ instance: GCPInstance) throws(ActuateError) -> Node {
    guard var node = instance.node(cloud: cloud) else {
      let call = api.requests.instance(instance.name, in: instance.place.zone)
      throw CloudVerdict.unreadable(call, "\(instance.name): \(instance.status)")
    }
    if node.tags[Tag.fleet] == GCPName.label(fleet) { node.tags[Tag.fleet] = fleet }
    return node
  }

  private func counted(_ node: Node) async -> Node {
    guard node.acceleratorCount == nil else { return node }
    var node = node
    node.acceleratorCount = await facts.accelerators(of: node.type, in: node.zone)
    return node
  }
}
