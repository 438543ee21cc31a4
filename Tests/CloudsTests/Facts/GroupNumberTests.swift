import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Who sets the number of an Auto Scaling group.
@Suite(.serialized) struct GroupNumberTests {
  private func withGroup(
    tags: [String: String] = [:], _ body: (FakeEC2, AWSActuator, VirtualTime) async throws -> Void
  ) async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(time: time)
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: 0...4, desired: 1,
      tags: tags.merging([Tag.fleet: "f"]) { $1 })
    let endpoint = try await cloud.start()
    time.advance(by: .seconds(30))
    do {
      try await body(cloud, account(LoopbackClient(), time: time, endpoint: endpoint), time)
    } catch {
      await cloud.stop()
      throw error
    }
    await cloud.stop()
  }

  private func owner(_ actuator: AWSActuator) async throws -> String? {
    let listed = try await actuator.inventory().workloads.first { $0.id == "asg/gpu" }
    let seen = try await actuator.observe(WorkloadID("asg/gpu"))
    #expect(listed?.numberOwner == seen?.numberOwner)
    return seen?.numberOwner
  }

  @Test(.timeLimit(.minutes(1)))
  func `A scaling policy owns the number, and it is asked for by nobody else`() async throws {
    try await withGroup { cloud, actuator, _ in
      cloud.addPolicy("off", to: "gpu", isOn: false)
      let before = try await owner(actuator)
      #expect(before == nil)
      cloud.addPolicy("cpu70", to: "gpu")
      #expect(try await owner(actuator)?.contains("cpu70") == true)
      let said = await failure(of: actuator, scale("asg/gpu", to: 3))?.refusal
      #expect(said?.code == "NumberOwned" && said?.message.contains("cpu70") == true)
      let member = try #require(cloud.members(of: "gpu").first)
      let act = Action(token: "t", intent: .terminate, node: member)
      #expect(await failure(of: actuator, act)?.refusal?.code == "NumberOwned")
      #expect(cloud.calls("SetDesiredCapacity").isEmpty && cloud.desired(of: "gpu") == 1)
      #expect(try await actuator.observe(WorkloadID("asg/gpu"))?.hold != nil)
    }
  }

  /// YelpArchive/clusterman#22, hashicorp/terraform-provider-aws#11336, aws/containers-roadmap#76.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (String?.some("vcpu"), [String: Int](), true), ("memory-mib", [:], true),
      ("units", [:], false), (nil, ["g5.xlarge": 2], true), (nil, ["g5.xlarge": 1], false),
    ])
  func `A number that counts something else than machines is left alone`(
    unit: String?, weights: [String: Int], owned: Bool
  ) async throws {
    try await withGroup { cloud, actuator, _ in
      cloud.count("gpu", in: unit, weights: weights)
      let found = try await owner(actuator)
      #expect((found != nil) == owned)
      let said = await failure(of: actuator, scale("asg/gpu", to: 2))
      #expect((said != nil) == owned)
      #expect(cloud.calls("SetDesiredCapacity").count == (owned ? 0 : 1))
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (["eks:nodegroup-name": "ng"], true), (["k8s.io/cluster-autoscaler/enabled": "true"], true),
      (["AmazonECSManaged": ""], true), (["team": "ml"], false),
      (["k8s.io/cluster-autoscaler": "x"], false),
    ])
  func `A group that a node group or capacity provider keeps is theirs`(
    tags: [String: String], owned: Bool
  ) async throws {
    try await withGroup(tags: tags) { _, actuator, _ in
      let found = try await owner(actuator)
      #expect((found != nil) == owned)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Where policies may not be looked at the number is left alone`() async throws {
    let rule = FaultRule(
      match: .init(service: .autoscaling, action: "DescribePolicies"),
      effect: FaultEffect(.error, status: 403, code: "AccessDenied"))
    let time = VirtualTime()
    let cloud = FakeEC2(time: time, faults: FaultInjector(FaultPlan(rules: [rule])))
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: 0...4, desired: 1, tags: [Tag.fleet: "f"])
    let actuator = account(LoopbackClient(), time: time, endpoint: try await cloud.start())
    let clause = try await owner(actuator)
    let said = await failure(of: actuator, scale("asg/gpu", to: 2))?.refusal
    await cloud.stop()
    #expect(clause?.contains("autoscaling:DescribePolicies") == true)
    #expect(said?.code == "NumberOwned")
  }
}
