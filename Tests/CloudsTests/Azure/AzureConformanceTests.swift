import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator against the fake Resource Manager over HTTP.
@Suite struct AzureConformanceTests {
  @Test(.timeLimit(.minutes(2)), arguments: FakeAzure.Announcement.allCases)
  func `It conforms against our fake Azure, however operations are announced`(
    way: FakeAzure.Announcement
  ) async throws {
    let scene = try await AzureScene.open()
    scene.cloud.announce(by: way)
    let suite = ActuatorConformance(scene.actuator, launching: azureSpec) {
      scene.time.advance(by: .seconds(30))
    }
    let violations = await suite.violations(tokens: "conformance")
    await scene.cloud.stop()
    #expect(violations == [])
    #expect(scene.cloud.timesMade("fleet/finops-conformance-a") == 1)
  }

  @Test(.timeLimit(.minutes(2)))
  func `It conforms within resource groups too`() async throws {
    let scene = try await AzureScene.open(groups: ["fleet"])
    let suite = ActuatorConformance(scene.actuator, launching: azureSpec) {
      scene.time.advance(by: .seconds(30))
    }
    let violations = await suite.violations(tokens: "groups")
    await scene.cloud.stop()
    #expect(violations == [])
    #expect(scene.cloud.calls("VirtualMachines_ListAll").isEmpty)
  }

  @Test(.timeLimit(.minutes(2)))
  func `Its scale sets conform as workloads`() async throws {
    let scene = try await AzureScene.open()
    let id = scene.cloud.addScaleSet(
      "Workers", group: "fleet", type: "Standard_NC24ads_A100_v4", capacity: 1,
      tags: [Tag.fleet: "f"])
    let suite = WorkloadConformance(
      scene.actuator, scaling: id, stranger: "vmss/fleet/nobody"
    ) { scene.time.advance(by: .seconds(30)) }
    let violations = await suite.violations()
    await scene.cloud.stop()
    #expect(violations == [])
    #expect(scene.cloud.capacity(of: id) == 1)
  }
}
