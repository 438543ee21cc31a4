import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Acts a minute")
struct ActsPerMinuteTests {
  @Test("ten acts in one plan, an eleventh waits", arguments: [(10, 10), (11, 10)])
  func plan(missing: Int, acts: Int) {
    let fleet = Growing.fleet(missing: missing)
    #expect(fleet.plan.decisions.count == acts)
  }

  @Test("F80, G12: a policy that wants everything gets ten a minute, also over several plans")
  func window() throws {
    var fleet = Growing.fleet(missing: 10_000)
    #expect(fleet.plan.decisions.count == 10)
    for decision in fleet.plan.decisions.prefix(4) { fleet.note(decision) }
    #expect(fleet.memory.acts?.count == 4)
    #expect(fleet.plan.decisions.count == 6)
    for decision in fleet.plan.decisions { fleet.note(decision) }
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.poolReason == .rateLimited(acts: 10, perMinute: 10))
    fleet.silence(.seconds(59))
    #expect(fleet.plan.decisions.isEmpty)
    fleet.silence(.seconds(1))
    #expect(fleet.plan.decisions.count == 10)
  }

  @Test("demand is served before savings are made")
  func growthFirst() {
    var fleet = GuardTests.idle(3)
    fleet.rulebook.safety.actsPerMinute = 1
    var other = fleet.rulebook.pools[0]
    other.name = "other"
    other.match = .init(tags: [Tag.pool: "other"])
    other.minimumNodes = 1
    other.launch = Growing.spec
    fleet.rulebook.pools.append(other)
    #expect(fleet.plan.decisions.map(\.intent) == [.launch])
    #expect(fleet.reason() == .rateLimited(acts: 1, perMinute: 1))
  }

  @Test("what another guard blocks uses up none of them")
  func blocked() {
    var fleet = GuardTests.idle(3)
    fleet.rulebook.safety.actsPerMinute = 1
    fleet.nodes[0].tags[Tag.protect] = "true"
    #expect(fleet.plan.decisions.map(\.node) == [fleet.nodes[1].id])
  }

  @Test("numbers of replicas follow demand every tick")
  func replicas() {
    var fleet = Growing.counted(have: 1, want: 5)
    fleet.rulebook.safety.actsPerMinute = 0
    #expect(fleet.plan.decisions.count == 1)
    fleet.note(fleet.plan.decisions[0])
    #expect(fleet.memory.acts == nil)
  }
}
