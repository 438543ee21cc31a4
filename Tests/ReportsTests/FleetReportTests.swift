import CostModel
import FleetModel
import Reports
import Testing

@Suite("Fleet report")
struct FleetReportTests {
  @Test("pools, nodes and days sum to the totals, to the nano-dollar, in 3,000 random fleets")
  func sums() {
    for seed in 0..<3000 as Range<UInt64> {
      let (hours, off) = Fixture.random(seed: seed)
      let range = Fixture.start..<Fixture.start.advanced(by: .days(4))
      let report = FleetReport.make(
        hours: hours, off: off, range: range, now: Fixture.start.advanced(by: .days(3)))
      let totals = report.totals
      #expect(Self.parts(report.pools.map(\.figures)) == Self.parts([totals]))
      #expect(Self.parts(report.nodes.map(\.figures)) == Self.parts([totals]))
      #expect(report.days.map(\.spend).reduce(.zero, +) == totals.spend)
      for (index, day) in report.days.enumerated() {
        #expect(Money.sum(report.pools.map { $0.daily[index] }) == day.spend.effective)
      }
      #expect(Money.sum(report.stops.map(\.saved)) == totals.saved)
      let spend = totals.spend
      #expect(
        spend.effective == spend.productive + spend.idle + spend.overhead + spend.unusedCommitment)
    }
  }

  @Test("the order of what is stored does not change the report")
  func order() {
    for seed in 0..<50 as Range<UInt64> {
      let (hours, off) = Fixture.random(seed: seed)
      let range = Fixture.start..<Fixture.start.advanced(by: .days(4))
      let one = FleetReport.make(hours: hours, off: off, range: range, now: range.upperBound)
      let two = FleetReport.make(
        hours: hours.reversed(), off: off.reversed(), range: range, now: range.upperBound)
      #expect(one.json() == two.json())
    }
  }

  @Test(
    "an hour counts when it begins in the range", arguments: [(-1, 0), (0, 1), (23, 1), (24, 0)])
  func edges(index: Int, counted: Int64) {
    let hours = [
      Fixture.hour(
        index, node: "i-1", pool: "p", rate: HourlyRate(perHour: .dollars(1)),
        [.work: 8 * Fixture.hour])
    ]
    let range = Fixture.start..<Fixture.start.advanced(by: .days(1))
    let report = FleetReport.make(hours: hours, off: [], range: range, now: range.upperBound)
    #expect(report.totals.spend.effective == .dollars(counted))
  }

  @Test("always on is what was spent and what was saved")
  func alwaysOn() {
    let report = Fixture.small()
    let rate = HourlyRate(perHour: Money(nanos: 55_040_000_000))
    // Two nodes for ten days; the last stop is counted only up to the end of the range.
    #expect(report.totals.alwaysOn <= rate.cost(of: .hours(480)))
    #expect(report.totals.alwaysOn == report.totals.spend.effective + report.totals.saved)
    #expect(report.totals.stops == 10)
  }

  @Test("time without a price is counted and in no amount")
  func unpriced() throws {
    let report = Fixture.small()
    let node = try #require(report.nodes.first { $0.id == "i-0ccc" })
    #expect(node.figures.unpricedMicroseconds == 240 * Fixture.hour)
    #expect(node.figures.spend == .zero)
    #expect(node.rate == nil)
    #expect(report.notes.contains { $0.contains("240 node-hours of 1 node") })
  }

  @Test("a node that was off all the time is still in the report")
  func onlyOff() throws {
    let off = OffInterval(
      node: "i-9", pool: "p", decision: "d", from: Fixture.start.advanced(by: .days(-1)),
      rate: HourlyRate(perHour: .dollars(2)))
    let range = Fixture.start..<Fixture.start.advanced(by: .days(1))
    let report = FleetReport.make(hours: [], off: [off], range: range, now: range.upperBound)
    let node = try #require(report.nodes.first)
    #expect(node.type == nil && node.rate == off.rate)
    #expect(report.totals.saved == .dollars(48))
    #expect(report.totals.alwaysOn == .dollars(48))
  }

  @Test("an empty range is an empty report")
  func empty() {
    let report = FleetReport.make(
      hours: [], off: [], range: Fixture.start..<Fixture.start, now: Fixture.start)
    #expect(report.totals == Figures())
    #expect(report.days.isEmpty && report.pools.isEmpty)
    #expect(report.notes.contains("No billed time is stored for this range."))
  }

  static func parts(_ figures: [Figures]) -> [Int64] {
    [
      Money.sum(figures.map(\.spend.effective)), Money.sum(figures.map(\.spend.productive)),
      Money.sum(figures.map(\.spend.idle)), Money.sum(figures.map(\.spend.overhead)),
      Money.sum(figures.map(\.saved)), Money.sum(figures.map(\.alwaysOn)),
    ].map(\.nanos) + [
      figures.reduce(0) { $0 + $1.billedMicroseconds },
      figures.reduce(0) { $0 + $1.unpricedMicroseconds },
      figures.reduce(0) { $0 + $1.observedMicroseconds },
      figures.reduce(0) { $0 + Int64($1.stops) },
    ]
  }
}
