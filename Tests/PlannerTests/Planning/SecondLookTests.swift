import FleetModel
import Planner
import TestSupport
import Testing

@Suite("The second look at a plan")
struct SecondLookTests {
  private func idle() -> TestFleet {
    var fleet = TestFleet()
    fleet.pass(.minutes(20))
    return fleet
  }

  private let target: Target = "10.0.0.0:9400"

  @Test("a clock that wrongly says idle is not enough: the record of bodies disagrees")
  func clockAlone() {
    var fleet = TestFleet()
    fleet.pass(.minutes(20), .idle, except: [3: .busy])
    // A mistake in a rule: all clocks run as if everything had rested.
    var rested = idle().memory.targets[target]
    rested?.witness = fleet.memory.targets[target]?.witness
    fleet.memory.targets[target] = rested
    #expect(fleet.reason() == .withheld(because: "something moved 0s ago"))
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("an accelerator that the clocks forgot is missed by the count of bodies")
  func forgotten() {
    var fleet = TestFleet()
    for _ in 0..<81 {
      fleet.hear(missing: [3])
      fleet.step()
    }
    var rested = idle().memory.targets[target]
    rested?.witness = fleet.memory.targets[target]?.witness
    fleet.memory.targets[target] = rested
    fleet.now = TestFleet.start.advanced(by: .minutes(20))
    #expect(fleet.reason() == .withheld(because: "not every accelerator was heard"))
  }

  @Test("where both agree the decision stands")
  func agree() {
    #expect(idle().verdict().intent == .stop)
    #expect(idle().plan.decisions.count == 1)
  }
}
