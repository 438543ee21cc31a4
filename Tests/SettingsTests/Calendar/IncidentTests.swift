import FleetModel
import Planner
import Testing

@testable import Settings

/// Failures that others had with schedules, by their number in the list of incidents.
@Suite("Incidents with schedules")
struct IncidentTests {
  static let zones = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
    "Africa/Casablanca", "Asia/Kolkata",
  ]

  @Test(
    "I21: a window from Friday to Sunday ends on Sunday (keda#4677)",
    arguments: [
      "{cron: '0 18 * * FRI', duration: 2d, nodes: 0}",
      "{cron: '0 18 * * 5-6', duration: 24h, nodes: 0}",
    ])
  func weekend(schedule: String) throws {
    let text = ruled + "pools: [{name: a, kind: dev, schedule: [\(schedule)]}]\n"
    let from = try #require(Timestamp(rfc3339: "2026-11-20T00:00:00Z"))
    let windows = calendar(for: try settings(text), from: from, days: 4).limits["a"] ?? []
    #expect(windows.map(\.from) == [Timestamp(rfc3339: "2026-11-20T18:00:00Z")])
    #expect(windows.map(\.until) == [Timestamp(rfc3339: "2026-11-22T18:00:00Z")])
  }

  @Test("I21: a zone this machine does not know is an error when the file is read (keda#932)")
  func unknownZone() {
    let schedule = "{cron: '0 18 * * *', duration: 1h, nodes: 0, timezone: Mars/Olympus}"
    let text = ruled + "pools: [{name: a, kind: dev, schedule: [\(schedule)]}]\n"
    let errors = #expect(throws: SettingsErrors.self) { try settings(text) }
    #expect(errors?.description.contains("knows no time zone 'Mars/Olympus'") == true)
  }

  @Test("F61: 02:30 comes once on each day of a year, never before 02:30", arguments: zones)
  func oncePerDay(zone: String) throws {
    let clock = try #require(WallClock(zone))
    let nights = Recurrence(
      cron: try Cron("30 2 * * *"), end: .after(.minutes(1)), timezone: zone)
    let from = try #require(Timestamp(rfc3339: "2026-01-01T12:00:00Z"))
    let shown = nights.windows(from: from, until: from.advanced(by: .days(365))).map {
      clock.shown(at: $0.lowerBound.microseconds / 1_000_000)
    }
    #expect(Set(shown.map { $0 / 86_400 }).count == 365 && shown.count == 365)
    #expect(shown.allSatisfy { (9000...10_800).contains($0 % 86_400) })
  }

  @Test(
    "fixture: DST night: until 07:00 it lasts until 07:00, on each day of a year", arguments: zones)
  func untilMorning(zone: String) throws {
    let clock = try #require(WallClock(zone))
    let nights = Recurrence(cron: try Cron("0 20 * * *"), end: .at(7 * 60), timezone: zone)
    let from = try #require(Timestamp(rfc3339: "2026-01-01T12:00:00Z"))
    let windows = nights.windows(from: from, until: from.advanced(by: .days(365)))
    #expect((365...366).contains(windows.count))
    for window in windows {
      #expect(clock.shown(at: window.upperBound.microseconds / 1_000_000) % 86_400 == 7 * 3600)
      let hours = window.upperBound.duration(since: window.lowerBound)
      #expect((Duration.hours(10) ... .hours(12)).contains(hours))
    }
  }
}
