import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Scale")
struct ScaleTests {
  @Test("a plan of 12,500 nodes with 100,000 accelerators is made in well under a scrape interval")
  func large() {
    var fleet = TestFleet(12_500)
    fleet.hear(0)
    // One reading, copied: what matters here is the plan, not how its memory came about.
    let heard = fleet.memory.targets["10.0.0.0:9400"]
    for target in fleet.targets.values { fleet.memory.targets[target] = heard }
    fleet.step()
    let snapshot = fleet.snapshot
    var verdicts = 0
    let time = ContinuousClock().measure {
      verdicts = plan(snapshot, under: fleet.rulebook).verdicts.count
    }
    #expect(verdicts == 12_501)
    print("plan over 12,500 nodes × 8 accelerators: \(time)")
  }
}
