import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  @Test("OneAtATime: an open act on a node is ended first")
  func inFlight() throws {
    var fleet = Self.idle()
    let decision = try #require(fleet.decision())
    fleet.memory.fold(
      LedgerEvent(id: 1, at: fleet.now, key: decision.key, kind: .intended(decision)))
    #expect(fleet.reason() == .inFlight)
    #expect(fleet.plan.decisions.isEmpty)
  }
}
