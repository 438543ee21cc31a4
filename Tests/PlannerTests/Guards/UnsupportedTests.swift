import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  @Test("Unsupported: what a cloud cannot do is refused with its reason")
  func cannot() {
    var fleet = Self.idle()
    fleet.rulebook.inabilities = ["aws": [.stop: "no disks"], "other": [.terminate: "no"]]
    #expect(fleet.reason() == .unsupported(.stop, because: "no disks"))
    fleet.rulebook.pools[0].idleIntent = .terminate
    #expect(fleet.verdict().intent == .terminate)
  }

  @Test("Unsupported: a launch on a cloud that makes nothing is refused")
  func cannotLaunch() {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.inabilities = ["aws": [.launch: "no machines"]]
    #expect(fleet.poolReason == .unsupported(.launch, because: "no machines"))
    #expect(fleet.plan.decisions.isEmpty)
  }
}
