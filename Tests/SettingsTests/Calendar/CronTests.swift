import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite("Cron")
struct CronTests {
  /// The first firings from 2026-01-01 on, on a clock without changes, as "01-05 20:00".
  static func firings(_ cron: Cron, count: Int, from: String = "2026-01-01") throws -> [String] {
    let first = try #require(Day(from)).number
    var found: [String] = []
    for day in (first..<first + 366 * 12).map({ Day(number: $0) }) where cron.fires(on: day) {
      for time in cron.times where found.count < count {
        found.append("\(day) \(padded(time / 60)):\(padded(time % 60))")
      }
      if found.count == count { break }
    }
    return found
  }

  static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  @Test(
    "comes at its times",
    arguments: [
      ("0 20 * * 1-5", "2026-01-01 20:00, 2026-01-02 20:00, 2026-01-05 20:00"),
      ("0 20 * * MON-FRI", "2026-01-01 20:00, 2026-01-02 20:00, 2026-01-05 20:00"),
      ("30 6,18 * * sun", "2026-01-04 06:30, 2026-01-04 18:30, 2026-01-11 06:30"),
      ("0 0 * * 7", "2026-01-04 00:00, 2026-01-11 00:00, 2026-01-18 00:00"),
      ("0 0 * * FRI-SUN", "2026-01-02 00:00, 2026-01-03 00:00, 2026-01-04 00:00"),
      ("0 0 * * 5-7", "2026-01-02 00:00, 2026-01-03 00:00, 2026-01-04 00:00"),
      ("*/20 5 * * *", "2026-01-01 05:00, 2026-01-01 05:20, 2026-01-01 05:40"),
      ("10-40/15 05 1 * *", "2026-01-01 05:10, 2026-01-01 05:25, 2026-01-01 05:40"),
      ("0 0 31 * *", "2026-01-31 00:00, 2026-03-31 00:00, 2026-05-31 00:00"),
      ("0 0 29 2 *", "2028-02-29 00:00, 2032-02-29 00:00, 2036-02-29 00:00"),
      ("0 0 30 2 MON", "2026-02-02 00:00, 2026-02-09 00:00, 2026-02-16 00:00"),
      // Either day field is enough …
      ("0 0 13 * 5", "2026-01-02 00:00, 2026-01-09 00:00, 2026-01-13 00:00"),
      // … unless one begins with a star: the 1st, 3rd, 5th …, when it is a Friday.
      ("0 0 */2 * 5", "2026-01-09 00:00, 2026-01-23 00:00, 2026-02-13 00:00"),
      ("0 0 1 JAN,jul *", "2026-01-01 00:00, 2026-07-01 00:00, 2027-01-01 00:00"),
      ("@daily", "2026-01-01 00:00, 2026-01-02 00:00, 2026-01-03 00:00"),
      ("@weekly", "2026-01-04 00:00, 2026-01-11 00:00, 2026-01-18 00:00"),
      ("@yearly", "2026-01-01 00:00, 2027-01-01 00:00, 2028-01-01 00:00"),
      ("  0\t20  *  *  * ", "2026-01-01 20:00, 2026-01-02 20:00, 2026-01-03 20:00"),
    ])
  func times(text: String, expected: String) throws {
    let found = try Self.firings(try Cron(text), count: 3)
    #expect(found.joined(separator: ", ") == expected)
  }

  @Test(
    "takes the last value of a field and not the next",
    arguments: [
      ("59 * * * *", "60 * * * *"), ("0 23 * * *", "0 24 * * *"), ("0 0 31 * *", "0 0 32 * *"),
      ("0 0 1 * *", "0 0 0 * *"), ("0 0 * 12 *", "0 0 * 13 *"), ("0 0 * 1 *", "0 0 * 0 *"),
      ("0 0 * * 7", "0 0 * * 8"), ("0 0 31 1,4 *", "0 0 31 4,6 *"), ("0 0 29 2 *", "0 0 30 2 *"),
      ("*/59 * * * *", "*/60 * * * *"), ("0-59/1 * * * *", "0-59/0 * * * *"),
    ])
  func limits(right: String, wrong: String) throws {
    #expect(try Cron(right).text == right)
    #expect(throws: CronFault.self) { try Cron(wrong) }
  }

  @Test("a day before 1970 has its weekday too")
  func weekdays() throws {
    #expect(try #require(Day("1969-12-31")).weekday == 3)
    #expect(try #require(Day("1970-01-01")).weekday == 4)
    #expect(try #require(Day("2026-11-25")).weekday == 3)
    #expect(Day("2026-02-29") == nil && Day("2028-02-29") != nil && Day("2026-2-1") == nil)
  }
}

/// SplitMix64: the same seed gives the same expressions.
struct Dice {
  var state: UInt64

  mutating func roll(_ range: ClosedRange<Int>) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return range.lowerBound + Int(mixed % UInt64(range.count))
  }

  mutating func field(_ range: ClosedRange<Int>) -> String {
    let low = roll(range)
    let high = roll(low...range.upperBound)
    let step = roll(1...max(1, range.count / 2))
    switch roll(0...7) {
    case 0...2: return "*"
    case 3: return "\(low)"
    // croniter takes 7-7 for the whole range.
    case 4 where low < high: return "\(low)-\(high)"
    case 5: return "*/\(step)"
    case 6 where low < high: return "\(low)-\(high)/\(step)"
    default: return "\(low),\(roll(range)),\(high)"
    }
  }

  mutating func cron() -> String {
    [field(0...59), field(0...23), field(1...31), field(1...12), field(0...6)]
      .joined(separator: " ")
  }
}

@Suite(
  "Cron, judged by PyPI's croniter",
  .enabled(if: PythonJudge.has("croniter"), "the Python module croniter is missing"))
struct CroniterTests {
  /// `implement_cron_bug` is croniter's name for Vixie cron's rule of the star in day fields.
  static let script = """
    import sys, datetime, croniter
    for line in sys.stdin.read().splitlines():
        start = datetime.datetime(2025, 12, 31, 23, 59)
        try:
            times = croniter.croniter(line, start, implement_cron_bug=True, max_years_between_matches=40)
            found = [times.get_next(datetime.datetime) for _ in range(8)]
            print(", ".join(at.strftime("%Y-%m-%d %H:%M") for at in found))
        except croniter.CroniterBadDateError:
            print("never")
    """

  @Test("five hundred random expressions come at the same times")
  func random() throws {
    var dice = Dice(state: 7)
    let texts = (0..<500).map { _ in dice.cron() }
    let judged = try PythonJudge.run(
      [PythonJudge.python, "-c", Self.script], input: texts.joined(separator: "\n"), limit: 120)
    #expect(judged.status == 0, "\(judged.errors)")
    let answers = judged.output.split(separator: "\n").map(String.init)
    try #require(answers.count == texts.count)
    for (text, answer) in zip(texts, answers) {
      guard let cron = try? Cron(text) else {
        #expect(answer == "never", "\(text)")
        continue
      }
      let found = try CronTests.firings(cron, count: 8)
      // Rare ones run out of the days that are looked at here.
      #expect(answer.hasPrefix(found.joined(separator: ", ")) && !found.isEmpty, "\(text)")
    }
  }
}
