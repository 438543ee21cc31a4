public import FleetModel
import Planner
public import Ports

/// What every actuator must do that asks its cloud for a number of replicas: run over each adapter
/// against a cloud of its own, on a workload that stands at one replica there.
public struct WorkloadConformance: Sendable {
  private let actuator: any Actuator
  private let workload: WorkloadID
  private let stranger: WorkloadID
  private let lowest: Int
  private let settle: @Sendable () async -> Void

  /// - Parameters:
  ///   - stranger: a well-formed name that the cloud does not know.
  ///   - lowest: the least number it can be asked for; 0 where it can sleep.
  ///   - settle: lets the cloud's own time pass, until states have settled.
  public init(
    _ actuator: any Actuator, scaling workload: WorkloadID, stranger: WorkloadID, lowest: Int = 0,
    settle: @escaping @Sendable () async -> Void = {}
  ) {
    self.actuator = actuator
    self.workload = workload
    self.stranger = stranger
    self.lowest = lowest
    self.settle = settle
  }

  /// Everything that was not as it must be, as sentences; empty when the adapter conforms.
  public func violations() async -> [String] {
    var said: [String] = []
    do throws(ActuateError) {
      let listed = try await actuator.inventory().workloads
      if listed.map(\.id) != listed.map(\.id).sorted() { said.append("the list is not sorted") }
      if !listed.contains(where: { $0.id == workload }) { said.append("it is not listed") }
      for number in [3, 2, lowest, 1] {
        for turn in ["first", "second"] {
          try await ask(for: number, turn, into: &said)
        }
      }
      try await askStranger(into: &said)
    } catch {
      said.append("an act that must succeed failed: \(error)")
    }
    return said
  }

  private func ask(
    for number: Int, _ turn: String, into said: inout [String]
  ) async throws(ActuateError) {
    let before = try await actuator.observe(workload)
    let from = before?.desired ?? -1
    let act = Action(
      token: "to-\(number)-\(turn)", intent: number < from ? .scaleDown : .scaleUp,
      workload: workload, replicas: ReplicaChange(from: from, to: number))
    if from != number {
      said += try await LateActs(actuator: actuator, settle: settle).violations(of: act)
    }
    let receipt = try await actuator.carryOut(act, under: LateActs.young)
    if receipt.workload != workload || receipt.replicas != number {
      said.append("\(number), \(turn) time: the receipt says \(receipt.subject) \(receipt.outcome)")
    }
    await settle()
    let after = try await actuator.observe(workload)
    if after?.desired != number {
      said.append("\(number), \(turn) time: \(after?.desired ?? -1) replicas are asked for")
    }
    let wanted: Set<Workload.State> = number == 0 ? [.asleep, .running] : [.running]
    if let state = after?.state, !wanted.contains(state) {
      said.append("\(number), \(turn) time: it is \(state.rawValue) when all has settled")
    }
  }

  private func askStranger(into said: inout [String]) async throws(ActuateError) {
    if try await actuator.observe(stranger) != nil { said.append("an unknown one was observed") }
    do throws(ActuateError) {
      let act = Action(
        token: "stranger", intent: .scaleUp, workload: stranger,
        replicas: ReplicaChange(from: 0, to: 1))
      _ = try await actuator.carryOut(act)
      said.append("an unknown workload was scaled")
    } catch {
      guard case .refused(let failure) = error else { throw error }
      if failure.kind != .notFound { said.append("an unknown workload: \(failure.kind)") }
    }
  }
}
