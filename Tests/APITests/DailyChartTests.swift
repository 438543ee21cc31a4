@testable import API
import CostModel
import FleetModel
import Foundation
import FoundationXML
import Reports
import Testing

@Suite("Daily chart")
struct DailyChartTests {
  @Test(
    "the scale ends at a round number at or above",
    arguments: [
      (Int64(0), Int64(10_000_000)), (10_000_000, 10_000_000), (10_000_001, 20_000_000),
      (4_000_000_000, 5_000_000_000), (5_000_000_001, 10_000_000_000),
    ])
  func scale(nanos: Int64, ceiling: Int64) { #expect(DailyChart.ceiling(nanos) == ceiling) }

  @Test("the tallest amounts there are do not overflow")
  func largest() { #expect(DailyChart.ceiling(.max) == .max) }

  @Test("bars stand on each other and are as tall as their amounts")
  func heights() throws {
    var spend = SpendSplit()
    spend[.work] = .dollars(5)
    spend[.freeIdle] = .dollars(3)
    spend[.loading] = .dollars(2)
    let days = [FleetReport.DayLine(day: Timestamp(seconds: 0), spend: spend)]
    let svg = DailyChart(days: days).svg
    #expect(svg.contains("y=\"79.0\" width=\"40.0\" height=\"71.0\""))
    #expect(svg.contains("y=\"36.4\" width=\"40.0\" height=\"42.6\""))
    #expect(svg.contains("y=\"8.0\" width=\"40.0\" height=\"28.4\""))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }

  @Test("no days and no money make an empty chart")
  func empty() { #expect(XMLParser(data: Data(DailyChart(days: []).svg.utf8)).parse()) }
}
