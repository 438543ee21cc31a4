import FleetModel
import Planner
import Settings
import Synchronization

/// The schedules of the days ahead, written out anew once a day.
///
/// Writing them out takes seconds for hundreds of pools in a slow build, and a plan is made every
/// few seconds; the days ahead reach further than a page is used.
final class CalendarPages: Sendable {
  private let settings: Settings
  private let last = Mutex<FleetCalendar?>(nil)
  /// A page is used for a day of the eight it covers.
  private static let age = Duration.days(1)

  init(_ settings: Settings) { self.settings = settings }

  /// The page for a moment; nil when nothing is scheduled.
  @Sendable func page(at now: Timestamp) -> FleetCalendar? {
    guard !settings.schedules.isEmpty || !settings.disruptionTimes.isEmpty else { return nil }
    return last.withLock { kept in
      if let kept, kept.from <= now, now.duration(since: kept.from) < Self.age { return kept }
      let page = calendar(for: settings, from: now)
      kept = page
      return page
    }
  }
}
