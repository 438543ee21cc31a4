import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// What happens to a fleet on Azure, told against the fake's own count.
@Suite struct AzureScenarioTests {
  @Test(.timeLimit(.minutes(2)))
  func `Up, down to zero, stop and start, each seen by the next inventory`() async throws {
    let scene = try await AzureScene.open()
    let set = scene.cloud.addScaleSet(
      "gpu", group: "Fleet", type: "Standard_ND96isr_H100_v5", capacity: 0, tags: [Tag.fleet: "f"])
    for (number, intent) in [(3, Intent.scaleUp), (0, .scaleDown), (2, .scaleUp)] {
      _ = try await scene.actuator.carryOut(Self.scale(set, to: number, intent))
      scene.time.advance(by: .seconds(30))
      let seen = try await scene.actuator.inventory()
      #expect(seen.workloads.map(\.desired) == [number])
      #expect(seen.workloads.first?.state == (number == 0 ? .asleep : .running))
      #expect(seen.nodes.count == number)
      #expect(seen.nodes.allSatisfy { $0.acceleratorCount == 8 })
    }
    let node = try #require(try await scene.actuator.inventory().nodes.first)
    #expect(node.id == "fleet/gpu_3")
    let machine = scene.cloud.add(
      "one", group: "fleet", type: azureSpec.type, tags: [Tag.fleet: "f"])
    for (intent, power) in [(Intent.stop, "deallocated"), (.start, "running")] {
      let receipt = try await scene.actuator.carryOut(
        Action(token: "t", intent: intent, node: machine))
      #expect(receipt.state == (intent == .stop ? .stopped : .running))
      #expect(scene.cloud.power(of: machine) == power)
    }
    #expect(scene.cloud.capacity(of: set) == 2)
    await scene.cloud.stop()
    #expect(scene.cloud.calls("VirtualMachines_PowerOff").isEmpty)
  }

  @Test(.timeLimit(.minutes(2)))
  func `A named instance leaves its set, which shrinks by it and by no other`() async throws {
    let scene = try await AzureScene.open()
    let set = scene.cloud.addScaleSet(
      "gpu", group: "fleet", type: "Standard_NC24ads_A100_v4", capacity: 3,
      tags: [Tag.fleet: "f"])
    for turn in 1...2 {
      let receipt = try await scene.actuator.carryOut(
        Action(token: "t", intent: .terminate, node: "fleet/gpu_1"))
      #expect(receipt.node == "fleet/gpu_1", "\(turn)")
      scene.time.advance(by: .seconds(30))
    }
    #expect(scene.cloud.members(of: set) == ["0", "2"])
    #expect(scene.cloud.capacity(of: set) == 2)
    #expect(try await scene.actuator.observe(set)?.desired == 2)
    #expect(try await scene.actuator.observe("fleet/gpu_1" as NodeID) == nil)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)), arguments: [nil, "2"], FakeAzure.Announcement.allCases)
  func `No capacity is known at the operation's end, and nothing is left behind`(
    zone: String?, way: FakeAzure.Announcement
  ) async throws {
    let scene = try await AzureScene.open()
    scene.cloud.announce(by: way)
    scene.cloud.sellOut([azureSpec.type])
    var spec = azureSpec
    spec.zone = zone
    let result = await scene.outcome(azureLaunch("none", spec))
    #expect(result.failure?.refusal?.kind == .capacity)
    #expect(
      result.failure?.refusal?.code == (zone == nil ? "AllocationFailed" : "ZonalAllocationFailed"))
    scene.time.advance(by: .seconds(30))
    #expect(scene.cloud.nodes().isEmpty)
    spec.type = "Standard_NC40ads_H100_v5"
    let next = try await scene.actuator.carryOut(azureLaunch("next", spec))
    #expect(scene.cloud.nodes() == [try #require(next.node)])
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A full quota is told apart from no capacity, for machines and for sets`() async throws {
    let scene = try await AzureScene.open()
    let set = scene.cloud.addScaleSet(
      "gpu", group: "fleet", type: azureSpec.type, capacity: 1, tags: [Tag.fleet: "f"])
    scene.cloud.fillQuota(of: [azureSpec.type])
    #expect(await scene.outcome(azureLaunch()).failure?.refusal?.kind == .quota)
    let up = Self.scale(set, to: 4, .scaleUp)
    #expect(await scene.outcome(up).failure?.refusal?.kind == .quota)
    #expect(scene.cloud.capacity(of: set) == 1)
    scene.cloud.fillQuota(of: [])
    scene.cloud.sellOut([azureSpec.type])
    #expect(await scene.outcome(up).failure?.refusal?.kind == .capacity)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A start whose place is gone is refused for capacity`() async throws {
    let scene = try await AzureScene.open()
    let node = scene.cloud.add(
      "gpu", group: "fleet", type: azureSpec.type, power: "deallocated", tags: [Tag.fleet: "f"])
    scene.cloud.sellOut([azureSpec.type])
    let start = Action(token: "t", intent: .start, node: node)
    #expect(await scene.outcome(start).failure?.refusal?.kind == .capacity)
    #expect(scene.cloud.power(of: node) == "deallocated")
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A lost answer is unknown, and the same token gives the one machine`() async throws {
    let rule = FaultRule(
      match: .init(service: .azure, action: "VirtualMachines_CreateOrUpdate"), count: 2,
      effect: FaultEffect(.dropAfter))
    let scene = try await AzureScene.open(lag: .none, faults: FaultPlan(rules: [rule]))
    for _ in 1...2 {
      guard case .failure(.outcomeUnknown) = await scene.outcome(azureLaunch()) else {
        Issue.record("the answer was not lost")
        continue
      }
    }
    let receipt = try await scene.actuator.carryOut(azureLaunch())
    #expect(receipt.adopted && receipt.node == "fleet/finops-tok1")
    #expect(scene.cloud.timesMade("fleet/finops-tok1") == 1)
    #expect(scene.cloud.nodes().count == 1)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A lost answer to a launch that then found no place is refused when asked again`()
    async throws
  {
    let rule = FaultRule(
      match: .init(service: .azure, action: "VirtualMachines_CreateOrUpdate"), count: 1,
      effect: FaultEffect(.dropAfter))
    let scene = try await AzureScene.open(faults: FaultPlan(rules: [rule]))
    scene.cloud.sellOut([azureSpec.type])
    _ = await scene.outcome(azureLaunch())
    scene.time.advance(by: .seconds(30))
    let again = await scene.outcome(azureLaunch())
    #expect(again.failure?.refusal?.kind == .capacity)
    scene.time.advance(by: .seconds(30))
    #expect(scene.cloud.nodes().isEmpty)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A lost answer to a number sets it once, however often it is asked`() async throws {
    let rule = FaultRule(
      match: .init(service: .azure, action: "VirtualMachineScaleSets_Update"), count: 1,
      effect: FaultEffect(.dropAfter))
    let scene = try await AzureScene.open(faults: FaultPlan(rules: [rule]))
    let set = scene.cloud.addScaleSet(
      "gpu", group: "fleet", type: azureSpec.type, capacity: 1, tags: [Tag.fleet: "f"])
    guard case .failure(.outcomeUnknown) = await scene.outcome(Self.scale(set, to: 3, .scaleUp))
    else {
      Issue.record("the answer was not lost")
      return
    }
    // The first one is still under way: that is said, and nothing is done.
    guard
      case .failure(.retryLater(_, let busy)) = await scene.outcome(
        Self.scale(set, to: 3, .scaleUp))
    else {
      Issue.record("two changes at once")
      return
    }
    #expect(busy.code == "AnotherOperationInProgress")
    scene.time.advance(by: .seconds(30))
    _ = try await scene.actuator.carryOut(Self.scale(set, to: 3, .scaleUp))
    #expect(scene.cloud.members(of: set).count == 3)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A token that expires in the middle is fetched anew, and the act happens once`()
    async throws
  {
    let scene = try await AzureScene.open()
    _ = try await scene.actuator.inventory()
    scene.cloud.expireTokens()
    _ = try await scene.actuator.carryOut(azureLaunch())
    #expect(scene.cloud.calls("OAuth2_Token").count == 2)
    #expect(scene.cloud.timesMade("fleet/finops-tok1") == 1)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A launch that takes longer than patience is under way, and found by its tag`()
    async throws
  {
    let scene = try await AzureScene.open(
      lag: FakeAzure.Lag(start: .minutes(10), retryAfter: .seconds(30)))
    let receipt = try await scene.actuator.carryOut(azureLaunch())
    #expect(receipt.state == .pending)
    // Three minutes at the pace the cloud asked for, and no faster.
    #expect(scene.cloud.calls("Operations_Get").count == 6)
    let listed = try await scene.actuator.inventory().nodes
    #expect(listed.map(\.id) == [receipt.node])
    #expect(listed.first?.state == .pending)
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `A permission that is missing is named`() async throws {
    let scene = try await AzureScene.open()
    let node = scene.cloud.add("gpu", group: "fleet", type: azureSpec.type)
    scene.cloud.forbid(["VirtualMachines_Deallocate"])
    let result = await scene.outcome(Action(token: "t", intent: .stop, node: node))
    #expect(result.failure?.refusal?.kind == .auth)
    #expect(result.failure?.refusal?.code == "AuthorizationFailed")
    #expect(scene.cloud.power(of: node) == "running")
    await scene.cloud.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `Too many requests are later, with the wait the cloud asked for`() async throws {
    let scene = try await AzureScene.open()
    let node = scene.cloud.add("gpu", group: "fleet", type: azureSpec.type)
    scene.cloud.allow(requests: 0)
    let result = await scene.outcome(Action(token: "t", intent: .stop, node: node))
    guard case .failure(.retryLater(let after, let failure)) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(after == .seconds(7) && failure.kind == .throttled)
    await scene.cloud.stop()
  }

  static func scale(_ set: WorkloadID, to number: Int, _ intent: Intent) -> Action {
    Action(
      token: "to-\(number)", intent: intent, workload: set,
      replicas: ReplicaChange(from: 0, to: number))
  }
}
