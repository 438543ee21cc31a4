import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport

/// One exchange of every kind that Azure's actuator has, with our fake.
enum AzureRecording {
  static func make() async throws -> [RecordingTransport.Exchange] {
    let scene = try await AzureScene.open()
    let recorder = RecordingTransport(LoopbackClient())
    do {
      for groups in [[], ["fleet"]] {
        try await act(scene, actuator(scene, recorder, groups), prefix: groups.first ?? "all")
      }
    } catch {
      await scene.cloud.stop()
      throw error
    }
    await scene.cloud.stop()
    return recorder.exchanges
  }

  private static func actuator(
    _ scene: AzureScene, _ transport: any HTTPTransport, _ groups: [String]
  ) -> AzureActuator {
    let token = scene.cloud.token()
    return AzureActuator(
      cloud: "azure", subscription: azureSubscription, resourceGroups: groups,
      launchGroup: "fleet", endpoint: scene.endpoint,
      credentials: CredentialCache(time: scene.time) { () throws(ActuateError) in
        Issued(AzureToken(Secret(token)), link: "test")
      }, fleet: "f", login: AzureLogin(name: "ops", publicKey: "ssh-ed25519 AAAA ops"),
      sets: ["vmss/fleet/allset", "vmss/fleet/fleetset"],
      transport: transport, time: scene.time)
  }

  /// Everything, with success and with refusals.
  private static func act(
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
    for intent in [Intent.start, .terminate] {
      _ = try await actuator.carryOut(Action(token: "t", intent: intent, node: member))
      scene.time.advance(by: .seconds(30))
    }
    _ = try await actuator.carryOut(AzureScenarioTests.scale(set, to: 3, .scaleUp))
    _ = try await actuator.observe(set)
    _ = try await actuator.observe("fleet/nobody" as NodeID)
  }
}
