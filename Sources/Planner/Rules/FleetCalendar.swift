public import FleetModel

/// What schedules say of the days ahead, as concrete intervals.
///
/// Calendars, zones, daylight saving and holidays are expanded outside the core (DECISIONS 27); a
/// plan only compares moments.
public struct FleetCalendar: Sendable, Hashable, Codable {
  /// What is said here holds for moments in this range; outside nothing is known.
  public var from: Timestamp
  public var until: Timestamp
  /// By pool; of overlapping windows the later one in the list wins.
  public var limits: [PoolName: [LimitWindow]]
  /// When each scheduled disruption budget is in force, by pool and the budget's place there.
  public var budgets: [PoolName: [BudgetWindow]]

  public init(
    from: Timestamp, until: Timestamp, limits: [PoolName: [LimitWindow]] = [:],
    budgets: [PoolName: [BudgetWindow]] = [:]
  ) {
    self.from = from
    self.until = until
    self.limits = limits
    self.budgets = budgets
  }
}

/// Limits of a pool for a time: scheduled minimum and maximum.
public struct LimitWindow: Sendable, Hashable, Codable {
  /// The schedule's name, for explanations.
  public var name: String
  public var from: Timestamp
  public var until: Timestamp
  public var minimum: Int?
  public var maximum: Int?
  /// Nothing shrinks in this time (protected hours).
  public var protects: Bool

  public init(
    name: String, from: Timestamp, until: Timestamp, minimum: Int? = nil, maximum: Int? = nil,
    protects: Bool = false
  ) {
    self.name = name
    self.from = from
    self.until = until
    self.minimum = minimum
    self.maximum = maximum
    self.protects = protects
  }

  public func contains(_ moment: Timestamp) -> Bool { from <= moment && moment < until }
}

/// When one of a pool's scheduled disruption budgets is in force.
public struct BudgetWindow: Sendable, Hashable, Codable {
  /// Index into `PoolRules.disruption`.
  public var budget: Int
  public var from: Timestamp
  public var until: Timestamp

  public init(budget: Int, from: Timestamp, until: Timestamp) {
    self.budget = budget
    self.from = from
    self.until = until
  }

  public func contains(_ moment: Timestamp) -> Bool { from <= moment && moment < until }
}
