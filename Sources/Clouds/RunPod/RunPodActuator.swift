public import FleetModel
public import Planner
public import Ports
import Synchronization

/// RunPod: its pods as nodes, its serverless endpoints as the workloads "serverless/ID".
///
/// The API has no idempotency keys. Before a pod is made the list is searched for one of the same
/// token; all other requests say how things shall be. Regions are the tiers "secure" and
/// "community", zones the data centres.
public struct RunPodActuator: Actuator {
  public let cloud: CloudName
  let fleet: String
  let pools: [[String: String]]
  let requests: RunPodRequests
  var calls: CloudCalls<Secret>
  let limit: RunPodRateLimit
  let gone = RunPodGone()

  public static let publicEndpoint = "https://api.runpod.io"
  /// Where requests to serverless endpoints go, and the count of their queues comes from.
  public static let publicDataEndpoint = "https://api.runpod.ai"

  /// - Parameters:
  ///   - endpoint: an absolute URL without a path; nil for RunPod's own.
  ///   - dataEndpoint: the data plane's; nil for RunPod's own. The token is sent there too.
  ///   - credentials: the token; asked again when it is refused, and once a minute.
  ///   - fleet: the fleet's name, in the tags of what is launched.
  ///   - pools: tags of pods that are listed too though they lack the fleet's tag; each entry is one
  ///     pool's, and a pod must have all of its tags.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real.
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, endpoint: String? = nil, dataEndpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> Issued<Secret>,
    fleet: String, pools: [[String: String]] = [], transport: any HTTPTransport,
    time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.fleet = fleet
    self.pools = pools.filter { !$0.isEmpty }
    requests = RunPodRequests(
      base: (endpoint ?? Self.publicEndpoint).withoutSlash,
      dataBase: (dataEndpoint ?? Self.publicDataEndpoint).withoutSlash)
    limit = RunPodRateLimit(time: time)
    calls = CloudCalls(
      bearer: credentials,
      transport: RunPodListeningTransport(transport: transport, limit: limit), time: time,
      wallClock: wallClock ?? time, generator: generator,
      budgets: CallBudgets(
        looks: (burst: 20, perSecond: 2), changes: (burst: 6, perSecond: 1),
        makes: (burst: 4, perSecond: 0.5), time: time), fault: RunPodFault.read)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    let pods = try await json(requests.listPods(), RunPodPod.list)
    let endpoints = try await json(requests.listEndpoints(), RunPodEndpoint.list).value
    var workloads: [Workload] = []
    for endpoint in endpoints.sorted(by: { $0.id < $1.id }) {
      if let workload = try await detailed(endpoint) { workloads.append(workload) }
    }
    let nodes = pods.value.map { $0.node(cloud: cloud) }.filter { isOurs($0.tags) }
    return Inventory(
      nodes: nodes.sorted { $0.id < $1.id }, workloads: workloads, clockSkew: pods.clockSkew)
  }

  private func isOurs(_ tags: [String: String]) -> Bool {
    ([[Tag.fleet: fleet]] + pools).contains { wanted in
      wanted.allSatisfy { tags[$0.key] == $0.value }
    }
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    try await unlessGone { () throws(ActuateError) in
      try await pod(node).node(cloud: cloud)
    }
  }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let id = Self.serverless(workload) else { return nil }
    return try await unlessGone { () throws(ActuateError) in
      try await detailed(try await json(requests.getEndpoint(id), RunPodEndpoint.init).value)
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
    case .start: return try await change(action, "start", to: [.pending, .running])
    case .stop: return try await change(action, "stop", to: [.stopped])
    case .terminate: return try await change(action, "terminate", to: [.terminated])
    case .scaleUp, .scaleDown: return try await scale(action)
    case .keep, .unload: throw CloudVerdict.unsupported(action.intent, in: .runPod)
    }
  }

  /// One call and its answer, within what RunPod says is left.
  func json<Value: Sendable>(
    _ call: CloudCall, _ read: (ExactJSON) -> Value?
  ) async throws(ActuateError) -> CloudCalls<Secret>.Reply<Value> {
    try await limit.admit()
    return try await calls.json(call, read)
  }

  func pod(_ node: NodeID) async throws(ActuateError) -> RunPodPod {
    guard node.rawValue.isPathPart else {
      throw .refused(
        ActFailure(kind: .notFound, code: "BadID", message: "\(node) is no id of a pod"))
    }
    return try await json(requests.getPod(node.rawValue), RunPodPod.init).value
  }

  /// nil for what the cloud does not know.
  private func unlessGone<Value>(
    _ look: () async throws(ActuateError) -> Value?
  ) async throws(ActuateError) -> Value? {
    do throws(ActuateError) { return try await look() } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }
}

/// Pods this process ended: RunPod forgets them, and ending one twice is not an error.
final class RunPodGone: Sendable {
  private let nodes = Mutex<Set<NodeID>>([])

  func insert(_ node: NodeID) {
    nodes.withLock { nodes in
      // A repeat comes within minutes; what is older is forgotten.
      if nodes.count >= 10_000 { nodes = [] }
      nodes.insert(node)
    }
  }

  func contains(_ node: NodeID) -> Bool { nodes.withLock { $0.contains(node) } }
}
