import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  /// Ten nodes with replicas on them, `deaf` of which are not heard.
  private func serving(deaf: Int, others: Int = 0) -> TestFleet {
    var fleet = TestFleet(10 + others, kind: .serving, gpus: 1)
    if others > 0 {
      var other = fleet.rulebook.pools[0]
      other.name = "silent"
      other.match = .init(tags: [Tag.pool: "silent"])
      fleet.rulebook.pools.append(other)
    }
    for node in 10..<(10 + others) { fleet.nodes[node].tags[Tag.pool] = "silent" }
    for _ in 0..<8 {
      for node in deaf..<10 { fleet.hear(node, .busy) }
      fleet.step()
    }
    fleet.rulebook.pools[0].maximumNodes = 5
    fleet.replicas = ["pool": ReplicaCount(ready: 10, pending: 0)]
    return fleet
  }

  @Test(
    "UnhealthyHalt: more than a fifth of a pool unwell holds its replicas too",
    arguments: [(2, true), (3, false)])
  func scaleDown(deaf: Int, acts: Bool) {
    let fleet = serving(deaf: deaf)
    #expect(fleet.plan.decisions.map(\.intent) == (acts ? [.scaleDown] : []))
    if !acts { #expect(fleet.poolReason == .unhealthyHalt(unknown: 3, of: 10)) }
  }

  @Test(
    "UnhealthyHalt: more than 45 % of the fleet unheard holds every pool's replicas",
    arguments: [(8, true), (9, false)])
  func fleetWide(others: Int, acts: Bool) {
    let fleet = serving(deaf: 0, others: others)
    #expect(fleet.plan.decisions.map(\.intent) == (acts ? [.scaleDown] : []))
    if !acts { #expect(fleet.poolReason == .unhealthyHalt(unknown: 9, of: 19)) }
  }

  @Test("UnhealthyHalt: growth goes on")
  func grows() {
    var fleet = serving(deaf: 10)
    fleet.rulebook.pools[0].maximumNodes = nil
    fleet.rulebook.pools[0].minimumNodes = 12
    #expect(fleet.plan.decisions.map(\.intent) == [.scaleUp])
  }
}
