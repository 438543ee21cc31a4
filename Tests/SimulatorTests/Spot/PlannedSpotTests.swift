import FleetModel
import Planner
import Simulator
import Testing

/// The product's `plan()` on the recorded zones.
@Suite(
  "Spot through plan()", .enabled(if: SpotFixture.isHere, "the recorded spot trace is not here"))
struct PlannedSpotTests {
  @Test(
    "plan() buys and gives back what the rule alone does, tick by tick",
    arguments: [0.0, 0.9, 1.0])
  func parity(share: Double) {
    let days = SpotFixture.development.slice(0..<(5 * 5760))
    let setup = SpotFixture.setup(days, notice: SpotNotice(share: share, seed: 1))
    let planned = SpotFixture.planned(setup)
    let rule = SpotFixture.ours(setup)
    #expect(planned == rule)
    #expect(planned.launches > 4)
  }

  #if !DEBUG
    @Test("without notice a month stays within its goals")
    func goal() throws {
      let score = SpotFixture.planned(SpotFixture.setup(SpotFixture.development))
      #expect(try #require(score.ratio) <= 1.10)
      #expect(score.missingShare <= 0.0020)
    }
  #endif

  @Test("on-demand replicas that a policy file asks for are held")
  func baseOnDemand() {
    let setup = SpotFixture.setup(SpotFixture.development.slice(0..<2000))
    var rules = PoolRules(name: "mine")
    rules.spot = SpotPlaces(offerings: [], baseOnDemand: 2)
    var chooser = PlannedSpot(setup, rules: rules)
    let score = simulateSpot(setup, named: "mine", asking: &chooser)
    #expect(score.onDemandHours >= 2 * Double(2000 - 1) * 15 / 3600)
    #expect(SpotFixture.planned(setup).onDemandHours < score.onDemandHours)
  }
}
