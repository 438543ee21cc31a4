import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Disruption budgets")
struct DisruptionBudgetsTests {
  /// Twenty idle nodes whose blast radius is no limit.
  private func fleet(_ budgets: [DisruptionBudget], nodes: Int = 20) -> TestFleet {
    var fleet = GuardTests.idle(nodes)
    fleet.rulebook.thresholds.cycleShare = 1
    fleet.rulebook.thresholds.windowShare = 1
    fleet.rulebook.pools[0].disruption = budgets
    return fleet
  }

  @Test(
    "a share is rounded up, a number is itself, and of several the least counts",
    arguments: [
      ([DisruptionBudget.Limit.nodes(3)], 3), ([.nodes(0)], 0), ([.share(0.1)], 2),
      ([.share(0.101)], 3), ([.share(0)], 0), ([.nodes(4), .share(0.05)], 1),
    ])
  func limits(limits: [DisruptionBudget.Limit], stops: Int) {
    let fleet = fleet(limits.map { DisruptionBudget(limit: $0) })
    #expect(fleet.plan.decisions.count == stops)
    #expect(PlanCheck.findings(fleet.plan, for: fleet.snapshot, under: fleet.rulebook) == [])
    if stops == 0 { #expect(fleet.reason() == .disruptionBudget(allowed: 0, disrupted: 0)) }
  }

  @Test("without a budget there is no limit of this kind")
  func none() { #expect(fleet([]).plan.decisions.count == 10) }

  @Test("a budget limits its causes only")
  func causes() {
    let idle = DisruptionBudget(limit: .nodes(1), causes: [.idle])
    #expect(fleet([idle]).plan.decisions.count == 1)
    let spot = DisruptionBudget(limit: .nodes(0), causes: [.spot, .surplus])
    #expect(fleet([spot, idle]).plan.decisions.count == 1)
    #expect(fleet([spot]).plan.decisions.count == 10)
  }

  @Test("open acts and nodes of ours that are not off yet are disrupted already")
  func disrupted() throws {
    var fleet = fleet([DisruptionBudget(limit: .nodes(2))])
    let decision = try #require(fleet.plan.decisions.first)
    fleet.note(decision)
    #expect(fleet.plan.decisions.count == 1)
    fleet.note(decision, .succeeded(Receipt(node: fleet.nodes[0].id, state: .stopping)))
    #expect(fleet.plan.decisions.count == 1)
    fleet.nodes[0].state = .stopping
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    #expect(fleet.plan.decisions.count == 1)
    fleet.nodes[0].state = .stopped
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    #expect(fleet.plan.decisions.count == 2)
  }

  @Test("a scheduled budget is in force in its windows, ends excluded", arguments: [-1, 0, 59, 60])
  func scheduled(minutes: Int64) {
    var fleet = fleet([DisruptionBudget(limit: .nodes(0), isScheduled: true)])
    let from = fleet.now.advanced(by: .zero - .minutes(minutes))
    var calendar = FleetCalendar(
      from: fleet.now.advanced(by: .zero - .days(1)), until: fleet.now.advanced(by: .days(1)))
    let window = BudgetWindow(budget: 0, from: from, until: from.advanced(by: .hours(1)))
    calendar.budgets = ["pool": [window], "other": [window]]
    fleet.calendar = calendar
    #expect(fleet.plan.decisions.isEmpty == (minutes == 0 || minutes == 59))
  }

  @Test("without a calendar that knows this moment a scheduled budget allows nothing")
  func unknown() {
    var fleet = fleet([
      DisruptionBudget(limit: .nodes(5)),
      DisruptionBudget(limit: .nodes(4), isScheduled: true),
    ])
    #expect(fleet.plan.decisions.isEmpty)
    fleet.calendar = FleetCalendar(
      from: fleet.now.advanced(by: .zero - .days(2)), until: fleet.now)
    #expect(fleet.reason() == .disruptionBudget(allowed: 0, disrupted: 0))
    fleet.calendar?.until = fleet.now.advanced(by: .seconds(1))
    #expect(fleet.plan.decisions.count == 5)
  }

  @Test("of fewer replicas as many go as the budget allows", arguments: [(9, 5), (3, 7), (1, 9)])
  func replicas(limit: Int, to: Int) {
    var fleet = Growing.counted(have: 10, want: 5)
    fleet.rulebook.pools[0].minimumNodes = 0
    fleet.rulebook.pools[0].disruption = [DisruptionBudget(limit: .nodes(limit))]
    #expect(fleet.plan.decisions.map(\.replicas) == [ReplicaChange(from: 10, to: to)])
    fleet.rulebook.pools[0].disruption = [DisruptionBudget(limit: .nodes(0))]
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.poolReason == .disruptionBudget(allowed: 0, disrupted: 0))
  }
}
