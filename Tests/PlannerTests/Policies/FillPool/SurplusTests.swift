import CostModel
import FleetModel
import TestSupport
import Testing

@testable import Planner

@Suite("Surplus")
struct SurplusTests {
  /// A node a commitment covers, a spot node and one on demand, all at rest.
  static func order(desired: Int) -> [Int?] {
    var fleet = TestFleet(3, kind: .serving)
    fleet.rulebook.pools[0].scaling = ScalingRules()
    fleet.rulebook.commitments = [
      Commitment(
        name: "reserved", cloud: "aws", type: "p4d.24xlarge", count: 1,
        hourly: HourlyRate(perHour: .dollars(13)))
    ]
    fleet.nodes[1].capacity = .spot
    fleet.nodes[2].type = "g5.xlarge"
    fleet.rulebook.prices.set(
      Price(
        cloud: "aws", type: "p4d.24xlarge", capacity: .spot,
        hourly: HourlyRate(perHour: .dollars(9)), source: "test", asOf: "2026-07-20"))
    fleet.rulebook.prices.set(
      Price(
        cloud: "aws", type: "g5.xlarge", hourly: HourlyRate(perHour: .dollars(1)),
        source: "test", asOf: "2026-07-20"))
    fleet.pass(.minutes(30))
    var view = FleetView(fleet.snapshot, under: fleet.rulebook)
    view.pools[0].sizing.ask(desired, by: "test", .enough(live: 3, minimum: 0))
    return Surplus.proposals(in: 0, of: view, desired: desired).map(\.node)
  }

  @Test("uncovered on demand goes before spot, and spot before what is covered")
  func order() {
    #expect(Self.order(desired: 2) == [2])
    #expect(Self.order(desired: 1) == [2, 1])
    #expect(Self.order(desired: 0) == [2, 1, 0])
  }
}
