import FleetModel
import Planner
import Simulator
import Testing

/// A month of plans takes 4 s optimised, a minute or more otherwise; then five days that are equal to
/// the rule's stand for it, whose own goals are in SpotGoalTests.
@Suite("Spot through plan()")
struct PlannedSpotTests {
  @Test(
    "plan() buys and gives back what the rule alone does, in zones that go up and down at random",
    arguments: [0.0, 0.9, 1.0], [1, 2] as [UInt64])
  func parity(share: Double, seed: UInt64) {
    let setup = SpotFixture.setup(
      SpotRunTests.random(ticks: 3000, seed: seed), notice: SpotNotice(share: share, seed: seed))
    let planned = SpotFixture.planned(setup)
    #expect(planned == SpotFixture.ours(setup))
    // It falls back on demand, and comes back from it.
    #expect(planned.onDemandHours > 0 && planned.onDemandHours < 0.8 * planned.spotHours)
  }

  @Test(
    "plan() buys and gives back what the rule alone does, in five recorded days",
    .enabled(if: SpotFixture.isHere, "the recorded spot trace is not here"))
  func recorded() {
    let setup = SpotFixture.setup(SpotFixture.development.slice(0..<(5 * 5760)))
    #expect(SpotFixture.planned(setup) == SpotFixture.ours(setup))
  }

  #if !DEBUG
    @Test(
      "without notice a month stays within its goals",
      .enabled(if: SpotFixture.isHere, "the recorded spot trace is not here"))
    func goal() throws {
      let score = SpotFixture.planned(SpotFixture.setup(SpotFixture.development))
      #expect(try #require(score.ratio) <= 1.10)
      #expect(score.missingShare <= 0.0020)
    }
  #endif

  @Test("on-demand replicas that a policy file asks for are held")
  func baseOnDemand() {
    let setup = SpotFixture.setup(SpotRunTests.random(ticks: 2000, seed: 3))
    var rules = PoolRules(name: "mine")
    rules.spot = SpotPlaces(offerings: [], baseOnDemand: 2)
    var chooser = PlannedSpot(setup, rules: rules)
    let score = simulateSpot(setup, named: "mine", asking: &chooser)
    #expect(score.onDemandHours >= 2 * Double(2000 - 1) * 15 / 3600)
    #expect(SpotFixture.planned(setup).onDemandHours < score.onDemandHours)
  }
}
