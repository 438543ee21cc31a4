public import FleetModel
public import Ports
import Synchronization

/// An AWS account in one region over loopback HTTP, as far as a fleet controller uses it: EC2, Auto
/// Scaling and STS with their own rules for tokens, states, bounds, pages, filters and errors, and
/// the services that are attached. It looks at who signed when told to, never at the signature.
///
/// Differences to AWS are faults of this type: it is judged by boto3 in its tests.
public final class FakeEC2: Sendable {
  struct State {
    var region: FakeRegion
    var calls: [Call] = []
    var count = 0
    var services: [any FakeAWSService] = []
  }

  let state: Mutex<State>
  let time: any TimeSource
  let faults: FaultInjector
  private let server = Mutex<LoopbackServer?>(nil)
  private let onLaunch: @Sendable (NodeID, [String: String]) -> [String: String]

  /// How long the cloud takes, on its own clock.
  public struct Lag: Sendable, Hashable {
    /// pending to running.
    public var start: Duration
    /// stopping to stopped.
    public var stop: Duration
    /// shutting-down to terminated.
    public var end: Duration
    /// From launch until Describe knows the machine.
    public var visibility: Duration

    /// GPU machines boot in minutes; the defaults are short so that a demo shows something.
    public init(
      start: Duration = .seconds(8), stop: Duration = .seconds(5), end: Duration = .seconds(5),
      visibility: Duration = .seconds(1)
    ) {
      self.start = start
      self.stop = stop
      self.end = end
      self.visibility = visibility
    }

    public static let none = Lag(start: .zero, stop: .zero, end: .zero, visibility: .zero)
  }

  /// What can be sold out: a type, in one zone or in all.
  public struct Offer: Sendable, Hashable, Codable {
    public var type: InstanceType
    public var zone: String?
    public init(_ type: InstanceType, zone: String? = nil) {
      self.type = type
      self.zone = zone
    }
  }

  /// One request that reached the cloud, whatever became of its answer.
  public struct Call: Sendable, Hashable {
    public var action: String
    public var parameters: [String: String]
    public var at: Timestamp
    public var requestID: String
    /// The error code it was answered with; nil for success.
    public var error: String?
  }

  /// Calls that are remembered; a demo runs for days.
  static let longestLog = 20_000

  /// - Parameter onLaunch: called for each new machine with its tags; what it gives back are tags
  ///   the machine gets besides (a demo's stand-in for what a boot script would do).
  public init(
    region: Region = "us-east-1", lag: Lag = Lag(), time: any TimeSource,
    faults: FaultInjector = FaultInjector(),
    onLaunch: @escaping @Sendable (NodeID, [String: String]) -> [String: String] = { _, _ in [:] }
  ) {
    state = Mutex(State(region: FakeRegion(name: region.rawValue, lag: lag)))
    self.time = time
    self.faults = faults
    self.onLaunch = onLaunch
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let server = try await LoopbackServer(port: port) { [self] asked in exchange(asked) }
    self.server.withLock { $0 = server }
    return "http://127.0.0.1:\(server.port)"
  }

  /// Answers for another service too, on the same port.
  func attach(_ service: any FakeAWSService) {
    state.withLock { $0.services.append(service) }
  }

  public func stop() async {
    let server = server.withLock { server in
      defer { server = nil }
      return server
    }
    await server?.stop()
  }
}

extension FakeEC2 {
  /// Puts a running machine there that nobody launched; under this id, or one that is free.
  public func add(
    id wanted: NodeID? = nil, type: InstanceType, zone: String? = nil, spot: Bool = false,
    tags: [String: String],
    launchedAt: Timestamp
  ) -> NodeID {
    state.withLock { state in
      let free = state.region.nextID()
      let id = wanted?.rawValue ?? free
      state.region.instances[id] = FakeInstance(
        id: id, type: type.rawValue, zone: zone ?? state.region.name + "a", image: "ami-0demo",
        spot: spot, tags: tags, privateAddress: state.region.address(), launchedAt: launchedAt,
        visibleAt: launchedAt, state: .running)
      return NodeID(id)
    }
  }

  /// Machines that can not be had until this is called again.
  public func sellOut(_ offers: Set<Offer>) { state.withLock { $0.region.soldOut = offers } }

  /// Types the account's quota allows no more of until this is called again.
  public func exhaustQuota(of types: Set<InstanceType>) {
    state.withLock { $0.region.overQuota = Set(types.map(\.rawValue)) }
  }

  /// Where a machine is now; nil when there is none of that id.
  public func state(of node: NodeID) -> InstanceState? {
    let now = time.now()
    return state.withLock { $0.region.instances[node.rawValue]?.state(at: now) }
  }

  public func tag(_ node: NodeID, _ key: String, _ value: String) {
    state.withLock { $0.region.instances[node.rawValue]?.tags[key] = value }
  }

  /// Sets "disableApiStop" and "disableApiTermination" as given, and no other.
  public func protect(_ node: NodeID, _ attributes: Set<String>) {
    state.withLock { $0.region.instances[node.rawValue]?.protections = attributes }
  }

  /// The machine's root disk is an instance store from now on.
  public func rootOnStore(_ node: NodeID) {
    state.withLock { $0.region.instances[node.rawValue]?.isStoreRooted = true }
  }

  /// A service of AWS manages the machine: "ecs.amazonaws.com".
  public func manage(_ node: NodeID, by principal: String) {
    state.withLock { $0.region.instances[node.rawValue]?.managedBy = principal }
  }

  /// All machines ever made with this token.
  public func instances(ofToken token: String) -> [NodeID] {
    state.withLock { ($0.region.tokens[token]?.ids ?? []).map { NodeID($0) } }
  }

  /// Every machine there is, by its state.
  public func nodes() -> [NodeID: InstanceState] {
    let now = time.now()
    return state.withLock { state in
      Dictionary(
        uniqueKeysWithValues: state.region.instances.values.map {
          (NodeID($0.id), $0.state(at: now))
        })
    }
  }

  /// The requests so far, oldest first; of an action, or all.
  public func calls(_ action: String? = nil) -> [Call] {
    state.withLock { state in state.calls.filter { action == nil || $0.action == action } }
  }
}

extension FakeEC2 {
  /// Tells whoever listens of the machines a request made.
  func welcome(_ ids: [String]) {
    for id in ids {
      let tags = state.withLock { $0.region.instances[id]?.tags ?? [:] }
      for (key, value) in onLaunch(NodeID(id), tags) { tag(NodeID(id), key, value) }
    }
  }
}
