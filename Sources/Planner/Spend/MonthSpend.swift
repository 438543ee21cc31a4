import CostModel
public import FleetModel

/// What a UTC calendar month has cost so far, by pool, exact to the nano-dollar.
public struct MonthSpend: Sendable, Hashable, Codable {
  /// 00:00 UTC on the first.
  public var month: Timestamp
  /// When counting began. In the middle of the month: what was before is not known.
  public var since: Timestamp
  /// The hour that `PoolSpend.hours` ends with.
  public var hour: Timestamp
  /// Up to where everything is counted.
  public var until: Timestamp
  public var pools: [PoolName: PoolSpend] = [:]
  /// By budget: the step last told of, and when it was reached.
  public var reached: [String: Reached] = [:]

  public struct Reached: Sendable, Hashable, Codable {
    public var step: BudgetStep
    public var at: Timestamp
  }

  init(at moment: Timestamp) {
    month = moment.startOfMonth
    since = moment
    hour = moment.startOfHour
    until = moment
  }
}

/// One pool's part of the month.
public struct PoolSpend: Sendable, Hashable, Codable {
  public var spent = Money.zero
  /// The part of a nano-dollar left over, in nano-dollar-microseconds an hour: 0 ..< 3.6 × 10⁹.
  public var carry: Int64 = 0
  /// Billed time of nodes of which no price is known.
  public var unpricedMicroseconds: Int64 = 0
  /// Money of the last hours, the present one last; a day of them at most.
  public var hours: [Money] = []
  /// What runs now, an hour.
  public var rate = HourlyRate.zero

  public init() {}

  /// Exact: the parts of an hour add up to the hour, however it is cut.
  mutating func add(_ rate: HourlyRate, for microseconds: Int64, to hour: Int?) {
    let product = Int128(rate.perHour.nanos) * Int128(microseconds) + Int128(carry)
    let (nanos, rest) = product.quotientAndRemainder(dividingBy: 3_600_000_000)
    carry = Int64(rest)
    let money = Money(nanos: Int64(nanos))
    spent += money
    if let hour, hours.indices.contains(hour) { hours[hour] += money }
  }
}

extension Memory {
  /// Takes in what was billed since the last tick. Costs nothing while there are no budgets.
  mutating func foldMonth(
    _ usage: [UsageHour], of snapshot: Snapshot, from: Timestamp, under rulebook: Rulebook
  ) {
    guard !rulebook.spend.budgets.isEmpty else {
      month = nil
      return
    }
    var spend = month ?? MonthSpend(at: from)
    spend.advance(to: snapshot.takenAt)
    for hour in usage { spend.add(hour) }
    spend.setRates(snapshot, KnownPrices(rulebook.prices, prices), rulebook)
    spend.until = snapshot.takenAt
    month = spend
    spend.noteSteps(of: BudgetStanding.all(self, at: snapshot.takenAt, under: rulebook))
    month = spend
  }
}

extension MonthSpend {
  /// Hours a pool's record reaches back: a whole day, so that its daily rhythm is in it.
  static let hoursKept = 24

  fileprivate mutating func advance(to now: Timestamp) {
    if now.startOfMonth > month {
      month = now.startOfMonth
      reached = [:]
      for name in Array(pools.keys) {
        pools[name]?.spent = .zero
        pools[name]?.unpricedMicroseconds = 0
      }
    }
    let steps = min(now.startOfHour.duration(since: hour).microseconds / 3_600_000_000, 24)
    guard steps > 0 else { return }
    hour = now.startOfHour
    for name in Array(pools.keys) {
      let hours = (pools[name]?.hours ?? []) + Array(repeating: .zero, count: Int(steps))
      pools[name]?.hours = Array(hours.suffix(Self.hoursKept))
    }
  }

  fileprivate mutating func add(_ usage: UsageHour) {
    let back = Int(hour.duration(since: usage.hour).microseconds / 3_600_000_000)
    var pool = pools[usage.pool] ?? PoolSpend()
    if pool.hours.count <= back, back < Self.hoursKept {
      let missing = Array(repeating: Money.zero, count: back + 1 - pool.hours.count)
      pool.hours = missing + pool.hours
    }
    // The last hour of the month before belongs to the day's rhythm, not to this month.
    let before = pool.spent
    if let rate = usage.rate {
      pool.add(rate, for: usage.billedMicroseconds, to: pool.hours.count - 1 - back)
    } else {
      pool.unpricedMicroseconds += usage.billedMicroseconds
    }
    if usage.hour < month { pool.spent = before }
    pools[usage.pool] = pool
  }

  fileprivate mutating func setRates(
    _ snapshot: Snapshot, _ prices: KnownPrices, _ rulebook: Rulebook
  ) {
    for name in Array(pools.keys) { pools[name]?.rate = .zero }
    let index = PoolIndex(rulebook)
    for node in snapshot.nodes where node.state != .stopped && node.state != .terminated {
      guard let pool = index.place(of: node).map({ rulebook.pools[$0] }),
        let rate = prices.rate(of: node, in: pool)
      else { continue }
      let now = pools[pool.name]?.rate.perHour ?? .zero
      pools[pool.name, default: PoolSpend()].rate = HourlyRate(perHour: now + rate.perHour)
    }
  }

  /// A step is reached once a month; falling back and reaching it again is no news.
  fileprivate mutating func noteSteps(of standings: [BudgetStanding]) {
    for standing in standings {
      guard let step = standing.step, reached[standing.name].map({ $0.step < step }) ?? true else {
        continue
      }
      reached[standing.name] = Reached(step: step, at: until)
    }
  }
}
