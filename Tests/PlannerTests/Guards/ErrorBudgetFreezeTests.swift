import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Error budget")
struct ErrorBudgetFreezeTests {
  /// An idle node beside which so many of 1,000 requests were late, an hour and a minute ago.
  private func fleet(hour: Double, now: Double, total: Double = 1000) -> TestFleet {
    var fleet = GuardTests.idle()
    fleet.rulebook.pools[0].scaling = ScalingRules()
    let long = fleet.now.advanced(by: .zero - .minutes(30))
    fleet.memory.foldLateness(of: "pool", late: hour, total: total, at: long)
    let short = fleet.now.advanced(by: .zero - .minutes(1))
    fleet.memory.foldLateness(of: "pool", late: now, total: total, at: short)
    return fleet
  }

  // The budget is 1 %, so 14.4 times too fast is 14.4 % late: 144 of 1,000.
  @Test(
    "both windows must burn more than 14.4 times too fast",
    arguments: [(145.0, 145.0, false), (144, 144, true), (0, 288, true), (400, 144, true)])
  func windows(hour: Double, now: Double, acts: Bool) {
    let fleet = fleet(hour: hour, now: now)
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts { #expect(fleet.reason().sentence.contains("burns 14.50 times")) }
  }

  @Test("nothing heard lately, nothing ever, or too few requests freeze nothing")
  func noData() {
    var fleet = fleet(hour: 500, now: 500)
    #expect(fleet.plan.decisions.isEmpty)
    fleet.memory.pools["pool"]?.errorBudget = nil
    #expect(fleet.plan.decisions.count == 1)
    #expect(self.fleet(hour: 500, now: 0, total: 0).plan.decisions.count == 1)
    #expect(self.fleet(hour: 4, now: 4, total: 4.9).plan.decisions.count == 1)
    #expect(self.fleet(hour: 4, now: 4, total: 5).plan.decisions.isEmpty)
  }

  @Test("the freeze ends five minutes after the last late requests")
  func ends() {
    var fleet = fleet(hour: 500, now: 500)
    fleet.step()
    fleet.pass(.minutes(3) - .seconds(15))
    #expect(fleet.plan.decisions.isEmpty)
    fleet.step()
    fleet.pass(.seconds(45))
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("figures that cannot be are left out, and an hour is remembered")
  func fold() {
    var memory = ErrorBudgetMemory()
    for (late, total) in [(2.0, 1.0), (.nan, 1), (-1, 1), (1, .infinity)] {
      memory.fold(late: late, total: total, at: TestFleet.start)
    }
    #expect(memory.minutes.isEmpty)
    for minute in 0..<90 {
      memory.fold(late: 1, total: 2, at: TestFleet.start.advanced(by: .minutes(Int64(minute))))
    }
    #expect(memory.minutes.count == 60)
    memory.fold(late: 1, total: 2, at: TestFleet.start)
    #expect(memory.minutes.count == 60)
  }
}
