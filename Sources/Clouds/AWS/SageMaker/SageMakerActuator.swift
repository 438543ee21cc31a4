public import FleetModel
public import Planner
public import Ports

/// SageMaker's endpoints in one region of one account: the instances of each production variant as
/// "sagemaker/ENDPOINT/VARIANT", the copies of each inference component as "sagemaker-ic/NAME".
///
/// A change is an absolute number and takes minutes, during which SageMaker refuses another one:
/// that is `.retryLater`. A number that is asked for already is not sent again. That there was no
/// capacity SageMaker says late, in the endpoint's failure reason; to grow again within ten minutes
/// of it is `.refused` with kind capacity, so that the next choice can be made.
public struct SageMakerActuator: Actuator {
  public let cloud: CloudName
  public let region: Region
  let fleet: String
  let named: Set<WorkloadID>
  let widensTargets: Bool
  var calls: AWSCalls
  var scaling: AWSCalls
  let metrics: MetricData
  let memo: SageMakerMemo
  let time: any TimeSource

  /// - Parameters:
  ///   - endpoint: an absolute URL without a path that serves every service; nil for AWS's own.
  ///   - fleet: the value of the tag `finops-fleet` of the endpoints to list.
  ///   - workloads: listed too though their endpoint lacks the tag.
  ///   - widensTargets: where Application Auto Scaling keeps bounds on a number, they are moved for
  ///     a number beyond them; else such a number is refused.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, region: Region, endpoint: String? = nil,
    credentials: CredentialCache<AWSCredentials>, fleet: String,
    workloads: Set<WorkloadID> = [], widensTargets: Bool = false, transport: any HTTPTransport,
    time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    let account = AWSAccount(
      credentials: credentials, endpoint: endpoint, transport: transport, time: time,
      wallClock: wallClock ?? time, jitter: Jitter(generator))
    self.init(
      cloud: cloud, region: region, account: account, fleet: fleet, workloads: workloads,
      widensTargets: widensTargets)
  }

  init(
    cloud: CloudName, region: Region, account: AWSAccount, fleet: String,
    workloads: Set<WorkloadID> = [], widensTargets: Bool = false
  ) {
    self.cloud = cloud
    self.region = region
    self.fleet = fleet
    self.named = workloads
    self.widensTargets = widensTargets
    calls = AWSCalls(.sageMaker, of: account, in: region, kinds: Self.kind)
    scaling = AWSCalls(.applicationAutoScaling, of: account, in: region)
    metrics = MetricData(of: account, in: region)
    memo = SageMakerMemo()
    time = account.time
  }

  /// SageMaker has one code for many things; which one it is stands in the sentence.
  static func kind(ofCode code: String, _ message: String) -> ActFailure.Kind? {
    guard code == "ValidationException" else { return nil }
    if message.hasPrefix("Could not find") { return .notFound }
    let busy = ["in-progress", "IN_PROGRESS"]
    return busy.contains(where: message.contains) ? .throttled : nil
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    let listing = try await list()
    let workloads = try await dressed(listing.seen, ScalableTargets.read(over: scaling))
    return Inventory(
      nodes: [], workloads: workloads.sorted { $0.id < $1.id }, clockSkew: listing.clockSkew)
  }

  /// SageMaker's instances are not machines of the account.
  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? { nil }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let subject = SageMakerSubject(workload), let seen = try await look(subject) else {
      return nil
    }
    let targets = try await ScalableTargets.read(subject.resource, over: scaling)
    return try await dressed([seen], targets).first
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.calls.permit = permit
    act.scaling.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    guard action.intent == .scaleUp || action.intent == .scaleDown else {
      throw CloudVerdict.unsupported(action.intent, in: .sageMaker)
    }
    guard let workload = action.workload, let count = action.replicas?.to, count >= 0 else {
      throw CloudVerdict.wrong("NoWorkload", "the action names no workload or no number")
    }
    guard let subject = SageMakerSubject(workload), let seen = try await look(subject) else {
      throw .refused(
        ActFailure(kind: .notFound, code: "NotFound", message: "SageMaker has no \(workload)"))
    }
    return try await set(subject, seen, to: count)
  }
}

/// What a workload's name stands for.
enum SageMakerSubject: Sendable, Hashable {
  case variant(String, endpoint: String)
  case component(String)

  init?(_ workload: WorkloadID) {
    let parts = workload.parts
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 }) else { return nil }
    switch (parts.first, parts.count) {
    case ("sagemaker", 3): self = .variant(parts[2], endpoint: parts[1])
    case ("sagemaker-ic", 2): self = .component(parts[1])
    default: return nil
    }
  }

  var workload: WorkloadID {
    switch self {
    case .variant(let name, let endpoint): WorkloadID("sagemaker/\(endpoint)/\(name)")
    case .component(let name): WorkloadID("sagemaker-ic/\(name)")
    }
  }

  /// As Application Auto Scaling names it.
  var resource: ScalableResource {
    switch self {
    case .variant(let name, let endpoint): .variant(name, of: endpoint)
    case .component(let name): .component(name)
    }
  }
}
