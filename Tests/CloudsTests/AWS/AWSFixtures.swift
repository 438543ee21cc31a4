import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import Synchronization
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

/// The whole account of fleet "f" in us-east-1; spot launches without a zone go through a fleet.
func account(
  _ transport: any HTTPTransport, time: any TimeSource = VirtualTime(), endpoint: String? = nil,
  key: String = "AKIDEXAMPLE", secret: String = "s3cret", session: String? = nil,
  groups: Set<WorkloadID> = ["asg/gpu"]
) -> AWSActuator {
  let credentials = AWSCredentials(
    accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: session.map { Secret($0) })
  let cache = CredentialCache(time: time) { () async throws(ActuateError) in
    Issued(credentials, link: "test")
  }
  return account(transport, time: time, endpoint: endpoint, cache: cache, groups: groups)
}

func account(
  _ transport: any HTTPTransport, time: any TimeSource, endpoint: String?,
  cache: CredentialCache<AWSCredentials>, groups: Set<WorkloadID> = ["asg/gpu"]
) -> AWSActuator {
  AWSActuator(
    cloud: "aws", region: "us-east-1", endpoint: endpoint, credentials: cache, fleet: "f",
    fleetLaunch: FleetLaunch(
      template: "gpu", places: ["us-east-1a", "us-east-1b"],
      alternatives: ["g5.xlarge": ["g6.xlarge"]]),
    groups: groups, transport: transport, time: time)
}

/// The error an act ends in; nil when it succeeds.
func failure(
  of actuator: some Actuator, _ action: Action
) async -> ActuateError? {
  do throws(ActuateError) {
    _ = try await actuator.carryOut(action)
    return nil
  } catch {
    return error
  }
}

/// Runs `body` with a folder of its own, gone afterwards.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder.path)
}

/// Access keys one after another; the last again and again.
final class KeyRing: Sendable {
  private let state: Mutex<(keys: [String], count: Int)>

  init(_ keys: [String]) { state = Mutex((keys, 0)) }

  /// How many were taken.
  var count: Int { state.withLock { $0.count } }

  func next() -> AWSCredentials {
    let key = state.withLock { state in
      state.count += 1
      return state.keys.count > 1 ? state.keys.removeFirst() : state.keys.first ?? ""
    }
    return AWSCredentials(accessKeyID: key, secretAccessKey: Secret("s"))
  }
}
