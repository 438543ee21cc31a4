import Foundation

/// The clock on the wall of one time zone. Seconds of wall time are counted as if it were UTC.
struct WallClock {
  private let zone: TimeZone

  /// nil when this machine knows no such zone. "GMT+5" is no IANA name, and its sign is read both
  /// ways by different programs.
  init?(_ name: String) {
    guard !name.hasPrefix("GMT"), let zone = TimeZone(identifier: name) else { return nil }
    self.zone = zone
  }

  static func knows(_ name: String) -> Bool { WallClock(name) != nil }

  /// What the wall shows at a moment in seconds since 1970 UTC.
  func shown(at moment: Int64) -> Int64 { moment + offset(at: moment) }

  /// What wall time is ahead of UTC by all day long, in seconds; nil on days near a change.
  func steadyOffset(on day: Day) -> Int64? {
    let before = offset(at: day.seconds - 86_400)
    return before == offset(at: day.seconds + 2 * 86_400) ? before : nil
  }

  /// The moments at which the wall shows this time, in order: one, or two where clocks are put
  /// back. Where clocks are put forward over it: the first moment after the gap.
  func moments(showing wall: Int64) -> [Int64] {
    // No zone has changed twice within two days, so the offsets a day before and after are all
    // there are.
    let before = offset(at: wall - 86_400)
    let after = offset(at: wall + 86_400)
    let found = Set([wall - before, wall - after]).filter { shown(at: $0) == wall }.sorted()
    return found.isEmpty
      ? [change(from: wall - max(before, after), to: wall - min(before, after))] : found
  }

  /// The first second in (from, to] with another offset than at `from`.
  private func change(from: Int64, to: Int64) -> Int64 {
    var low = from - 86_400
    var high = to + 86_400
    let old = offset(at: low)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(at: middle) == old { low = middle } else { high = middle }
    }
    return high
  }

  private func offset(at moment: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
  }
}
