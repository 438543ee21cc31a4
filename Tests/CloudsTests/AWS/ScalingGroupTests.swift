import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// The account actuator's groups against our fake account, over HTTP.
@Suite(.serialized) struct ScalingGroupTests {
  struct Scene {
    let cloud: FakeEC2
    let time: VirtualTime
    let actuator: AWSActuator
    let endpoint: String
  }

  /// A group "gpu" of 0 to 4, one wanted, and a stranger's group.
  private func withScene(
    bounds: ClosedRange<Int> = 0...4, faults: [FaultRule] = [],
    _ body: (Scene) async throws -> Void
  ) async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(time: time, faults: FaultInjector(FaultPlan(rules: faults)))
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: bounds, desired: 1, tags: [Tag.fleet: "f"])
    cloud.add(group: "theirs", type: "g5.xlarge", bounds: 0...4, desired: 1, tags: [:])
    let endpoint = try await cloud.start()
    let actuator = account(LoopbackClient(), time: time, endpoint: endpoint)
    let scene = Scene(cloud: cloud, time: time, actuator: actuator, endpoint: endpoint)
    do { try await body(scene) } catch {
      await cloud.stop()
      throw error
    }
    await cloud.stop()
  }

  @Test(.timeLimit(.minutes(1)))
  func `It conforms as a number of replicas against our fake`() async throws {
    try await withScene { scene in
      let suite = WorkloadConformance(
        scene.actuator, scaling: "asg/gpu", stranger: "asg/nobody"
      ) { scene.time.advance(by: .seconds(30)) }
      #expect(await suite.violations() == [])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `It conforms as instances against our fake`() async throws {
    try await withScene { scene in
      let suite = ActuatorConformance(scene.actuator, launching: launchSpec) {
        scene.time.advance(by: .seconds(30))
      }
      #expect(await suite.violations(tokens: "account") == [])
      #expect(scene.cloud.instances(ofToken: "account-a").count == 1)
    }
  }

  @Test func `A group is listed with its bounds, and only ours`() async throws {
    try await withScene { scene in
      let listed = try await scene.actuator.inventory().workloads
      #expect(listed.map(\.id) == ["asg/gpu"])
      #expect(listed[0].bounds == 0...4 && listed[0].desired == 1 && listed[0].ready == 0)
      #expect(listed[0].state == .changing && listed[0].type == "g5.xlarge")
      scene.time.advance(by: .seconds(30))
      #expect(try await scene.actuator.observe(WorkloadID("asg/gpu"))?.state == .running)
    }
  }

  @Test(arguments: [(1, true), (0, false), (4, true), (5, false)])
  func `A number outside the bounds is refused and not sent`(
    number: Int, allowed: Bool
  ) async throws {
    try await withScene(bounds: 1...4) { scene in
      let said = await failure(of: scene.actuator, scale("asg/gpu", to: number))
      #expect((said == nil) == allowed)
      #expect(allowed || said?.refusal?.kind == .invalid)
      #expect(scene.cloud.calls("SetDesiredCapacity").count == (allowed ? 1 : 0))
    }
  }

  @Test func `Another fleet's group is not touched`() async throws {
    try await withScene { scene in
      let said = await failure(of: scene.actuator, scale("asg/theirs", to: 2))
      #expect(said?.refusal?.code == "NotOurs")
      #expect(scene.cloud.desired(of: "theirs") == 1)
    }
  }

  @Test func `A member is given back through its group and not replaced`() async throws {
    try await withScene { scene in
      _ = try await scene.actuator.carryOut(scale("asg/gpu", to: 3))
      scene.time.advance(by: .seconds(30))
      let victim = try #require(scene.cloud.members(of: "gpu").first)
      let act = Action(token: "t", intent: .terminate, node: victim)
      for _ in 1...2 {
        #expect(try await scene.actuator.carryOut(act).node == victim)
      }
      #expect(scene.cloud.desired(of: "gpu") == 2)
      #expect(scene.cloud.members(of: "gpu").count == 2)
      #expect(scene.cloud.calls("TerminateInstanceInAutoScalingGroup").count == 1)
    }
  }

  @Test func `A member of a group at its least is kept`() async throws {
    try await withScene(bounds: 1...4) { scene in
      let member = try #require(scene.cloud.members(of: "gpu").first)
      scene.time.advance(by: .seconds(30))
      let act = Action(token: "t", intent: .terminate, node: member)
      #expect(await failure(of: scene.actuator, act)?.refusal?.code == "OutOfBounds")
      #expect(scene.cloud.state(of: member) == .running)
    }
  }

  @Test func `Neither a member nor a spot machine is stopped`() async throws {
    try await withScene { scene in
      let member = try #require(scene.cloud.members(of: "gpu").first)
      let spot = scene.cloud.add(
        type: "g5.xlarge", spot: true, tags: [Tag.fleet: "f"], launchedAt: scene.time.now())
      scene.time.advance(by: .seconds(30))
      for node in [member, spot] {
        let said = await failure(of: scene.actuator, stop(node))
        #expect(said?.refusal?.kind == .unsupported)
        #expect(scene.cloud.state(of: node) == .running)
      }
      #expect(scene.cloud.calls("StopInstances").isEmpty)
    }
  }

  @Test(arguments: [
    ("SetDesiredCapacity", Intent.scaleUp), ("TerminateInstanceInAutoScalingGroup", .terminate),
  ])
  func `A lost answer has the effect of once`(call: String, intent: Intent) async throws {
    let rule = FaultRule(
      match: .init(service: .autoscaling, action: call), count: 1, effect: FaultEffect(.dropAfter))
    try await withScene(faults: [rule]) { scene in
      let member = try #require(scene.cloud.members(of: "gpu").first)
      scene.time.advance(by: .seconds(30))
      let act =
        intent == .terminate
        ? Action(token: "t", intent: .terminate, node: member) : scale("asg/gpu", to: 3)
      guard case .outcomeUnknown = await failure(of: scene.actuator, act) else {
        Issue.record("the answer was not lost")
        return
      }
      _ = try await scene.actuator.carryOut(act)
      #expect(scene.cloud.desired(of: "gpu") == (intent == .terminate ? 0 : 3))
    }
  }

  @Test func `Slower and busy mean later`() async throws {
    let codes = ["Throttling", "ScalingActivityInProgress", "ResourceContention"]
    let rules = codes.enumerated().map { index, code in
      FaultRule(
        match: .init(service: .autoscaling, action: "SetDesiredCapacity"), after: index, count: 1,
        effect: FaultEffect(.error, status: 400, code: code))
    }
    try await withScene(faults: rules) { scene in
      for code in codes {
        guard
          case .retryLater(_, let said) = await failure(
            of: scene.actuator, scale("asg/gpu", to: 2))
        else {
          Issue.record("\(code) is not later")
          continue
        }
        #expect(said.code == code)
      }
      #expect(scene.cloud.desired(of: "gpu") == 1)
    }
  }

  @Test func `Credentials that end in the middle are fetched anew`() async throws {
    try await withScene { scene in
      scene.cloud.require(keys: ["FIRST", "SECOND"])
      let keys = KeyRing(["FIRST", "SECOND"])
      let cache = CredentialCache(time: scene.time) { () async throws(ActuateError) in
        Issued(keys.next(), link: "ring", expiresAt: scene.time.now().advanced(by: .hours(1)))
      }
      let actuator = account(
        LoopbackClient(), time: scene.time, endpoint: scene.endpoint, cache: cache)
      _ = try await actuator.carryOut(scale("asg/gpu", to: 2))
      scene.cloud.expire(key: "FIRST")
      _ = try await actuator.carryOut(scale("asg/gpu", to: 3))
      #expect(scene.cloud.desired(of: "gpu") == 3)
      #expect(keys.count == 2)
    }
  }
}
