import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

/// Every body we send and every one the fake answers, held against the vendor's own client, since
/// the vendor's schemas are not at hand.
@Suite(
  .enabled(if: PythonJudge.has("azure.mgmt.compute"), "azure-mgmt-compute is not installed"))
struct AzureBodyTests {
  private struct Exchange: Encodable, Sendable {
    var method: String
    var path: String
    var status: Int
    var sent: String
    var answered: String
  }

  private final class Recorder: HTTPTransport {
    let exchanges = Mutex<[Exchange]>([])

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
      let reply = try await LoopbackClient().send(request)
      let exchange = Exchange(
        method: request.method, path: URLComponents(string: request.url)?.path ?? "",
        status: reply.status, sent: String(decoding: request.body, as: UTF8.self),
        answered: String(decoding: reply.body, as: UTF8.self))
      exchanges.withLock { $0.append(exchange) }
      return reply
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `Every member we send or our fake answers is one of azure-mgmt-compute's models`()
    async throws
  {
    let scene = try await AzureScene.open()
    let recorder = Recorder()
    for groups in [[], ["fleet"]] {
      try await act(scene, actuator(scene, recorder, groups), prefix: groups.first ?? "all")
    }
    await scene.cloud.stop()
    let exchanges = recorder.exchanges.withLock { $0 }
    let script = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/azure_bodies.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path],
      input: String(decoding: JSONEncoder().encode(exchanges), as: UTF8.self), limit: 120)
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func actuator(
    _ scene: AzureScene, _ transport: any HTTPTransport, _ groups: [String]
  ) -> AzureActuator {
    let token = scene.cloud.token()
    return AzureActuator(
      cloud: "azure", subscription: azureSubscription, resourceGroups: groups,
      launchGroup: "fleet", endpoint: scene.endpoint,
      credentials: CredentialCache(time: scene.time) { () throws(ActuateError) in
        Issued(AzureToken(Secret(token)), link: "test")
      }, fleet: "f", login: AzureLogin(name: "ops", publicKey: "ssh-ed25519 AAAA ops"),
      transport: transport, time: scene.time)
  }

  /// Everything, with success and with refusals.
  private func act(
    _ scene: AzureScene, _ actuator: AzureActuator, prefix: String
  ) async throws {
    let set = scene.cloud.addScaleSet(
      prefix + "set", group: "fleet", type: azureSpec.type, capacity: 2, tags: [Tag.fleet: "f"])
    for (index, capacity) in [CapacityType.onDemand, .spot].enumerated() {
      var spec = azureSpec
      (spec.capacity, spec.zone) = (capacity, index == 0 ? nil : "1")
      if index == 1 { spec.image = "/subscriptions/s/resourceGroups/g/providers/x/images/i" }
      let token = "\(prefix)-\(index)"
      let receipt = try await actuator.carryOut(azureLaunch(token, spec))
      _ = try await actuator.carryOut(azureLaunch(token, spec))
      _ = try await actuator.inventory()
      for intent in [Intent.stop, .start, .terminate] {
        _ = try await actuator.carryOut(Action(token: "t", intent: intent, node: receipt.node))
        scene.time.advance(by: .seconds(30))
      }
    }
    scene.cloud.sellOut([azureSpec.type])
    _ = try? await actuator.carryOut(azureLaunch("\(prefix)-full"))
    scene.cloud.sellOut([])
    let member = NodeID("fleet/\(prefix)set_1")
    _ = try await actuator.observe(member)
    for intent in [Intent.stop, .start, .terminate] {
      _ = try await actuator.carryOut(Action(token: "t", intent: intent, node: member))
      scene.time.advance(by: .seconds(30))
    }
    _ = try await actuator.carryOut(AzureScenarioTests.scale(set, to: 3, .scaleUp))
    _ = try await actuator.observe(set)
    _ = try await actuator.observe("fleet/nobody" as NodeID)
  }
}
