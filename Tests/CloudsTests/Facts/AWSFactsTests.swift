import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// What the account says of ending a machine, and that nothing is sent against it.
@Suite(.serialized) struct AWSFactsTests {
  struct Scene {
    let cloud: FakeEC2
    let time: VirtualTime
    let endpoint: String

    func actuator(groups: Set<WorkloadID> = ["asg/gpu"]) -> AWSActuator {
      account(LoopbackClient(), time: time, endpoint: endpoint, groups: groups)
    }

    func add(_ tags: [String: String] = [:], spot: Bool = false) -> NodeID {
      cloud.add(
        type: "g5.xlarge", spot: spot, tags: tags.merging([Tag.fleet: "f"]) { $1 },
        launchedAt: time.now())
    }
  }

  private func withScene(_ body: (Scene) async throws -> Void) async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(time: time)
    for group in ["gpu", "prot"] {
      cloud.add(
        group: group, type: "g5.xlarge", bounds: 0...4, desired: 2, tags: [Tag.fleet: "f"])
    }
    let scene = Scene(cloud: cloud, time: time, endpoint: try await cloud.start())
    time.advance(by: .seconds(30))
    do { try await body(scene) } catch {
      await cloud.stop()
      throw error
    }
    await cloud.stop()
  }

  private func end(_ node: NodeID) -> Action { Action(token: "t", intent: .terminate, node: node) }

  @Test(.timeLimit(.minutes(1)))
  func `I35: a node of Karpenter's is neither stopped nor ended, its idle twin is`() async throws {
    try await withScene { scene in
      let theirs = scene.add(["karpenter.sh/nodepool": "gpu", "kubernetes.io/cluster/p": "owned"])
      let twin = scene.add(["karpenter": "no"])
      let actuator = scene.actuator()
      for act in [stop(theirs), end(theirs)] {
        let said = await failure(of: actuator, act)?.refusal
        #expect(said?.kind == .unsupported && said?.code == "Owned")
        #expect(said?.message.contains("karpenter gpu") == true)
      }
      #expect(scene.cloud.state(of: theirs) == .running)
      let listed = try await actuator.inventory().nodes
      #expect(listed.first { $0.id == theirs }?.facts?.owner?.kind == .karpenter)
      #expect(listed.first { $0.id == twin }?.facts?.owner == nil)
      _ = try await actuator.carryOut(stop(twin))
      #expect(scene.cloud.state(of: twin) != .running)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A member leaves only through the group that is named`() async throws {
    try await withScene { scene in
      let ours = try #require(scene.cloud.members(of: "gpu").first)
      let theirs = try #require(scene.cloud.members(of: "prot").first)
      let actuator = scene.actuator(groups: ["asg/gpu"])
      #expect(await failure(of: actuator, end(theirs))?.refusal?.code == "GroupNotNamed")
      #expect(scene.cloud.state(of: theirs) == .running && scene.cloud.desired(of: "prot") == 2)
      #expect(await failure(of: actuator, end(ours)) == nil)
      #expect(scene.cloud.desired(of: "gpu") == 1)
      // Where several regions have the name, the pool says which.
      let regional = scene.actuator(groups: ["asg/prot@us-east-1"])
      #expect(await failure(of: regional, end(theirs)) == nil)
      let elsewhere = scene.actuator(groups: ["asg/gpu@eu-west-1"])
      let left = try #require(scene.cloud.members(of: "gpu").first)
      #expect(await failure(of: elsewhere, end(left))?.refusal?.code == "GroupNotNamed")
    }
  }

  /// hashicorp/nomad-autoscaler#650: the call ends protected members like any other.
  @Test(.timeLimit(.minutes(1)))
  func `A member protected from scale-in stays until somebody takes that off`() async throws {
    try await withScene { scene in
      let member = try #require(scene.cloud.members(of: "gpu").first)
      scene.cloud.protect(member, in: "gpu")
      let actuator = scene.actuator()
      let listed = try await actuator.inventory().nodes.first { $0.id == member }
      #expect(listed?.facts?.hindrances.map(\.kind) == [.protected])
      #expect(try await actuator.observe(member)?.facts?.hindrances.first?.act == .terminate)
      #expect(await failure(of: actuator, end(member))?.refusal?.code == "Protected")
      #expect(scene.cloud.calls("TerminateInstanceInAutoScalingGroup").isEmpty)
      scene.cloud.protect(member, in: "gpu", false)
      #expect(await failure(of: actuator, end(member)) == nil)
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("disableApiStop", Intent.stop, Intent.terminate),
      ("disableApiTermination", .terminate, .stop),
    ])
  func `A protection keeps from its own act, and from no other`(
    attribute: String, barred: Intent, free: Intent
  ) async throws {
    try await withScene { scene in
      let node = scene.add()
      scene.cloud.protect(node, [attribute])
      let actuator = scene.actuator()
      let said = await failure(of: actuator, Action(token: "t", intent: barred, node: node))
      #expect(said?.refusal?.code == "Protected")
      #expect(said?.refusal?.message.contains(attribute) == true)
      #expect(scene.cloud.calls("StopInstances").isEmpty)
      #expect(scene.cloud.calls("TerminateInstances").isEmpty)
      let other = await failure(of: actuator, Action(token: "u", intent: free, node: node))
      #expect(other == nil)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Protections are asked of what is looked at singly, and stand in the listings after`()
    async throws
  {
    try await withScene { scene in
      let node = scene.add()
      scene.cloud.protect(node, ["disableApiStop"])
      let actuator = scene.actuator()
      #expect(
        try await actuator.inventory().nodes.first { $0.id == node }?.facts?.hindrances == [])
      #expect(scene.cloud.calls("DescribeInstanceAttribute").isEmpty)
      for _ in 1...3 { _ = try await actuator.observe(node) }
      #expect(scene.cloud.calls("DescribeInstanceAttribute").count == 2)
      let listed = try await actuator.inventory().nodes.first { $0.id == node }
      #expect(listed?.facts?.hindrances.map(\.act) == [.stop])
      // Long enough for a person who takes it off, and no longer.
      scene.time.advance(by: .minutes(10))
      scene.cloud.protect(node, [])
      #expect(try await actuator.observe(node)?.facts?.hindrances == [])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `What a machine can not do is said with what to do instead`() async throws {
    try await withScene { scene in
      let spot = scene.add(spot: true)
      let rooted = scene.add()
      scene.cloud.rootOnStore(rooted)
      let managed = scene.add()
      scene.cloud.manage(managed, by: "ecs.amazonaws.com")
      let eks = scene.add()
      scene.cloud.manage(eks, by: "eks.amazonaws.com")
      let actuator = scene.actuator()
      let facts = Dictionary(
        uniqueKeysWithValues: try await actuator.inventory().nodes.map { ($0.id, $0.facts) })
      for node in [spot, rooted] {
        let hindrances = facts[node]??.hindrances ?? []
        #expect(hindrances.map(\.act) == [.stop] && hindrances.map(\.kind) == [.impossible])
        #expect(hindrances.allSatisfy { !$0.remedy.isEmpty })
        #expect(await failure(of: actuator, stop(node))?.refusal?.code == "Impossible")
        #expect(await failure(of: actuator, end(node)) == nil)
      }
      #expect(facts[managed]??.hindrances.map(\.act) == [.stop, .terminate])
      #expect(await failure(of: actuator, end(managed))?.refusal?.code == "Impossible")
      #expect(facts[eks]??.owner == NodeOwner(.eks))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Instance store is a local disk, and an EBS machine has none`() async throws {
    try await withScene { scene in
      let store = scene.add()
      let plain = scene.cloud.add(
        type: "m7i.large", tags: [Tag.fleet: "f"], launchedAt: scene.time.now())
      let share = scene.cloud.add(
        type: "g6f.large", tags: [Tag.fleet: "f"], launchedAt: scene.time.now())
      let nodes = try await scene.actuator().inventory().nodes
      let disks = nodes.first { $0.id == store }?.facts?.localDisks
      #expect(disks == LocalDisks(gigabytes: 250, name: "instance store"))
      #expect(nodes.first { $0.id == plain }?.facts == NodeFacts())
      // aws/karpenter-provider-aws#8324, #8368: an eighth of an L4 counts as the device it shows.
      #expect(nodes.first { $0.id == share }?.acceleratorCount == 1)
      #expect(nodes.first { $0.id == plain }?.acceleratorCount == 0)
    }
  }
}
