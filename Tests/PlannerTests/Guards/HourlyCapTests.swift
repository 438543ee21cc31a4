import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Hourly cap")
struct HourlyCapTests {
  @Test(
    "what runs and every launch of the plan fit under the ceiling together",
    arguments: [(4, 3), (3, 2), (2, 1), (1, 0), (0, 0)])
  func counted(times: Int64, launches: Int) {
    var fleet = Growing.fleet(missing: 3)
    fleet.rulebook.spend.hourlyCap = Growing.times(times)
    #expect(fleet.plan.decisions.count == launches)
    #expect(PlanCheck.findings(fleet.plan, for: fleet.snapshot, under: fleet.rulebook) == [])
  }

  @Test("a nano-dollar more than the ceiling is too much")
  func exact() {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    #expect(fleet.plan.decisions.count == 1)
    fleet.rulebook.spend.hourlyCap?.perHour -= Money(nanos: 1)
    #expect(fleet.plan.decisions.isEmpty)
    #expect(
      fleet.poolReason
        == .budgetDenied(
          .hourlyCap, would: Growing.times(2).perHour,
          cap: Growing.times(2).perHour - Money(nanos: 1)))
  }

  @Test("no ceiling, no limit")
  func none() { #expect(Growing.fleet(missing: 3).plan.decisions.count == 3) }

  @Test("starts count like launches")
  func starts() {
    var fleet = Growing.fleet(missing: 2, stopped: 2)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    #expect(fleet.plan.decisions.map(\.intent) == [.start])
    #expect(fleet.reason(2).code == "budget_denied")
  }

  @Test("an unknown price, of the candidate or of what runs, ends growth", arguments: [0, 1])
  func unknown(which: Int) {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = Growing.times(100)
    if which == 0 { fleet.rulebook.pools[0].launch?.type = "p9.huge" }
    if which == 1 { fleet.nodes[0].type = "p9.huge" }
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.poolReason == .priceUnknown)
    fleet.rulebook.spend.hourlyCap = nil
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("somebody else's machines in no pool of ours are not our money")
  func foreign() {
    var fleet = Growing.fleet(missing: 1)
    var other = TestFleet.node(7)
    other.tags = [:]
    fleet.nodes.append(other)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("a launch counts while it is open, while it is not listed yet, and once it is")
  func underWay() throws {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    let decision = try #require(fleet.plan.decisions.first)
    fleet.note(decision)
    fleet.rulebook.pools[0].minimumNodes = 3
    #expect(fleet.poolReason?.code == "budget_denied")
    fleet.note(decision, .succeeded(Receipt(node: "i-new", state: .pending)))
    #expect(fleet.memory.nodes["i-new"]?.launchedAs == Growing.spec)
    #expect(fleet.poolReason?.code == "budget_denied")
    var node = TestFleet.node(9, state: .pending)
    node.id = "i-new"
    fleet.nodes.append(node)
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    #expect(fleet.memory.nodes["i-new"]?.launchedAs == nil)
    #expect(fleet.poolReason?.code == "budget_denied")
    fleet.rulebook.spend.hourlyCap = Growing.times(3)
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("an open start counts once, whether the cloud shows it or not")
  func openStart() throws {
    var fleet = Growing.fleet(missing: 1, stopped: 1)
    fleet.rulebook.spend.hourlyCap = Growing.times(3)
    let start = try #require(fleet.plan.decisions.first)
    fleet.note(start)
    fleet.rulebook.pools[0].minimumNodes = 3
    #expect(fleet.plan.decisions.count == 1)
    fleet.nodes[1].state = .pending
    #expect(fleet.plan.decisions.count == 1)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("a node on its way out costs until it is off")
  func stopping() {
    var fleet = Growing.fleet(missing: 2)
    fleet.nodes.append(TestFleet.node(5, state: .stopping))
    fleet.rulebook.spend.hourlyCap = Growing.times(3)
    #expect(fleet.plan.decisions.count == 1)
    fleet.nodes[1].state = .terminated
    #expect(fleet.plan.decisions.count == 2)
  }

  @Test(
    "of more replicas those that fit are asked for",
    arguments: [(10, 10), (9, 9), (3, 3)])
  func replicas(times: Int64, to: Int) {
    var fleet = Growing.counted(have: 2, want: 10)
    fleet.rulebook.spend.hourlyCap = Growing.times(times)
    #expect(fleet.plan.decisions.map(\.replicas) == [ReplicaChange(from: 2, to: to)])
  }

  @Test("no replica is asked for where none fits")
  func noReplica() {
    var fleet = Growing.counted(have: 2, want: 10)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.poolReason?.code == "budget_denied")
  }

  @Test("F53: a ceiling below what runs stops growth and nothing else")
  func below() {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = .zero
    #expect(fleet.plan.decisions.isEmpty)
    fleet.rulebook.pools = []
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("critical pools and higher priorities grow first")
  func order() {
    var fleet = Growing.fleet(missing: 1)
    var other = fleet.rulebook.pools[0]
    other.name = "zeta"
    other.minimumNodes = 1
    other.match = .init(tags: [Tag.pool: "zeta"])
    fleet.rulebook.pools.append(other)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    #expect(fleet.plan.decisions.map(\.pool) == ["pool"])
    fleet.rulebook.pools[1].priority = 1
    #expect(fleet.plan.decisions.map(\.pool) == ["zeta"])
    fleet.rulebook.pools[0].isCritical = true
    #expect(fleet.plan.decisions.map(\.pool) == ["pool"])
  }
}

@Suite("Reservation")
struct ReservationTests {
  private func decided() throws -> (TestFleet, Decision) {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = Growing.times(2)
    return (fleet, try #require(fleet.plan.decisions.first))
  }

  private func recheck(_ decision: Decision, in fleet: TestFleet) -> Reason? {
    Planner.recheck(
      decision, node: nil, memory: fleet.memory, at: fleet.now, under: fleet.rulebook,
      in: fleet.snapshot)
  }

  @Test("a decision's own intent does not stand in its way")
  func own() throws {
    var (fleet, decision) = try decided()
    #expect(reservation(decision, snapshot: fleet.snapshot, under: fleet.rulebook) == nil)
    fleet.note(decision)
    #expect(recheck(decision, in: fleet) == nil)
  }

  @Test("another launch that was reserved meanwhile takes its money")
  func other() throws {
    var (fleet, decision) = try decided()
    var other = decision
    other.key = "test/pool/slot-8/launch/0"
    other.subject = .slot("pool", 8)
    fleet.note(other)
    #expect(recheck(decision, in: fleet)?.code == "budget_denied")
    #expect(
      Planner.recheck(
        decision, node: nil, memory: fleet.memory, at: fleet.now, under: fleet.rulebook) == nil)
  }

  @Test("a price that rose or was lost meanwhile ends it")
  func prices() throws {
    var (fleet, decision) = try decided()
    fleet.rulebook.pools[0].maximumPrice = Growing.cents(2195)
    #expect(
      recheck(decision, in: fleet)
        == .priceAboveLimit(Growing.price, limit: Growing.cents(2195)))
    fleet.rulebook.pools[0].maximumPrice = nil
    fleet.rulebook.prices = PriceBook()
    #expect(recheck(decision, in: fleet) == .priceUnknown)
  }

  @Test("what shrinks needs no money")
  func shrinks() throws {
    var fleet = GuardTests.idle()
    fleet.rulebook.spend.hourlyCap = .zero
    let decision = try #require(fleet.decision())
    #expect(reservation(decision, snapshot: fleet.snapshot, under: fleet.rulebook) == nil)
  }
}
