import FleetModel
import Planner
import Ports

/// An act on a number of replicas.
func scale(
  _ workload: WorkloadID, from: Int = 1, to number: Int, token: String = "t"
) -> Action {
  Action(
    token: token, intent: number < from ? .scaleDown : .scaleUp, workload: workload,
    replicas: ReplicaChange(from: from, to: number))
}

/// What an act ends in: the receipt or the error.
func ending(_ actuator: any Actuator, _ action: Action) async -> Result<Receipt, ActuateError> {
  do throws(ActuateError) { return .success(try await actuator.carryOut(action)) } catch {
    return .failure(error)
  }
}
