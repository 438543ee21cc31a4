public import FleetModel
public import Planner
public import Ports

/// Inference Endpoints of one or more Hugging Face namespaces; an endpoint is the workload
/// "NAMESPACE/NAME".
///
/// A number of replicas is the floor (minReplica) under Hugging Face's own autoscaler; the ceiling
/// is raised when the floor passes it, and never lowered. Zero puts the endpoint to sleep: the next
/// request wakes it, or we do. Each request says how things shall be, so that asking twice is asking
/// once.
public struct HuggingFaceActuator: Actuator {
  public let cloud: CloudName
  let namespaces: [String]
  let requests: HuggingFaceCalls
  var calls: CloudCalls<Secret>

  /// The public API.
  public static let publicEndpoint = "https://api.endpoints.huggingface.cloud/v2"

  /// - Parameters:
  ///   - namespaces: the users and organisations whose endpoints are listed.
  ///   - endpoint: an absolute URL, its version included; nil for Hugging Face's own.
  ///   - credentials: the token; asked again when it is refused, and once a minute.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real.
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, namespaces: [String], endpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> Issued<Secret>,
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.namespaces = namespaces
    requests = HuggingFaceCalls(base: (endpoint ?? Self.publicEndpoint).withoutSlash)
    calls = CloudCalls(
      bearer: credentials, transport: transport, time: time, wallClock: wallClock ?? time,
      generator: generator,
      budgets: CallBudgets(
        looks: (burst: 10, perSecond: 2), changes: (burst: 6, perSecond: 1), time: time),
      fault: HuggingFaceFault.read)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    var workloads: [Workload] = []
    var skew: Duration?
    for namespace in namespaces {
      let reply = try await calls.json(requests.listEndpoints(in: namespace)) {
        HuggingFaceEndpoint.list($0, namespace: namespace)
      }
      workloads += reply.value.map { $0.workload(cloud: cloud) }
      skew = reply.clockSkew ?? skew
    }
    return Inventory(nodes: [], workloads: workloads.sorted { $0.id < $1.id }, clockSkew: skew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? { nil }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let name = HuggingFaceName(workload) else { return nil }
    do throws(ActuateError) { return try await endpoint(name).workload(cloud: cloud) } catch {
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
    guard [.scaleUp, .scaleDown, .stop, .start].contains(action.intent),
      let workload = action.workload
    else { throw CloudVerdict.unsupported(action.intent, in: .huggingFace) }
    guard let name = HuggingFaceName(workload) else {
      throw CloudVerdict.wrong("BadName", "\(workload) is not NAMESPACE/NAME")
    }
    switch action.intent {
    case .stop: return try await pause(name)
    case .start: return try await resume(name)
    default: break
    }
    guard let number = action.replicas?.to, (0...10_000).contains(number) else {
      throw CloudVerdict.wrong("NoReplicas", "nothing says how many replicas there shall be")
    }
    let before = try await endpoint(name)
    if number == 0 { return try await sleep(before) }
    return try await wake(before, number)
  }

  func endpoint(_ name: HuggingFaceName) async throws(ActuateError) -> HuggingFaceEndpoint {
    let read = { (json: ExactJSON) in HuggingFaceEndpoint(json, namespace: name.namespace) }
    return try await calls.json(requests.getEndpoint(name), read).value
  }
}
