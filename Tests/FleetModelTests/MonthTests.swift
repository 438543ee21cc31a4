import FleetModel
import Testing

@Suite("Calendar months")
struct MonthTests {
  @Test(
    "a month begins on its first and ends with the next one's",
    arguments: [
      ("2026-11-21T09:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
      ("2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      ("2028-02-29T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
      ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
    ])
  func month(moment: String, start: String, next: String) throws {
    let moment = try #require(Timestamp(rfc3339: moment))
    #expect(moment.startOfMonth.description == start)
    #expect(moment.nextMonth.description == next)
  }
}
