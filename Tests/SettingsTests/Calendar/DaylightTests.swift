import FleetModel
import Foundation
import TestSupport
import Testing

@testable import Settings

/// A recurrence and what it makes of a few days, in UTC.
struct Night: Sendable, CustomTestStringConvertible {
  var zone: String
  var cron: String
  var end: Recurrence.End
  /// The day that is looked at, and the next two.
  var from: String
  var windows: [String]

  init(_ zone: String, _ cron: String, _ end: Recurrence.End, _ from: String, _ windows: [String]) {
    self.zone = zone
    self.cron = cron
    self.end = end
    self.from = from
    self.windows = windows
  }

  var testDescription: String { "\(zone) \(cron) \(from)" }
}

func found(
  _ recurrence: Recurrence, from: String, days: Int64 = 3
) throws -> [String] {
  let from = try #require(Timestamp(rfc3339: from))
  return recurrence.windows(from: from, until: from.advanced(by: .days(days))).map {
    "\($0.lowerBound)/\($0.upperBound)".replacing(":00Z", with: "")
  }
}

private let hour = Recurrence.End.after(.hours(1))

@Suite("Schedules when clocks change")
struct DaylightTests {
  /// From the zone database: Berlin changes at 01:00 UTC, New York at 02:00 of its own, Lord Howe
  /// by half an hour at 02:00, Casablanca back for Ramadan (2026-02-15) and forth (2026-03-22);
  /// São Paulo has not changed since 2019, Kolkata not since 1945.
  @Test(
    "begin and end at these moments",
    arguments: [
      // Spring, 02:30 does not exist: the first moment after the gap.
      Night(
        "Europe/Berlin", "30 2 * * *", hour, "2026-03-28",
        [
          "2026-03-28T01:30/2026-03-28T02:30", "2026-03-29T01:00/2026-03-29T02:00",
          "2026-03-30T00:30/2026-03-30T01:30",
        ]),
      // Autumn, 02:30 exists twice: the first.
      Night(
        "Europe/Berlin", "30 2 * * *", hour, "2026-10-24",
        [
          "2026-10-24T00:30/2026-10-24T01:30", "2026-10-25T00:30/2026-10-25T01:30",
          "2026-10-26T01:30/2026-10-26T02:30",
        ]),
      Night(
        "America/New_York", "30 2 * * *", hour, "2026-03-07",
        [
          "2026-03-07T07:30/2026-03-07T08:30", "2026-03-08T07:00/2026-03-08T08:00",
          "2026-03-09T06:30/2026-03-09T07:30",
        ]),
      Night(
        "America/New_York", "30 1 * * *", hour, "2026-10-31",
        [
          "2026-10-31T05:30/2026-10-31T06:30", "2026-11-01T05:30/2026-11-01T06:30",
          "2026-11-02T06:30/2026-11-02T07:30",
        ]),
      // Half an hour: 02:15 does not exist on 4 October, and 01:45 exists twice on 5 April.
      Night(
        "Australia/Lord_Howe", "15 2 * * *", hour, "2026-10-02",
        [
          "2026-10-02T15:45/2026-10-02T16:45", "2026-10-03T15:30/2026-10-03T16:30",
          "2026-10-04T15:15/2026-10-04T16:15",
        ]),
      Night(
        "Australia/Lord_Howe", "45 1 * * *", hour, "2026-04-03",
        [
          "2026-04-03T14:45/2026-04-03T15:45", "2026-04-04T14:45/2026-04-04T15:45",
          "2026-04-05T15:15/2026-04-05T16:15",
        ]),
      Night(
        "America/Sao_Paulo", "30 2 * * *", hour, "2026-10-17",
        [
          "2026-10-17T05:30/2026-10-17T06:30", "2026-10-18T05:30/2026-10-18T06:30",
          "2026-10-19T05:30/2026-10-19T06:30",
        ]),
      Night(
        "Asia/Kolkata", "30 2 * * *", hour, "2026-03-28",
        [
          "2026-03-28T21:00/2026-03-28T22:00", "2026-03-29T21:00/2026-03-29T22:00",
          "2026-03-30T21:00/2026-03-30T22:00",
        ]),
      Night(
        "Africa/Casablanca", "30 2 * * *", hour, "2026-02-14",
        [
          "2026-02-14T01:30/2026-02-14T02:30", "2026-02-15T01:30/2026-02-15T02:30",
          "2026-02-16T02:30/2026-02-16T03:30",
        ]),
      Night(
        "Africa/Casablanca", "30 2 * * *", hour, "2026-03-21",
        [
          "2026-03-21T02:30/2026-03-21T03:30", "2026-03-22T02:00/2026-03-22T03:00",
          "2026-03-23T01:30/2026-03-23T02:30",
        ]),
      // A duration is time that passes: the night of 23 hours ends an hour later by the clock.
      Night(
        "Europe/Berlin", "0 20 28 3 *", .after(.hours(11)), "2026-03-28",
        ["2026-03-28T19:00/2026-03-29T06:00"]),
      // `until` is what the clock shows: that night is an hour shorter, the autumn's longer.
      Night(
        "Europe/Berlin", "0 20 28 3 *", .at(7 * 60), "2026-03-28",
        ["2026-03-28T19:00/2026-03-29T05:00"]),
      Night(
        "Europe/Berlin", "0 20 24 10 *", .at(7 * 60), "2026-10-24",
        ["2026-10-24T18:00/2026-10-25T06:00"]),
      // An end that exists twice is the first, one that does not is the moment after the gap.
      Night(
        "Europe/Berlin", "0 20 24 10 *", .at(150), "2026-10-24",
        ["2026-10-24T18:00/2026-10-25T00:30"]),
      Night(
        "Europe/Berlin", "0 20 28 3 *", .at(150), "2026-03-28",
        ["2026-03-28T19:00/2026-03-29T01:00"]),
      // Both ends in the gap: there is no time between them.
      Night("Europe/Berlin", "15 2 29 3 *", .at(150), "2026-03-28", []),
      // Every hour means every hour that passes: no hole in the hour that comes twice.
      Night(
        "Europe/Berlin", "0 * 25 10 *", hour, "2026-10-24",
        ["2026-10-24T22:00/2026-10-25T23:00"]),
      // keda#4677: from Friday evening to Sunday evening, not to the first midnight.
      Night(
        "Europe/Berlin", "0 18 * * FRI", .after(.hours(48)), "2026-11-20",
        ["2026-11-20T17:00/2026-11-22T17:00"]),
      Night(
        "UTC", "0 0 * * FRI-SUN", .after(.hours(24)), "2026-11-20",
        ["2026-11-20T00:00/2026-11-23T00:00"]),
      // Month ends and the leap day.
      Night("UTC", "0 12 31 * *", hour, "2026-04-29", []),
      Night("UTC", "0 12 31 * *", hour, "2026-05-29", ["2026-05-31T12:00/2026-05-31T13:00"]),
      Night("UTC", "0 12 29 2 *", hour, "2028-02-28", ["2028-02-29T12:00/2028-02-29T13:00"]),
      Night("UTC", "0 12 29 2 *", hour, "2027-02-27", []),
      // A window that began before, and one that ends after, keep their true ends.
      Night(
        "UTC", "0 12 * * MON", .after(.days(4)), "2026-11-25", ["2026-11-23T12:00/2026-11-27T12:00"]
      ),
    ])
  func windows(night: Night) throws {
    let recurrence = Recurrence(cron: try Cron(night.cron), end: night.end, timezone: night.zone)
    let expected = night.windows
    #expect(try found(recurrence, from: night.from) == expected)
  }

  @Test("holidays are left out, or taken alone, by the day of the zone they begin on")
  func holidays() throws {
    var recurrence = Recurrence(
      cron: try Cron("30 23 * * *"), end: hour, timezone: "America/New_York",
      except: [try #require(Day("2026-12-25"))])
    let nights = [
      "2026-12-25T04:30/2026-12-25T05:30", "2026-12-26T04:30/2026-12-26T05:30",
      "2026-12-27T04:30/2026-12-27T05:30",
    ]
    #expect(try found(recurrence, from: "2026-12-25") == [nights[0], nights[2]])
    recurrence.only = recurrence.except
    recurrence.except = []
    #expect(try found(recurrence, from: "2026-12-25") == [nights[1]])
  }

  @Test("a window is in the days asked for at its edges, and only there")
  func edges() throws {
    let recurrence = Recurrence(cron: try Cron("0 12 25 11 *"), end: hour, timezone: "UTC")
    let start = try #require(Timestamp(rfc3339: "2026-11-25T12:00:00Z"))
    let end = start.advanced(by: .hours(1))
    let second = Duration.seconds(1)
    func count(_ from: Timestamp, _ until: Timestamp) -> Int {
      recurrence.windows(from: from, until: until).count
    }
    #expect(count(end.advanced(by: .zero - second), end.advanced(by: second)) == 1)
    #expect(count(end, end.advanced(by: second)) == 0)
    #expect(count(start.advanced(by: .zero - second), start.advanced(by: second)) == 1)
    #expect(count(start.advanced(by: .zero - second), start) == 0)
  }
}

@Suite(
  "Clocks, judged by Python's zoneinfo",
  .enabled(if: PythonJudge.has("zoneinfo"), "the Python module zoneinfo is missing"))
struct ZoneinfoTests {
  static let zones = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
    "Africa/Casablanca", "Asia/Kolkata", "Pacific/Chatham", "America/St_Johns", "Asia/Tehran",
  ]

  /// Each wall time of every half hour of 2026, as the moment of its first showing; in a gap, the
  /// first moment with the offset after it (PEP 495: fold 1 of a gap takes the later offset).
  static let script = """
    import sys, datetime, zoneinfo
    utc = datetime.timezone.utc
    for name in sys.stdin.read().split():
        zone = zoneinfo.ZoneInfo(name)
        wall = datetime.datetime(2026, 1, 1)
        out = []
        while wall.year == 2026:
            at = wall.replace(tzinfo=zone, fold=0).astimezone(utc)
            if at.astimezone(zone).replace(tzinfo=None) == wall:
                out.append(int(at.timestamp()))
            else:
                low = wall.replace(tzinfo=zone, fold=1).astimezone(utc)
                high = at
                while high - low > datetime.timedelta(seconds=1):
                    middle = low + (high - low) / 2
                    if middle.astimezone(zone).replace(tzinfo=None) < wall: low = middle
                    else: high = middle
                out.append(round(high.timestamp()))
            wall += datetime.timedelta(minutes=30)
        print(" ".join(map(str, out)))
    """

  @Test("every half hour of a year is the same moment in nine zones")
  func year() throws {
    let judged = try PythonJudge.run(
      [PythonJudge.python, "-c", Self.script], input: Self.zones.joined(separator: " "), limit: 120)
    try #require(judged.status == 0, "\(judged.errors)")
    let lines = judged.output.split(separator: "\n")
    try #require(lines.count == Self.zones.count)
    let first = try #require(Day("2026-01-01")).seconds
    for (zone, line) in zip(Self.zones, lines) {
      let clock = try #require(WallClock(zone))
      let ours = (0..<Int64(365 * 48)).map { clock.moments(showing: first + $0 * 1800)[0] }
      let theirs = line.split(separator: " ").compactMap { Int64($0) }
      #expect(ours == theirs, "\(zone)")
    }
  }

  @Test("no name of hours or of nowhere is a zone")
  func unknown() {
    for name in ["", "GMT", "GMT+5", "Europe/Berlinn", "MEZ!", "+05:00"] {
      #expect(!WallClock.knows(name), "\(name)")
    }
    for name in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
      #expect(WallClock.knows(name), "\(name)")
    }
  }
}
