import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  @Test(
    "MinimumCapacity: a pool never falls below its minimum", arguments: [(0, 1), (4, 1), (5, 0)])
  func minimum(minimum: Int, stops: Int) {
    var fleet = Self.idle(5)
    fleet.rulebook.pools[0].minimumNodes = minimum
    #expect(fleet.plan.decisions.count == stops)
    if stops == 0 { #expect(fleet.reason() == .minimumReached(minimum: minimum)) }
  }
}
