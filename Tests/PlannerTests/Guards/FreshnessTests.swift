import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Freshness of each cloud's list")
struct FreshnessTests {
  /// Decisions about an idle node of "aws", with these ages of the clouds' lists in seconds.
  static func decided(_ ages: [CloudName: Int64]?) -> [Decision] {
    var fleet = TestFleet()
    fleet.pass(.minutes(30))
    var snapshot = fleet.snapshot
    snapshot.listedAt = ages?.mapValues { fleet.now.advanced(by: .seconds(-$0)) }
    // The oldest list of all, as the controller gives it.
    snapshot.inventoryAt = snapshot.listedAt?.values.min() ?? fleet.now
    return plan(snapshot, under: fleet.rulebook).decisions
  }

  @Test("a cloud that is away holds up no other")
  func apart() {
    #expect(Self.decided(nil).count == 1)
    #expect(Self.decided(["aws": 0]).count == 1)
    #expect(Self.decided(["aws": 0, "hf": 3600]).count == 1)
  }

  @Test("nothing is done in a cloud whose own list is old, or that was never listed")
  func own() {
    #expect(Self.decided(["aws": 3600, "hf": 0]).isEmpty)
    #expect(Self.decided(["hf": 0]).isEmpty)
  }
}
