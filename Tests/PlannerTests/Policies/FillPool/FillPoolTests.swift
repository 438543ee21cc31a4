import FleetModel
import Planner
import TestSupport
import Testing

@Suite("FillPool")
struct FillPoolTests {
  /// A pool its cloud counts in replicas, with 2 nodes as its least and 5 as its most.
  static func counted(ready: Int, pending: Int = 0) -> Plan {
    var fleet = TestFleet(0, kind: .serving)
    fleet.rulebook.pools[0].minimumNodes = 2
    fleet.rulebook.pools[0].maximumNodes = 5
    var snapshot = fleet.snapshot
    snapshot.replicas = ["pool": ReplicaCount(ready: ready, pending: pending)]
    return plan(snapshot, under: fleet.rulebook)
  }

  @Test(
    "a pool of replicas is asked for a number within its limits, pending ones counted",
    arguments: [
      (ready: 1, pending: 0, change: ReplicaChange(from: 1, to: 2), intent: Intent.scaleUp),
      (ready: 0, pending: 1, change: ReplicaChange(from: 1, to: 2), intent: .scaleUp),
      (ready: 6, pending: 0, change: ReplicaChange(from: 6, to: 5), intent: .scaleDown),
      (ready: 4, pending: 2, change: ReplicaChange(from: 6, to: 5), intent: .scaleDown),
    ])
  func replicas(ready: Int, pending: Int, change: ReplicaChange, intent: Intent) {
    let plan = Self.counted(ready: ready, pending: pending)
    #expect(plan.decisions.map(\.replicas) == [change])
    #expect(plan.decisions.map(\.intent) == [intent])
  }

  @Test("a pool of replicas within its limits is left alone", arguments: [2, 5])
  func left(ready: Int) { #expect(Self.counted(ready: ready).decisions == []) }

  @Test("a plan says how a pool came to its number")
  func sizings() {
    let sizing = Self.counted(ready: 1).sizings?.first
    #expect(sizing?.floor == 2)
    #expect(sizing?.ceiling == 5)
    #expect(sizing?.steps.map(\.policy) == ["keep-minimum", "keep-minimum"])
  }
}
