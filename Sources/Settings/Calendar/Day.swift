import FleetModel

/// A day of the calendar, whatever the zone.
public struct Day: Sendable, Hashable, Comparable {
  /// Days since 1970-01-01.
  public let number: Int64

  public init(number: Int64) { self.number = number }

  /// Reads "2026-12-25"; nil for everything else and for days that do not exist.
  public init?(_ text: String) {
    guard text.utf8.count == 10, let moment = Timestamp(rfc3339: text) else { return nil }
    number = moment.microseconds / 86_400_000_000
  }

  /// The day's beginning in seconds, as if the zone were UTC.
  var seconds: Int64 { number * 86_400 }

  /// 1…12 and 1…31.
  var monthAndDay: (month: Int, day: Int) {
    let parts = Timestamp(seconds: seconds).description.prefix(10).split(separator: "-")
    guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]) else {
      return (1, 1)
    }
    return (month, day)
  }

  /// 0 is Sunday; 1970-01-01 was a Thursday.
  var weekday: Int {
    let shifted = (number + 4) % 7
    return Int(shifted < 0 ? shifted + 7 : shifted)
  }

  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Day: CustomStringConvertible {
  public var description: String { String(Timestamp(seconds: seconds).description.prefix(10)) }
}
