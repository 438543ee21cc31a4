import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// One account over two regions, each a fake of its own.
@Suite struct RegionalTests {
  private func withRegions(
    _ body: (RegionalActuator, [FakeEC2], VirtualTime) async throws -> Void
  ) async throws {
    let time = VirtualTime()
    let names: [Region] = ["us-east-1", "eu-west-1"]
    let clouds = names.map { FakeEC2(region: $0, lag: .none, time: time) }
    var parts: [(region: Region, actuator: any Actuator)] = []
    for (name, cloud) in zip(names, clouds) {
      let endpoint = try await cloud.start()
      let cache = CredentialCache(time: time) { () async throws(ActuateError) in
        Issued(testCredentials, link: "test")
      }
      let actuator = AWSActuator(
        cloud: "aws", region: name, endpoint: endpoint, credentials: cache, fleet: "f",
        groups: ["asg/gpu"], transport: LoopbackClient(), time: time)
      parts.append((name, actuator))
      for group in ["gpu", "only-\(name)"] {
        cloud.add(
          group: group, type: "g5.xlarge", bounds: 0...4, desired: 1, tags: [Tag.fleet: "f"])
      }
    }
    let regional = RegionalActuator(cloud: "aws", regions: parts)
    do { try await body(regional, clouds, time) } catch {
      for cloud in clouds { await cloud.stop() }
      throw error
    }
    for cloud in clouds { await cloud.stop() }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Groups of one name in two regions are told apart`() async throws {
    try await withRegions { regional, clouds, _ in
      let listed = try await regional.inventory().workloads.map(\.id)
      #expect(
        listed == ["asg/gpu", "asg/gpu@eu-west-1", "asg/only-eu-west-1", "asg/only-us-east-1"])
      for (id, place) in [("asg/gpu", 0), ("asg/gpu@eu-west-1", 1), ("asg/only-eu-west-1", 1)] {
        let workload = WorkloadID(id)
        let receipt = try await regional.carryOut(scale(workload, to: 3))
        #expect(receipt.workload == workload && receipt.replicas == 3)
        #expect(try await regional.observe(workload)?.id == workload)
        let name = id.dropFirst(4).prefix { $0 != "@" }
        #expect(clouds[place].desired(of: String(name)) == 3)
      }
      #expect(clouds[1].calls("SetDesiredCapacity").count == 2)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `It conforms as the regions do`() async throws {
    try await withRegions { regional, _, time in
      let replicas = WorkloadConformance(
        regional, scaling: "asg/only-eu-west-1", stranger: "asg/nobody")
      #expect(await replicas.violations() == [])
      let nodes = ActuatorConformance(regional, launching: launchSpec) {
        time.advance(by: .seconds(30))
      }
      #expect(await nodes.violations(tokens: "regional") == [])
    }
  }
}
