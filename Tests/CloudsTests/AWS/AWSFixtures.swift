import Clouds
import FleetModel
import Planner
import Ports
import TestSupport

let testCredentials = AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("s3cret"))

/// An actuator of fleet "f" in us-east-1 over these answers.
func actuator(
  _ transport: any HTTPTransport, pools: [[String: String]] = [], time: VirtualTime = VirtualTime(),
  endpoint: String? = nil
) -> EC2Actuator {
  EC2Actuator(
    cloud: "aws", region: "us-east-1", endpoint: endpoint,
    credentials: { () throws(ActuateError) in testCredentials }, fleet: "f", pools: pools,
    transport: transport, time: time)
}

let launchSpec = LaunchSpec(
  cloud: "aws", region: "us-east-1", zone: "us-east-1a", type: "g5.xlarge", image: "ami-12c6146b")

func stop(_ node: NodeID) -> Action { Action(token: "t", intent: .stop, node: node) }

let launch = Action(
  token: "tok1", intent: .launch, launch: launchSpec, tags: [Tag.pool: "p", "Name": "a b"])

/// What an act ends in: the receipt or the error.
func outcome(
  _ answers: [Result<HTTPResponse, TransportError>], _ action: Action
) async -> Result<Receipt, ActuateError> {
  let actuator = actuator(ScriptedTransport(answers))
  do throws(ActuateError) { return .success(try await actuator.carryOut(action)) } catch {
    return .failure(error)
  }
}

func inventoryOutcome(
  _ transport: ScriptedTransport, time: VirtualTime = VirtualTime()
) async -> Result<Inventory, ActuateError> {
  let actuator = actuator(transport, time: time)
  do throws(ActuateError) { return .success(try await actuator.inventory()) } catch {
    return .failure(error)
  }
}
