public import FleetModel
public import Planner
public import Ports

/// A cloud in memory that keeps a number of replicas, and whose answers can be lost on demand.
public actor CountedCloud: Actuator {
  public nonisolated let cloud: CloudName = "hf"
  public private(set) var workload: Workload
  public private(set) var calls: [Action] = []
  private var lostAnswers = 0
  private var refusal: ActuateError?

  public init(_ workload: Workload) { self.workload = workload }

  /// The next `count` calls take effect, and their answers are lost.
  public func loseAnswers(_ count: Int) { lostAnswers = count }
  public func refuse(_ error: ActuateError?) { refusal = error }
  public func set(_ change: @Sendable (inout Workload) -> Void) { change(&workload) }

  public func inventory() async throws(ActuateError) -> Inventory {
    Inventory(nodes: [], workloads: [workload])
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? { nil }

  /// A request that would leave too late is none: it is not among the calls.
  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    if let lateness = permit.lateness() { throw .tooLate(lateness) }
    calls.append(action)
    if let refusal { throw refusal }
    guard let change = action.replicas, action.workload == workload.id else {
      throw .refused(ActFailure(kind: .notFound, code: "NotFound", message: ""))
    }
    workload.desired = change.to
    workload.ready = change.to
    guard lostAnswers == 0 else {
      lostAnswers -= 1
      throw .outcomeUnknown("connection reset")
    }
    return Receipt(workload: workload.id, replicas: change.to)
  }
}
