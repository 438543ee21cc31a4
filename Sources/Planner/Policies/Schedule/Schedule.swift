import FleetModel

/// Scheduled limits: what people wrote down for certain hours.
///
/// What each window says is said by the last window in the list that speaks of it; any window that
/// protects, protects. A minimum that begins within one start is kept now, because nodes have to
/// be up when its window begins. A calendar that does not reach to now says nothing of limits, and
/// so nothing is taken away from a pool that has schedules.
struct Schedule: Policy {
  static let name = "schedule"

  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    guard let calendar = fleet.snapshot.calendar, let windows = calendar.limits[pool.rules.name]
    else { return }
    guard calendar.from <= fleet.now, fleet.now < calendar.until else {
      let stale = Reason.scheduled(name: "calendar out of date", until: calendar.until)
      return sizing.holdShrinking(by: Self.name, stale)
    }
    let present = ScheduledLimits(windows, at: fleet.now)
    if let window = present.protection {
      sizing.holdShrinking(
        by: Self.name, .protectedHours(name: window.name, until: window.until))
    }
    let floors = [present.minimum].compactMap(\.self) + begun(windows, pool, in: fleet)
    for floor in floors { sizing.raiseFloor(to: floor.count, by: Self.name, floor.reason) }
    guard let ceiling = present.maximum else { return }
    // A closed hour does not keep the next one from being ready.
    let coming = floors.dropFirst(present.minimum == nil ? 0 : 1).map(\.count).max() ?? 0
    sizing.lowerCeiling(to: max(ceiling.count, coming), by: Self.name, ceiling.reason)
  }

  /// The minima that begin within one start and one evaluation from now.
  private func begun(
    _ windows: [LimitWindow], _ pool: PoolView, in fleet: FleetView
  ) -> [ScheduledLimits.Limit] {
    let horizon = fleet.now.advanced(by: pool.expectedStart + fleet.rulebook.scrapeInterval)
    let starts = windows.filter { fleet.now < $0.from && $0.from <= horizon }.map(\.from)
    return Set(starts).sorted().compactMap { ScheduledLimits(windows, at: $0).minimum }
  }
}

/// What a pool's windows say of one moment.
struct ScheduledLimits {
  var minimum: Limit?
  var maximum: Limit?
  var protection: LimitWindow?

  struct Limit {
    var count: Int
    var reason: Reason
  }

  init(_ windows: [LimitWindow], at moment: Timestamp) {
    for window in windows where window.contains(moment) {
      let reason = Reason.scheduled(name: window.name, until: window.until)
      if let count = window.minimum { minimum = Limit(count: count, reason: reason) }
      if let count = window.maximum { maximum = Limit(count: count, reason: reason) }
      if window.protects { protection = window }
    }
  }
}
