public import FleetModel
public import Planner
public import Ports

/// Replicate's deployments; one is the workload "OWNER/NAME".
///
/// A number of replicas is `min_instances`; `max_instances` is raised when that passes it, and never
/// lowered. The API does not say how many run, and each change makes a release, so nothing is sent
/// when the configuration is already so.
public struct ReplicateActuator: Actuator {
  public let cloud: CloudName
  let requests: ReplicateRequests
  var calls: CloudCalls<Secret>

  public static let publicEndpoint = "https://api.replicate.com/v1"

  /// - Parameters:
  ///   - endpoint: an absolute URL, its version included; nil for Replicate's own.
  ///   - credentials: the token; asked again when it is refused, and once a minute.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real.
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, endpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> Issued<Secret>,
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    requests = ReplicateRequests(base: (endpoint ?? Self.publicEndpoint).withoutSlash)
    calls = CloudCalls(
      bearer: credentials, transport: transport, time: time, wallClock: wallClock ?? time,
      generator: generator,
      budgets: CallBudgets(
        looks: (burst: 20, perSecond: 5), changes: (burst: 6, perSecond: 1), time: time),
      fault: ReplicateFault.read)
  }

  /// Nobody has more; past it something there goes round in a circle.
  private static let mostPages = 1000

  public func inventory() async throws(ActuateError) -> Inventory {
    var found: [WorkloadID: Workload] = [:]
    var call = requests.listDeployments()
    for _ in 0..<Self.mostPages {
      let reply = try await calls.json(call, ReplicatePage.init)
      for deployment in reply.value.deployments {
        found[deployment.name.workload] = deployment.workload(cloud: cloud)
      }
      guard let next = reply.value.next, !next.isEmpty else {
        let sorted = found.values.sorted { $0.id < $1.id }
        return Inventory(nodes: [], workloads: sorted, clockSkew: reply.clockSkew)
      }
      guard let following = requests.listDeployments(next: next) else { throw Self.elsewhere }
      guard following != call else { break }
      call = following
    }
    throw .retryLater(
      after: nil,
      ActFailure(
        kind: .unknown, code: "EndlessPages", message: "the list of deployments does not end"))
  }

  private static let elsewhere = ActuateError.refused(
    ActFailure(
      kind: .invalid, code: "ForeignCursor",
      message: "the next page of the list is said to be on another host; the token stays here"))

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? { nil }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let name = ReplicateName(workload) else { return nil }
    do throws(ActuateError) { return try await deployment(name).workload(cloud: cloud) } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  private func deployment(
    _ name: ReplicateName
  ) async throws(ActuateError) -> ReplicateDeployment {
    try await calls.json(requests.getDeployment(name), ReplicateDeployment.init).value
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.calls.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    guard [.scaleUp, .scaleDown].contains(action.intent) else {
      throw CloudVerdict.unsupported(action.intent, in: .replicate)
    }
    guard let workload = action.workload, let number = action.replicas?.to,
      (0...10_000).contains(number)
    else { throw CloudVerdict.wrong("NoReplicas", "nothing says what to scale to how many") }
    guard let name = ReplicateName(workload) else {
      throw CloudVerdict.wrong("BadName", "\(workload) is not OWNER/NAME")
    }
    try await set(name, to: number)
    return Receipt(workload: workload, replicas: number)
  }

  private func set(_ name: ReplicateName, to number: Int) async throws(ActuateError) {
    let before = try await deployment(name)
    let ceiling = max(number, before.most)
    guard before.least != number || before.most != ceiling else { return }
    let call = requests.updateDeployment(name, min: number, max: ceiling)
    let after = try await calls.json(call, ReplicateDeployment.init).value
    guard after.least == number, after.most == ceiling else {
      throw .refused(
        ActFailure(
          kind: .invalid, code: "FieldsDropped",
          message: "\(name.workload) was asked for \(number) to \(ceiling) instances, and has "
            + "\(after.least) to \(after.most)"))
    }
  }

  /// The hardware that deployments can be put on, by its SKU.
  public func hardware() async throws(ActuateError) -> [InstanceType] {
    try await calls.json(requests.listHardware()) { json in
      let items = json.array ?? json["results"].array
      return items.map { $0.compactMap { $0["sku"].string.map { InstanceType($0) } } }
    }.value
  }
}
