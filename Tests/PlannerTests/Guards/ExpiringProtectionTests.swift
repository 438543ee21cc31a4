import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Expiring protection")
struct ExpiringProtectionTests {
  private func told(_ fleet: TestFleet, before: Plan?) -> [Alert] {
    alerts(for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
      .filter { $0.kind == .protectionExpiring }
  }

  /// An idle node protected for so long from now on.
  private func fleet(_ time: Duration, owner: String? = "ml@example.com") -> TestFleet {
    var fleet = GuardTests.idle()
    fleet.nodes[0].tags[Tag.protect] = fleet.now.advanced(by: time).description
    fleet.nodes[0].tags[Tag.owner] = owner
    return fleet
  }

  private func observe(_ fleet: inout TestFleet) {
    fleet.step()
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
  }

  @Test("an end within a day is told once, with its owner")
  func once() {
    var fleet = fleet(.seconds(86_400 + 30))
    let end = fleet.nodes[0].tags[Tag.protect]
    var before = fleet.plan
    observe(&fleet)
    #expect(told(fleet, before: before).isEmpty)
    before = fleet.plan
    observe(&fleet)
    let alert = told(fleet, before: before)
    #expect(alert.map { $0.labels["owner"] } == ["ml@example.com"])
    #expect(alert.map { $0.labels["until"] } == [end])
    before = fleet.plan
    observe(&fleet)
    #expect(told(fleet, before: before).isEmpty)
  }

  @Test("a new end is a new alert; an end that has passed is none")
  func again() {
    var fleet = fleet(.hours(1), owner: nil)
    observe(&fleet)
    let before = fleet.plan
    fleet.nodes[0].tags[Tag.protect] = fleet.now.advanced(by: .hours(2)).description
    observe(&fleet)
    #expect(told(fleet, before: before).count == 1)
    fleet.silence(.hours(3))
    #expect(told(fleet, before: nil).isEmpty)
  }

  @Test("a protection that ends between plan and call is seen as it is then")
  func midway() throws {
    var fleet = GuardTests.idle()
    let decision = try #require(fleet.decision())
    fleet.nodes[0].tags[Tag.protect] = fleet.now.advanced(by: .seconds(20)).description
    fleet.silence(.seconds(19))
    #expect(fleet.recheck(decision)?.code == "protected")
    fleet.silence(.seconds(1))
    #expect(fleet.recheck(decision) == nil)
  }
}
