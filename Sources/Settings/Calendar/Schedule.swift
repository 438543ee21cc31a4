public import FleetModel
public import Planner

/// A pool's limits for the times that come again.
public struct Schedule: Sendable, Hashable {
  /// Its name, else its cron text.
  public var name: String
  public var recurrence: Recurrence
  /// nil: the pool's own.
  public var minimum: Int?
  public var maximum: Int?
  /// Nothing shrinks in these hours.
  public var protects: Bool
}

/// What the schedules of the settings say of the days from `from` on, as concrete windows.
///
/// Pure in its inputs and this machine's zone data. Windows keep their true ends, also where those
/// lie outside the days asked for.
public func calendar(
  for settings: Settings, from: Timestamp, days: Int = 8
) -> FleetCalendar {
  let until = from.advanced(by: .days(Int64(days)))
  let limits = settings.schedules.mapValues { schedules in
    schedules.flatMap { schedule in
      schedule.recurrence.windows(from: from, until: until).map {
        LimitWindow(
          name: schedule.name, from: $0.lowerBound, until: $0.upperBound,
          minimum: schedule.minimum, maximum: schedule.maximum, protects: schedule.protects)
      }
    }
  }
  let budgets = settings.disruptionTimes.mapValues { times in
    times.sorted { $0.key < $1.key }.flatMap { budget, recurrence in
      recurrence.windows(from: from, until: until).map {
        BudgetWindow(budget: budget, from: $0.lowerBound, until: $0.upperBound)
      }
    }
  }
  return FleetCalendar(from: from, until: until, limits: limits, budgets: budgets)
}
