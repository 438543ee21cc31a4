import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

/// Two fleets whose pools ask for the same tags: the second half of project-koku/koku#816, and
/// autoscalers that took others' groups for theirs (kubernetes/autoscaler#204, #391, #8084).
@Suite("B7: a node of another fleet is in no report of ours")
struct OtherFleetTests {
  /// Four running nodes that match the pool by its tag; the last three carry `tag`.
  private static func fleet(_ tag: String?) -> TestFleet {
    var fleet = TestFleet(4, gpus: 1)
    for index in 1..<4 { fleet.nodes[index].tags[Tag.fleet] = tag }
    fleet.memory.accountedAt = fleet.now
    fleet.now = fleet.now.advanced(by: .minutes(30))
    return fleet
  }

  @Test(
    "nodes of another fleet are not billed here; those without a fleet that match a pool are",
    arguments: [("prod", 1), (nil, 4), ("", 4), ("test", 4)] as [(String?, Int)])
  func books(tag: String?, billed: Int) {
    let fleet = Self.fleet(tag)
    let usage = account(fleet.snapshot, under: fleet.rulebook).usage
    #expect(Set(usage.map(\.node)).count == billed)
  }

  @Test("they have no pool, no act and no part in the ceiling of dollars an hour")
  func plan() throws {
    var fleet = Self.fleet("prod")
    #expect(fleet.rulebook.pool(of: fleet.nodes[1]) == nil)
    #expect(PoolIndex(fleet.rulebook).place(of: fleet.nodes[1]) == nil)
    #expect(fleet.verdict(1).reason == .notOurs)
    #expect(fleet.verdict(1).pool == nil)
    // One node of ours at $21.96: one more fits under $45, and would not beside three others'.
    fleet.rulebook.spend.hourlyCap = HourlyRate(perHour: Money(nanos: 45_000_000_000))
    fleet.rulebook.pools[0].minimumNodes = 2
    fleet.rulebook.pools[0].launch = LaunchSpec(
      cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1")
    #expect(fleet.plan.decisions.count { $0.intent == .launch } == 1)
  }
}
