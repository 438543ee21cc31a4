import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  /// An idle node that costs this many nano-dollars an hour, and its disks when off.
  private func cheap(_ nanos: Int64, disks: Int64 = 0) -> TestFleet {
    var fleet = Self.idle()
    fleet.rulebook.prices = PriceBook([
      Price(
        cloud: "aws", type: "p4d.24xlarge", hourly: HourlyRate(perHour: Money(nanos: nanos)),
        stoppedHourly: HourlyRate(perHour: Money(nanos: disks)), source: "test", asOf: "")
    ])
    return fleet
  }

  // Half a dollar a day is 20,833,333.3… nano-dollars an hour.
  @Test(
    "MinimumSaving: half a dollar a day is worth an act, less is not",
    arguments: [(Int64(20_833_334), true), (20_833_333, false)])
  func worth(nanos: Int64, acts: Bool) {
    let fleet = cheap(nanos)
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts { #expect(fleet.reason().code == "below_min_saving") }
  }

  @Test("MinimumSaving: the disks of a stopped node are no saving, those of a terminated one are")
  func disks() {
    var fleet = cheap(40_000_000, disks: 30_000_000)
    #expect(fleet.plan.decisions.isEmpty)
    fleet.rulebook.pools[0].idleIntent = .terminate
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("MinimumSaving: without a least, and without a price, nothing is too little")
  func off() {
    var fleet = cheap(1)
    fleet.rulebook.safety.leastSaving = .zero
    #expect(fleet.plan.decisions.count == 1)
    fleet.rulebook.safety.leastSaving = .dollars(1)
    fleet.rulebook.prices = PriceBook()
    #expect(fleet.plan.decisions.count == 1)
  }
}
