public import FleetModel

/// How many of a pool's requests were late, minute by minute, for the last hour.
public struct ErrorBudgetMemory: Sendable, Hashable, Codable {
  /// Oldest first; minutes nothing was heard of are not in it.
  public private(set) var minutes: [Minute] = []

  public struct Minute: Sendable, Hashable, Codable {
    public var start: Timestamp
    public var late: Double
    public var total: Double
  }

  public init() {}

  /// The clock was set back: minutes that have yet to come would keep out those that come.
  mutating func comeBack(to moment: Timestamp) { minutes.removeAll { $0.start > moment } }

  /// Takes in one interval that ends at `moment`. Figures that cannot be are left out.
  public mutating func fold(late: Double, total: Double, at moment: Timestamp) {
    guard late.isFinite, total.isFinite, late >= 0, total >= late else { return }
    let minute: Int64 = 60_000_000
    let start = Timestamp(microseconds: moment.microseconds / minute * minute)
    guard minutes.last.map({ $0.start <= start }) ?? true else { return }
    minutes.removeAll { moment.duration(since: $0.start) >= .hours(1) }
    guard let last = minutes.last, last.start == start else {
      return minutes.append(Minute(start: start, late: late, total: total))
    }
    minutes[minutes.count - 1].late += late
    minutes[minutes.count - 1].total += total
  }

  /// Late requests by all, and all, of the time before `now`.
  func sums(over window: Duration, at now: Timestamp) -> (late: Double, total: Double) {
    minutes.reduce(into: (0, 0)) { sums, minute in
      guard now.duration(since: minute.start) < window else { return }
      sums.late += minute.late
      sums.total += minute.total
    }
  }
}

extension Memory {
  /// Takes in how many of a pool's requests were late in an interval that ends at `moment`.
  public mutating func foldLateness(
    of pool: PoolName, late: Double, total: Double, at moment: Timestamp
  ) {
    var memory = pools[pool, default: PoolMemory()].errorBudget ?? ErrorBudgetMemory()
    memory.fold(late: late, total: total, at: moment)
    pools[pool, default: PoolMemory()].errorBudget = memory
  }
}
