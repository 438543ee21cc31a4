public import FleetModel

/// How far a month's budget will be used.
public enum BudgetStep: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case inform
  case spotOnly = "spot_only"
  case freeze, shrink

  public static func < (left: BudgetStep, right: BudgetStep) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}

/// Where a budget stands, and where the month will end.
///
/// The forecast carries on what a day costs: the mean of the last 24 hours, so that a daily peak is
/// not taken for the month; hours of it that were not watched count at what runs now. P50 is that
/// for all the time left. P90 is as if every hour left were like the tenth dearest in a hundred of
/// those hours: an upper bound, since dear hours do not all come together.
public struct BudgetStanding: Sendable, Hashable, Codable {
  public var name: String
  public var monthly: Money
  public var spent: Money
  public var median: Money
  public var high: Money
  /// The highest step that `median` (or what is spent already) has reached.
  public var step: BudgetStep?
  /// Counting began in the middle of the month; what was before is unknown.
  public var countedSince: Timestamp?
  /// Billed time without a price is in none of these figures.
  public var hasUnpriced: Bool

  static func all(
    _ memory: Memory, at now: Timestamp, under rulebook: Rulebook
  ) -> [BudgetStanding] {
    guard let month = memory.month, month.month == now.startOfMonth else { return [] }
    return rulebook.spend.budgets.map { BudgetStanding($0, month, at: now) }
  }

  private init(_ budget: MonthlyBudget, _ month: MonthSpend, at now: Timestamp) {
    let pools =
      budget.pools.isEmpty
      ? Array(month.pools.values) : budget.pools.compactMap { month.pools[$0] }
    let left = max(.zero, now.nextMonth.duration(since: month.until))
    let pace = Pace(pools, month, at: now)
    name = budget.name
    monthly = budget.monthly
    spent = Money.sum(pools.map(\.spent))
    median = spent + Self.cost(of: pace.mean, for: left)
    high = spent + Self.cost(of: pace.high, for: left)
    countedSince = month.since > month.month ? month.since : nil
    hasUnpriced = pools.contains { $0.unpricedMicroseconds > 0 }
    let reached = budget.step(at: median)
    // Less than a day of watching is no ground to take anything away.
    let isSure = pace.isWholeDay || budget.step(at: spent) == .shrink
    step = reached == .shrink && !isSure ? .freeze : reached
  }

  /// Never out of range: a forecast is no place to trap.
  private static func cost(of hourly: Int128, for time: Duration) -> Money {
    let nanos = hourly * Int128(time.microseconds) / 3_600_000_000
    return Money(nanos: Int64(clamping: min(nanos, Int128(Int64.max / 2))))
  }

  /// What an hour of some pools costs, in nano-dollars.
  private struct Pace {
    var mean: Int128
    var high: Int128
    var isWholeDay: Bool

    init(_ pools: [PoolSpend], _ month: MonthSpend, at now: Timestamp) {
      let day = MonthSpend.hoursKept
      let hours = (0..<day).map { back in
        pools.reduce(Int128(0)) { sum, pool in
          let index = pool.hours.count - 1 - back
          return sum + Int128(index >= 0 ? pool.hours[index].nanos : 0)
        }
      }
      let running = pools.reduce(Int128(0)) { $0 + Int128($1.rate.perHour.nanos) }
      let oldest = month.hour.advanced(by: .zero - .hours(Int64(day - 1)))
      let begin = max(month.since, oldest)
      let watched = max(0, Int128(month.until.duration(since: begin).microseconds))
      let whole = Int128(day) * 3_600_000_000
      let rest = running * max(0, whole - watched) / 3_600_000_000
      mean = (hours.reduce(0, +) + rest) / Int128(day)
      isWholeDay = month.since <= oldest
      let past = hours.indices.dropFirst().filter {
        month.hour.advanced(by: .zero - .hours(Int64($0))) >= month.since
      }
      let sorted = (past.map { hours[$0] } + [running]).sorted()
      let rank = Int((Double(sorted.count) * 0.9).rounded(.up))
      high = max(mean, sorted[max(0, rank - 1)])
    }
  }
}

extension MonthlyBudget {
  func step(at money: Money) -> BudgetStep? {
    let share = Double(money.nanos) / Double(max(1, monthly.nanos))
    if share >= shrinkAt { return .shrink }
    if share >= freezeAt { return .freeze }
    if share >= spotOnlyAt { return .spotOnly }
    return share >= informAt ? .inform : nil
  }

  func pays(for pool: PoolName) -> Bool { pools.isEmpty || pools.contains(pool) }
}
