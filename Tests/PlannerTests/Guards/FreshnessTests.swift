import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  @Test(
    "Freshness: an inventory older than three sweeps is no ground for a stop",
    arguments: [(90, true), (91, false)])
  func inventory(age: Int64, acts: Bool) {
    var fleet = Self.idle()
    fleet.inventoryAt = fleet.now.advanced(by: .zero - .seconds(age))
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts { #expect(fleet.reason() == .stale(age: .seconds(age))) }
  }
}
