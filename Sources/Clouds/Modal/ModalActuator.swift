public import FleetModel
public import Planner
public import Ports

/// Functions of Modal; one is the workload "APP/FUNCTION", a class "APP/CLASS.*".
///
/// Off unless the settings name it: Modal's API is gRPC, and its contract is not published. A number
/// of replicas is min_containers, the floor under Modal's own autoscaler; zero lets it scale to
/// zero. Each request says how things shall be, so that asking twice is asking once. What is set
/// here is an override, which the next deploy of the app wipes; it is then seen, since the floor in
/// force is read at each look.
public struct ModalActuator: Actuator {
  public let cloud: CloudName
  let functions: [WorkloadID]
  let requests: ModalCalls
  var calls: CloudCalls<ModalToken>

  /// The public API.
  public static let publicEndpoint = "https://api.modal.com"

  /// - Parameters:
  ///   - functions: those that are listed, as "APP/FUNCTION".
  ///   - environment: of the apps; nil for the workspace's own.
  ///   - endpoint: an absolute URL; nil for Modal's own.
  ///   - credentials: the token; asked again when it is refused, and once a minute.
  ///   - transport: one that speaks HTTP/2 (`CurlTransport`).
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real.
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, functions: [String], environment: String? = nil, endpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> Issued<ModalToken>,
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.functions = Set(functions).map { WorkloadID($0) }.sorted()
    requests = ModalCalls(
      base: (endpoint ?? Self.publicEndpoint).withoutSlash, environment: environment ?? "")
    calls = CloudCalls(
      transport: transport, credentials: CredentialCache(time: time, fetch: credentials),
      time: time, wallClock: wallClock ?? time, jitter: Jitter(generator),
      budgets: CallBudgets(
        looks: (burst: 30, perSecond: 5), changes: (burst: 6, perSecond: 1), time: time),
      sign: ModalCalls.signed, fault: ModalFault.read)
  }

  /// A function that is not deployed now is left out.
  public func inventory() async throws(ActuateError) -> Inventory {
    var workloads: [Workload] = []
    var skew: Duration?
    for function in functions {
      guard let name = ModalFunctionName(function) else { throw Self.badName(function) }
      guard let seen = try await look(name) else { continue }
      workloads.append(seen.value)
      skew = seen.clockSkew ?? skew
    }
    return Inventory(nodes: [], workloads: workloads, clockSkew: skew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? { nil }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let name = ModalFunctionName(workload) else { return nil }
    return try await look(name)?.value
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.calls.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    guard [.scaleUp, .scaleDown].contains(action.intent), let workload = action.workload
    else { throw CloudVerdict.unsupported(action.intent, in: .modal) }
    guard let name = ModalFunctionName(workload) else { throw Self.badName(workload) }
    guard let number = action.replicas?.to, (0...10_000).contains(number) else {
      throw CloudVerdict.wrong("NoReplicas", "nothing says how many replicas there shall be")
    }
    return try await scale(name, to: number)
  }

  private static func badName(_ workload: WorkloadID) -> ActuateError {
    CloudVerdict.wrong("BadName", "\(workload) is not APP/FUNCTION")
  }
}

extension ModalActuator {
  typealias Reply = CloudCalls<ModalToken>.Reply

  /// One call and its one answer, read by `read`.
  func message<Value: Sendable>(
    _ call: CloudCall, _ read: (ProtobufMessage) -> Value?
  ) async throws(ActuateError) -> Reply<Value> {
    try await calls.repeating(call) { GRPC.message($0.body).flatMap(read) }
  }

  /// A function with what goes on in it; nil when Modal does not know it.
  private func look(
    _ name: ModalFunctionName
  ) async throws(ActuateError) -> (value: Workload, clockSkew: Duration?)? {
    do throws(ActuateError) {
      let function = try await function(name)
      let scheduling = try await scheduling(function.id)
      let call = requests.functionGetCurrentStats(function.id)
      let stats = try await message(call) { ModalStats($0) }
      let state = ModalState(
        name: name, function: function, scheduling: scheduling, stats: stats.value)
      return (state.workload(cloud: cloud, at: calls.time.now()), stats.clockSkew)
    } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  private func function(_ name: ModalFunctionName) async throws(ActuateError) -> ModalFunction {
    try await message(requests.functionGet(name)) { ModalFunction($0) }.value
  }

  private func scheduling(_ id: String) async throws(ActuateError) -> ModalScheduling {
    try await message(requests.functionGetSchedulingParams(id)) { ModalScheduling($0) }.value
  }

  /// Nothing is sent when it is so already. The ceiling is people's, and is not raised.
  private func scale(
    _ name: ModalFunctionName, to number: Int
  ) async throws(ActuateError) -> Receipt {
    let receipt = Receipt(workload: name.workload, replicas: number)
    let id = try await function(name).id
    let now = try await scheduling(id).settings
    if now.floor == number { return receipt }
    if let ceiling = now.ceiling, number > ceiling { throw Self.above(ceiling, name, number) }
    let call = requests.functionUpdateSchedulingParams(id, ModalAutoscaler(minContainers: number))
    // The answer has the settings that are then in force.
    let after = try await message(call) { $0.message(1).flatMap(ModalAutoscaler.init) }.value
    if after.floor != number { throw Self.dropped(name, number, after.floor) }
    return receipt
  }

  private static func above(
    _ ceiling: Int, _ name: ModalFunctionName, _ number: Int
  ) -> ActuateError {
    .refused(
      ActFailure(
        kind: .quota, code: "AboveMaxContainers",
        message: "\(name.workload) has max_containers \(ceiling), and \(number) were asked for"))
  }

  private static func dropped(
    _ name: ModalFunctionName, _ number: Int, _ floor: Int
  ) -> ActuateError {
    .refused(
      ActFailure(
        kind: .invalid, code: "FieldsDropped",
        message: "\(name.workload) took the change and has min_containers \(floor), not \(number)"))
  }
}
