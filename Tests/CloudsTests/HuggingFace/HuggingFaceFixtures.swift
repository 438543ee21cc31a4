import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import Synchronization
import TestSupport

/// A token that can be changed while it is used, as a rotated file is.
final class TokenBox: Sendable {
  private let text: Mutex<String>
  init(_ text: String) { self.text = Mutex(text) }
  func set(_ new: String) { text.withLock { $0 = new } }
  func issued() -> Issued<Secret> {
    Issued(Secret(text.withLock { $0 }), link: "a test")
  }
}

func huggingFace(
  _ transport: any HTTPTransport, endpoint: String = "http://127.0.0.1:1/v2",
  time: VirtualTime = VirtualTime(), token: TokenBox = TokenBox("hf_demo"),
  namespaces: [String] = ["acme"]
) -> HuggingFaceActuator {
  HuggingFaceActuator(
    cloud: "huggingface", namespaces: namespaces, endpoint: endpoint,
    credentials: { () throws(ActuateError) in token.issued() }, transport: transport, time: time)
}

/// Runs a fake for the time of `body`, with an actuator in front of it.
func withFakeHuggingFace(
  faults: [FaultRule] = [], lag: FakeHuggingFace.Lag = .init(),
  _ body: (FakeHuggingFace, HuggingFaceActuator, VirtualTime) async throws -> Void
) async throws {
  let time = VirtualTime()
  let cloud = FakeHuggingFace(
    lag: lag, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
  cloud.add("chat")
  let endpoint = try await cloud.start()
  do {
    try await body(cloud, huggingFace(LoopbackClient(), endpoint: endpoint, time: time), time)
  } catch {
    await cloud.stop()
    throw error
  }
  await cloud.stop()
}

/// An act on a number of replicas.
func scale(_ workload: WorkloadID, from: Int = 1, to number: Int) -> Action {
  Action(
    token: "t", intent: number < from ? .scaleDown : .scaleUp, workload: workload,
    replicas: ReplicaChange(from: from, to: number))
}

/// What an act ends in: the receipt or the error.
func ending(_ actuator: any Actuator, _ action: Action) async -> Result<Receipt, ActuateError> {
  do throws(ActuateError) { return .success(try await actuator.carryOut(action)) } catch {
    return .failure(error)
  }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
  static func json(_ text: String, status: Int = 200, headers: [HTTPField] = []) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
  }
}
