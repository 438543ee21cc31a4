import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Spot launches that leave the zone to EC2.
@Suite struct FleetLaunchTests {
  private static let spot: Action = {
    var act = launch
    act.launch?.capacity = .spot
    act.launch?.zone = nil
    return act
  }()

  private func withCloud(
    faults: [FaultRule] = [], _ body: (AWSActuator, FakeEC2) async throws -> Void
  ) async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(
      lag: .none, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
    let endpoint = try await cloud.start()
    do { try await body(account(LoopbackClient(), time: time, endpoint: endpoint), cloud) } catch {
      await cloud.stop()
      throw error
    }
    await cloud.stop()
  }

  @Test func `The first offer that can be had is taken, once for one token`() async throws {
    try await withCloud { actuator, cloud in
      cloud.sellOut([.init("g5.xlarge")])
      let first = try await actuator.carryOut(Self.spot)
      let again = try await actuator.carryOut(Self.spot)
      #expect(first.node == again.node)
      let listed = try await actuator.inventory().nodes
      #expect(listed.map(\.type) == ["g6.xlarge"] && listed.map(\.capacity) == [.spot])
      #expect(listed[0].tags[Tag.intent] == Self.spot.token && listed[0].tags[Tag.fleet] == "f")
      #expect(cloud.calls("RunInstances").isEmpty)
    }
  }

  @Test(
    arguments: [
      (["g5.xlarge", "g6.xlarge"], [], ActFailure.Kind.capacity),
      (["g5.xlarge"], ["g6.xlarge"], .capacity), ([], ["g5.xlarge", "g6.xlarge"], .quota),
    ] as [([InstanceType], Set<InstanceType>, ActFailure.Kind)])
  func `Sold out is told apart from the account's limit`(
    soldOut: [InstanceType], limited: Set<InstanceType>, kind: ActFailure.Kind
  ) async throws {
    try await withCloud { actuator, cloud in
      cloud.sellOut(Set(soldOut.map { FakeEC2.Offer($0) }))
      cloud.exhaustQuota(of: limited)
      let said = await failure(of: actuator, Self.spot)
      #expect(said?.refusal?.kind == kind)
      #expect(said?.refusal?.message.contains("of 4 offers") == true)
      #expect(cloud.nodes().isEmpty)
      // The next choice: the same type, on demand, elsewhere.
      cloud.exhaustQuota(of: [])
      cloud.sellOut([.init("g5.xlarge", zone: "us-east-1a")])
      var other = launch
      other.token = "next"
      other.launch?.zone = "us-east-1b"
      _ = try await actuator.carryOut(other)
      #expect(cloud.nodes().count == 1)
    }
  }

  @Test func `I14: a fleet is one instance for this moment, and tags nothing else`() async {
    let transport = ScriptedTransport([])
    _ = await failure(of: account(transport), Self.spot)
    let form = transport.forms[0]
    #expect(form["Type"] == "instant" && form["ClientToken"] == Self.spot.token)
    #expect(form["TargetCapacitySpecification.TotalTargetCapacity"] == "1")
    #expect(form.filter { $0.key.hasSuffix("ResourceType") }.map(\.value) == ["instance"])
  }

  @Test func `A lost answer makes no second machine`() async throws {
    let rule = FaultRule(
      match: .init(service: .ec2, action: "CreateFleet"), count: 1, effect: FaultEffect(.dropAfter))
    try await withCloud(faults: [rule]) { actuator, cloud in
      guard case .outcomeUnknown = await failure(of: actuator, Self.spot) else {
        Issue.record("the answer was not lost")
        return
      }
      let receipt = try await actuator.carryOut(Self.spot)
      #expect(cloud.instances(ofToken: Self.spot.token) == [receipt.node])
      #expect(cloud.nodes().count == 1)
    }
  }

  @Test(arguments: [CapacityType.onDemand, .reserved, .spot])
  func `One exact spec is RunInstances`(capacity: CapacityType) async throws {
    try await withCloud { actuator, cloud in
      var act = launch
      act.launch?.capacity = capacity
      _ = try await actuator.carryOut(act)
      #expect(cloud.calls("RunInstances").count == 1 && cloud.calls("CreateFleet").isEmpty)
    }
  }

  @Test(arguments: [
    ("", ActFailure.Kind.capacity, "UnfulfilledFleet"),
    (
      "<item><errorCode>MaxSpotInstanceCountExceeded</errorCode></item>", .quota,
      "MaxSpotInstanceCountExceeded"
    ),
    ("<item><errorCode>UnauthorizedOperation</errorCode></item>", .auth, "UnauthorizedOperation"),
    (
      "<item><errorCode>InvalidLaunchTemplateId.NotFound</errorCode></item>", .invalid,
      "InvalidLaunchTemplateId.NotFound"
    ),
    ("<item/>", .invalid, "UnfulfilledFleet"),
  ])
  func `Errors inside a success are read`(
    errors: String, kind: ActFailure.Kind, code: String
  ) async {
    let text =
      "<CreateFleetResponse><requestId>r</requestId><fleetId>fleet-1</fleetId>"
      + "<errorSet>\(errors)</errorSet><fleetInstanceSet/></CreateFleetResponse>"
    let said = await failure(of: account(ScriptedTransport([.xml(text)])), Self.spot)
    #expect(said?.refusal?.kind == kind && said?.refusal?.code == code)
  }
}
