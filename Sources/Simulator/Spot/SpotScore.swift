public import FleetModel

/// One hour of a spot backtest, for charts: the state at its end, and what was missing in it.
public struct SpotHour: Sendable, Hashable, Codable {
  public var upZones: Int
  public var spotReady: Int
  public var onDemandReady: Int
  /// Replica-hours.
  public var missing: Double
  /// What was spent up to its end.
  public var spent: Money

  public init(
    upZones: Int, spotReady: Int, onDemandReady: Int, missing: Double, spent: Money
  ) {
    self.upZones = upZones
    self.spotReady = spotReady
    self.onDemandReady = onDemandReady
    self.missing = missing
    self.spent = spent
  }
}

/// What a policy cost and what it left missing.
public struct SpotScore: Sendable, Hashable, Codable {
  public var policy: String
  public var costUSD: Money
  public var clairvoyantUSD: Money
  /// Share of the needed replica-time that was missing, 0 to 1.
  public var missingShare: Double
  /// Share of the time in which anything was missing, 0 to 1.
  public var timeShort: Double
  /// Replicas taken away.
  public var preemptions: Double
  public var launches: Double
  public var spotHours: Double
  public var onDemandHours: Double
  /// A point an hour; what is left of the last hour has none.
  public var series: [SpotHour]

  public init(
    policy: String, costUSD: Money, clairvoyantUSD: Money, missingShare: Double, timeShort: Double,
    preemptions: Double, launches: Double, spotHours: Double, onDemandHours: Double,
    series: [SpotHour]
  ) {
    self.policy = policy
    self.costUSD = costUSD
    self.clairvoyantUSD = clairvoyantUSD
    self.missingShare = missingShare
    self.timeShort = timeShort
    self.preemptions = preemptions
    self.launches = launches
    self.spotHours = spotHours
    self.onDemandHours = onDemandHours
    self.series = series
  }

  /// Cost over the clairvoyant's; nil when that is nothing.
  public var ratio: Double? {
    clairvoyantUSD == .zero ? nil : Double(costUSD.nanos) / Double(clairvoyantUSD.nanos)
  }

  /// The mean of runs that differ in their seeds; the series is the first one's.
  public static func mean(_ runs: [SpotScore]) -> SpotScore? {
    guard var mean = runs.first else { return nil }
    let count = Double(runs.count)
    func average(_ value: (SpotScore) -> Double) -> Double {
      runs.reduce(0) { $0 + value($1) } / count
    }
    mean.costUSD = Money(nanos: Money.sum(runs.map(\.costUSD)).nanos / Int64(runs.count))
    mean.clairvoyantUSD = Money(
      nanos: Money.sum(runs.map(\.clairvoyantUSD)).nanos / Int64(runs.count))
    mean.missingShare = average(\.missingShare)
    mean.timeShort = average(\.timeShort)
    mean.preemptions = average(\.preemptions)
    mean.launches = average(\.launches)
    mean.spotHours = average(\.spotHours)
    mean.onDemandHours = average(\.onDemandHours)
    return mean
  }
}
