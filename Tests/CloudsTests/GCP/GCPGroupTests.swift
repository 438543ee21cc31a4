import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Managed instance groups, against our fake.
@Suite struct GCPGroupTests {
  @Test(.timeLimit(.minutes(1)))
  func `Up, down to zero and up again, by absolute numbers`() async throws {
    try await withGCP { bench in
      let group = bench.cloud.addGroup("gpu", size: 1, labels: [Tag.fleet: "f"])
      bench.settle()
      let actuator = bench.actuator()
      let first = try #require(try await actuator.observe(group))
      #expect(first.desired == 1 && first.ready == 1 && first.state == .running)
      #expect(first.type == "g2-standard-8" && first.bounds == nil)
      _ = try await actuator.carryOut(gcpScale(group, from: 1, to: 4, token: "up"))
      #expect(try await actuator.observe(group)?.state == .changing)
      bench.settle()
      #expect(try await actuator.observe(group)?.ready == 4)
      _ = try await actuator.carryOut(gcpScale(group, from: 4, to: 0, token: "zero"))
      bench.settle()
      #expect(try await actuator.observe(group)?.state == .asleep)
      #expect(bench.cloud.members(of: group).isEmpty)
      let again = try await actuator.carryOut(gcpScale(group, from: 0, to: 1, token: "wake"))
      #expect(again.replicas == 1 && again.workload == group)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Ours are groups that label their machines for us, and those that are named`() async throws {
    try await withGCP(lag: .none) { bench in
      let template = bench.cloud.addGroup("a", size: 0, labels: [Tag.fleet: "f"])
      let config = bench.cloud.addGroup("b", size: 0, allInstances: [Tag.fleet: "f"])
      let named = bench.cloud.addGroup("c", in: "us-central1", size: 0)
      _ = bench.cloud.addGroup("stranger", size: 0, labels: [Tag.fleet: "g"])
      _ = bench.cloud.addGroup("far", in: "europe-west4-a", size: 0, labels: [Tag.fleet: "f"])
      let listed = try await bench.actuator(groups: [named]).inventory().workloads
      #expect(listed.map(\.id) == [named, template, config].sorted())
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["us-central1-a", "us-central1"])
  func `A member that is terminated is not made anew: the group shrinks by it`(
    place: String
  ) async throws {
    try await withGCP { bench in
      let group = bench.cloud.addGroup("gpu", in: place, size: 3, labels: [Tag.fleet: "f"])
      bench.settle()
      let actuator = bench.actuator(groups: [group])
      let victim = try #require(bench.cloud.members(of: group).first)
      let receipt = try await actuator.carryOut(gcpAct(.terminate, victim))
      #expect(receipt.node == victim && receipt.state == .shuttingDown)
      // The same act again while it goes is the same operation: no second machine goes.
      _ = try await actuator.carryOut(gcpAct(.terminate, victim))
      bench.settle()
      #expect(try await actuator.observe(group)?.desired == 2)
      let left = bench.cloud.members(of: group)
      #expect(left.count == 2 && !left.contains(victim))
      #expect(bench.cloud.calls("compute.instances.delete").isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `The answer to a member's end is lost: again, and still one machine went`() async throws {
    let rule = FaultRule(
      match: .init(service: .gcp, action: "compute.instanceGroupManagers.deleteInstances"),
      count: 1, effect: FaultEffect(.dropAfter))
    try await withGCP(faults: [rule]) { bench in
      let group = bench.cloud.addGroup("gpu", size: 3, labels: [Tag.fleet: "f"])
      bench.settle()
      let actuator = bench.actuator(groups: [group])
      let victim = try #require(bench.cloud.members(of: group).first)
      guard case .failure(.outcomeUnknown) = await actuator.outcome(gcpAct(.terminate, victim))
      else {
        Issue.record("not unknown")
        return
      }
      #expect(try await actuator.carryOut(gcpAct(.terminate, victim)).node == victim)
      bench.settle()
      #expect(bench.cloud.members(of: group).count == 2)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A member is not stopped, and the reason names its group`() async throws {
    try await withGCP { bench in
      let group = bench.cloud.addGroup("gpu", size: 1, labels: [Tag.fleet: "f"])
      bench.settle()
      let member = try #require(bench.cloud.members(of: group).first)
      let failure = await bench.actuator().outcome(gcpAct(.stop, member)).failure?.refusal
      #expect(failure?.kind == .unsupported)
      #expect(failure?.message.contains(group.rawValue) == true)
      #expect(bench.cloud.status(of: member) == "RUNNING")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A group with an autoscaler is left to it`() async throws {
    try await withGCP(lag: .none) { bench in
      let group = bench.cloud.addGroup(
        "gpu", size: 1, labels: [Tag.fleet: "f"], autoscaler: "theirs")
      let act = gcpScale(group, from: 1, to: 2)
      let failure = await bench.actuator().outcome(act).failure?.refusal
      #expect(failure?.kind == .unsupported && failure?.message.contains("theirs") == true)
      #expect(bench.cloud.calls("compute.instanceGroupManagers.resize").isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `The answer to a resize is lost: again, and the number is the number`() async throws {
    let rule = FaultRule(
      match: .init(service: .gcp, action: "compute.instanceGroupManagers.resize"), count: 1,
      effect: FaultEffect(.dropAfter))
    try await withGCP(faults: [rule]) { bench in
      let group = bench.cloud.addGroup("gpu", size: 1, labels: [Tag.fleet: "f"])
      let act = gcpScale(group, from: 1, to: 3)
      guard case .failure(.outcomeUnknown) = await bench.actuator().outcome(act) else {
        Issue.record("not unknown")
        return
      }
      let receipt = try await bench.actuator().carryOut(act)
      #expect(receipt.replicas == 3)
      #expect(bench.cloud.members(of: group).count == 3)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A group that is sold out stays on its way, and asks for no more than it was`() async throws
  {
    try await withGCP { bench in
      let group = bench.cloud.addGroup("gpu", size: 0, labels: [Tag.fleet: "f"])
      bench.cloud.sellOut([.init("g2-standard-8")])
      _ = try await bench.actuator().carryOut(gcpScale(group, from: 0, to: 2))
      bench.settle()
      let seen = try #require(try await bench.actuator().observe(group))
      #expect(seen.desired == 2 && seen.ready == 0 && seen.state == .changing)
    }
  }

  @Test(arguments: [-1, 4001])
  func `A number no group can have is not sent`(number: Int) async throws {
    try await withGCP(lag: .none) { bench in
      let group = bench.cloud.addGroup("gpu", size: 1, labels: [Tag.fleet: "f"])
      let act = gcpScale(group, from: 1, to: number)
      #expect(await bench.actuator().outcome(act).failure?.refusal?.code == "BadSize")
      #expect(bench.transport.exchanges.isEmpty)
    }
  }
}
