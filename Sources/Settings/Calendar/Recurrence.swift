public import FleetModel

/// A window of time that comes again and again in one zone.
///
/// A beginning that clocks skip is the first moment after the gap; one that they show twice is the
/// first of the two, except where the cron's hour is `*`, which means every hour that passes.
public struct Recurrence: Sendable, Hashable {
  public var cron: Cron
  public var end: End
  /// An IANA name this machine knows.
  public var timezone: String
  /// Days, in the zone, on which it does not begin.
  public var except: Set<Day>
  /// Days on which alone it begins; nil: every day.
  public var only: Set<Day>?

  public init(
    cron: Cron, end: End, timezone: String, except: Set<Day> = [], only: Set<Day>? = nil
  ) {
    self.cron = cron
    self.end = end
    self.timezone = timezone
    self.except = except
    self.only = only
  }

  public enum End: Sendable, Hashable {
    /// So much time has passed, however clocks were put in between.
    case after(Duration)
    /// The wall shows this minute of the day (0…1439) for the first time after the beginning.
    case at(Int)
  }

  /// The windows that meet `from..<until`, in order. Those that touch or overlap are one.
  public func windows(from: Timestamp, until: Timestamp) -> [Range<Timestamp>] {
    guard let clock = WallClock(timezone) else { return [] }
    let first = Self.day(of: clock.shown(at: Self.seconds(from) - reach)) - 1
    let last = Self.day(of: clock.shown(at: Self.seconds(until))) + 1
    let found = (first...last).map { Day(number: $0) }.filter(begins)
      .flatMap { spans(on: $0, clock) }
    return Self.joined(found)
      .map { Timestamp(seconds: $0.lowerBound)..<Timestamp(seconds: $0.upperBound) }
      .filter { $0.upperBound > from && $0.lowerBound < until }
  }

  private func begins(on day: Day) -> Bool {
    !except.contains(day) && (only?.contains(day) ?? true) && cron.fires(on: day)
  }

  /// How long before a moment a window that still holds can have begun, in seconds.
  private var reach: Int64 {
    switch end {
    case .after(let duration): duration.components.seconds
    case .at: 86_400 + 7200  // a day, and clocks put back by at most two hours
    }
  }

  private func spans(on day: Day, _ clock: WallClock) -> [Range<Int64>] {
    // Asking the zone's data for each beginning took most of the time: on most days it is one
    // subtraction.
    let offset = clock.steadyOffset(on: day)
    return cron.times.flatMap { time in
      let wall = day.seconds + Int64(time) * 60
      let starts = offset.map { [wall - $0] } ?? clock.moments(showing: wall)
      return starts.prefix(cron.isEveryHour ? 2 : 1).compactMap { start in
        let end = end(of: start, shown: wall, clock)
        return end > start ? start..<end : nil
      }
    }
  }

  private func end(of start: Int64, shown wall: Int64, _ clock: WallClock) -> Int64 {
    switch end {
    case .after(let duration): return start + duration.components.seconds
    case .at(let minute):
      let sameDay = Self.day(of: wall) * 86_400 + Int64(minute) * 60
      let moments = clock.moments(showing: sameDay > wall ? sameDay : sameDay + 86_400)
      return moments.first { $0 > start } ?? start
    }
  }

  private static func joined(_ spans: [Range<Int64>]) -> [Range<Int64>] {
    var joined: [Range<Int64>] = []
    for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, span.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        joined.append(span)
      }
    }
    return joined
  }

  private static func day(of wall: Int64) -> Int64 {
    Int64((Double(wall) / 86_400).rounded(.down))
  }

  private static func seconds(_ moment: Timestamp) -> Int64 {
    Int64((Double(moment.microseconds) / 1_000_000).rounded(.down))
  }
}
