public import FleetModel

/// What a policy would have done with a recorded past, beside what was really done.
public struct HistoryScore: Sendable, Hashable {
  /// Stored ticks that were planned again.
  public var ticks = 0
  public var from: Timestamp?
  public var until: Timestamp?
  /// Time between looks that were near each other; other time does not count.
  public var covered = Duration.zero
  /// By pool: what the policy would have added to what was done.
  public var policy: [PoolName: Tally] = [:]
  /// By pool: what was really done.
  public var real: [PoolName: Tally] = [:]

  public init() {}

  public struct Tally: Sendable, Hashable {
    public var stops = 0
    /// Stops whose node had work again.
    public var coldStarts = 0
    /// Of these, stops whose node had work within the time a start takes: better not made.
    public var wrongStops = 0
    public var launches = 0
    /// Time off at its price, less stopped storage and the restarts.
    public var saved = Money.zero
    /// Stops that were really made and the policy would not have made at that moment.
    public var unmade = 0
    /// What those nodes would have cost while they were off; at most, because it may have stopped
    /// them later.
    public var unmadeCost = Money.zero

    public init() {}
  }

  /// The sum over all pools.
  public static func sum(_ tallies: [PoolName: Tally]) -> Tally {
    tallies.values.reduce(into: Tally()) { sum, part in
      sum.stops += part.stops
      sum.coldStarts += part.coldStarts
      sum.wrongStops += part.wrongStops
      sum.launches += part.launches
      sum.saved += part.saved
      sum.unmade += part.unmade
      sum.unmadeCost += part.unmadeCost
    }
  }

  /// Below this much of closely watched time no month is told unasked: AWS Compute Optimizer says
  /// nothing of an instance with less than 30 hours of metrics.
  public static let leastForMonth = Duration.hours(30)

  /// An amount of some time, as it would be in 30 days; nil of no time.
  public static func monthly(_ amount: Money, of time: Duration) -> Money? {
    guard time > .zero else { return nil }
    let month = Int128(Duration.days(30).microseconds)
    return Money(nanos: Int64(clamping: Int128(amount.nanos) * month / Int128(time.microseconds)))
  }
}
