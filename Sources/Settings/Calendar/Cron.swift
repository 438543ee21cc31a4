/// A recurring moment of wall time, as cron writes it: minute, hour, day of month, month, day of
/// week.
///
/// Vixie cron's rules: where neither day field begins with `*`, either of them is enough; where one
/// does, both must hold (so `*/2` in a day field narrows, it does not widen).
public struct Cron: Sendable, Hashable {
  /// As it was written.
  public let text: String
  let minutes: BitSet
  let hours: BitSet
  let days: BitSet
  let months: BitSet
  /// 0 is Sunday.
  let weekdays: BitSet
  /// One of the day fields begins with `*`.
  let needsBothDays: Bool
  /// The hour is `*`: it means every hour that passes, not a time on the clock.
  let isEveryHour: Bool

  /// Reads five fields, or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.
  init(_ text: String) throws(CronFault) {
    var words = CronWord.words(of: text)
    if text.first == "@" { words = CronWord.words(of: try Self.longhand(text)) }
    guard words.count == 5 else {
      throw CronFault(
        "has \(words.count) fields: it needs minute, hour, day of month, month, day of week",
        hint: "'0 20 * * 1-5' is 20:00 from Monday to Friday")
    }
    self.text = text
    minutes = try CronField.minute.values(of: words[0])
    hours = try CronField.hour.values(of: words[1])
    days = try CronField.day.values(of: words[2])
    months = try CronField.month.values(of: words[3])
    weekdays = try CronField.weekday.values(of: words[4])
    needsBothDays = words[2].text.first == "*" || words[4].text.first == "*"
    isEveryHour = words[1].text == "*"
    if !everFires {
      let fault = words[2].through(words[3])
      throw CronFault("never comes: those months have no such day", at: fault)
    }
  }

  /// Whether it fires on this day, at some time.
  func fires(on day: Day) -> Bool {
    let date = day.monthAndDay
    guard months.contains(date.month) else { return false }
    let byDay = days.contains(date.day)
    let byWeekday = weekdays.contains(day.weekday)
    return needsBothDays ? byDay && byWeekday : byDay || byWeekday
  }

  /// Minutes of the day at which it fires, in order.
  var times: [Int] { hours.values.flatMap { hour in minutes.values.map { hour * 60 + $0 } } }

  /// A day of the month that some month of the list has; with the weekday as another way, always.
  private var everFires: Bool {
    let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return !needsBothDays
      || months.values.contains { month in days.values.contains { $0 <= longest[month - 1] } }
  }

  private static func longhand(_ text: String) throws(CronFault) -> String {
    let known = [
      "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
      "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
      "@annually": "0 0 1 1 *",
    ]
    guard let five = known[text] else {
      throw CronFault(
        "is none of \(known.keys.sorted().joined(separator: ", "))",
        hint: nearest(to: text, among: known.keys.sorted()).map { "did you mean '\($0)'?" })
    }
    return five
  }
}

/// What is wrong with a cron text, as the rest of a sentence, and where in it.
struct CronFault: Error {
  var message: String
  var hint: String?
  /// nil: all of it. Counted in Unicode scalars.
  var part: Range<Int>?

  init(_ message: String, at word: CronWord? = nil, hint: String? = nil) {
    self.message = message
    self.hint = hint
    part = word.map { $0.start..<($0.start + $0.text.unicodeScalars.count) }
  }
}

/// Small numbers, 0…63.
struct BitSet: Sendable, Hashable {
  private var bits: UInt64 = 0

  mutating func insert(_ value: Int) { bits |= 1 << UInt64(value) }
  func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }
  var values: [Int] { (0..<64).filter(contains) }
}
