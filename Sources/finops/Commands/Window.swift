import ArgumentParser
import FleetModel

/// A time a person asks for: "7d", "24h", "2026-11-01", "2026-11-01T06:00:00Z", "mtd", "now".
enum Window {
  /// The moment `text` names, seen from `now`; nil when it names none.
  static func moment(_ text: String, now: Timestamp) -> Timestamp? {
    if text == "now" { return now }
    if text == "mtd" { return Timestamp(rfc3339: "\(now)".prefix(7) + "-01") }
    if let length = Duration(words: text) { return now.advanced(by: .zero - length) }
    return Timestamp(rfc3339: text)
  }

  /// Whole UTC hours that cover what was asked for: node-hours are the grain of the report.
  static func range(since: String, until: String, now: Timestamp) throws -> Range<Timestamp> {
    guard let from = moment(since, now: now) else { throw refusal("--since", since) }
    guard let to = moment(until, now: now) else { throw refusal("--until", until) }
    guard from < to else {
      throw ValidationError("--since \(since) is not before --until \(until)")
    }
    let end = to.nextHour
    return from.startOfHour..<end
  }

  private static func refusal(_ option: String, _ text: String) -> ValidationError {
    ValidationError(
      "\(option) \(text): say 7d, 24h, mtd, 2026-11-01 or 2026-11-01T06:00:00Z")
  }
}
