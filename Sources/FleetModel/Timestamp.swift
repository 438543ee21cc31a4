/// A moment in UTC, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Time is data here: it is read once at the edge and carried in values, so that a replay of the
/// same values gives the same answer.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }
  public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  public func advanced(by duration: Duration) -> Timestamp {
    Timestamp(microseconds: microseconds + duration.microseconds)
  }

  /// The time from `earlier` to here; negative when `earlier` is later.
  public func duration(since earlier: Timestamp) -> Duration {
    .microseconds(microseconds - earlier.microseconds)
  }

  /// The start of the UTC hour this moment lies in.
  public var startOfHour: Timestamp {
    let hour: Int64 = 3_600_000_000
    let remainder = microseconds % hour
    return Timestamp(microseconds: microseconds - (remainder < 0 ? remainder + hour : remainder))
  }

  public init(from decoder: any Decoder) throws {
    self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC to the second, as "2026-11-21T09:00:00Z"; parts of a second are cut.
  public var description: String {
    let day: Int64 = 86_400_000_000
    let days = Int64((Double(microseconds) / Double(day)).rounded(.down))
    let inDay = (microseconds - days * day) / 1_000_000
    let (year, month, dayOfMonth) = Self.civil(days: days)
    return "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(dayOfMonth, 2))"
      + "T\(Self.pad(inDay / 3600, 2)):\(Self.pad(inDay / 60 % 60, 2)):\(Self.pad(inDay % 60, 2))Z"
  }

  /// Reads "2026-11-21", "2026-11-21T09:00:00Z" and "2026-11-21T09:00:00.123456Z"; nil otherwise.
  public init?(rfc3339 text: some StringProtocol) {
    let parts = text.split(separator: "T", maxSplits: 1)
    guard let date = parts.first, let days = Self.days(date) else { return nil }
    guard parts.count == 2 else {
      self.init(seconds: days * 86_400)
      return
    }
    guard let time = Self.timeOfDay(parts[1]) else { return nil }
    self.init(microseconds: days * 86_400_000_000 + time)
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Days since the epoch to a civil date (Howard Hinnant, "chrono-compatible low-level date
  /// algorithms", civil_from_days).
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// A civil date to days since the epoch (the same source, days_from_civil).
  private static func days(_ text: some StringProtocol) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let days = dayNumber(year, month, day)
    let back = civil(days: days)
    return back == (year, month, day) ? days : nil
  }

  private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
      - 719_468
  }

  private static func timeOfDay(_ text: some StringProtocol) -> Int64? {
    guard text.last == "Z" else { return nil }
    let halves = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard let clock = halves.first, halves.count <= 2 else { return nil }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.count == 2 }), let hour = Int64(parts[0]),
      let minute = Int64(parts[1]), let second = Int64(parts[2]), (0...23).contains(hour),
      (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    var micros: Int64 = 0
    if halves.count == 2 {
      let digits = halves[1].prefix(6)
      guard !digits.isEmpty, halves[1].allSatisfy({ $0.isNumber }), let value = Int64(digits)
      else { return nil }
      micros = (0..<(6 - digits.count)).reduce(value) { scaled, _ in scaled * 10 }
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
  }
}

extension Timestamp {
  /// The start of the UTC calendar month this moment lies in.
  public var startOfMonth: Timestamp {
    let (year, month, _) = Self.civil(days: wholeDays)
    return Self.month(year, month)
  }

  /// The start of the UTC calendar month after this moment's.
  public var nextMonth: Timestamp {
    let (year, month, _) = Self.civil(days: wholeDays)
    return month == 12 ? Self.month(year + 1, 1) : Self.month(year, month + 1)
  }

  private var wholeDays: Int64 {
    let day: Int64 = 86_400_000_000
    let remainder = microseconds % day
    return (microseconds - remainder) / day - (remainder < 0 ? 1 : 0)
  }

  private static func month(_ year: Int64, _ month: Int64) -> Timestamp {
    Timestamp(seconds: dayNumber(year, month, 1) * 86_400)
  }

  /// The first whole UTC hour at or after this moment.
  public var nextHour: Timestamp {
    startOfHour == self ? self : startOfHour.advanced(by: .hours(1))
  }
}
