import FleetModel
import Planner
import TestSupport
import Testing

/// Money runs out while work comes in.
@Suite("A ceiling and a queue")
struct BudgetQueueTests {
  @Test(
    "fixture: budget hit while queue grows: told once with the queue, nothing beyond the ceiling")
  func queueGrows() throws {
    var fleet = TestFleet(0, kind: .serving)
    fleet.rulebook.pools[0].launch = Growing.spec
    fleet.rulebook.pools[0].scaling = ScalingRules()
    // Three replicas are paid for.
    fleet.rulebook.spend.hourlyCap = Growing.times(3)
    var count = ReplicaCount(ready: 2, pending: 0)
    var before: Plan?
    var denied: [Alert] = []
    var told: [Double] = []
    for look in 0..<40 {
      fleet.silence(.seconds(15))
      let waiting = Double(look * 10)
      fleet.memory.fold(
        PoolDemand(
          at: fleet.now, interval: .seconds(15), offered: 4 + waiting / 10, backlog: waiting,
          waiting: waiting), of: fleet.rulebook.pools[0], serving: count)
      fleet.replicas = ["pool": count]
      let plan = fleet.plan
      denied += alerts(for: plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
        .filter { $0.kind == .budgetDenied }
      if denied.count > told.count { told.append(waiting) }
      for change in plan.decisions.compactMap(\.replicas) { count.ready = change.to }
      #expect(count.ready <= 3)
      #expect(PlanCheck.findings(plan, for: fleet.snapshot, under: fleet.rulebook) == [])
      before = plan
    }
    #expect(count.ready == 3)
    #expect(fleet.poolReason?.code == "budget_denied")
    let alert = try #require(denied.first)
    #expect(denied.count == 1)
    #expect(alert.labels["waiting"].flatMap(Double.init) == told.first)
    // The money comes: what waits is served in the next plan.
    fleet.rulebook.spend.hourlyCap = Growing.times(100)
    #expect(fleet.plan.decisions.compactMap(\.replicas).first.map { $0.to > 3 } == true)
  }
}
