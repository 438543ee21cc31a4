public import FleetModel

/// What a rule would have cost, and whom it would have kept waiting.
public struct DemandResult: Sendable, Hashable {
  public var policy: String
  public var cost: Money
  /// The time of all replicas, ready or not, together.
  public var billed: Duration
  /// What one who knew the demand would have paid.
  public var clairvoyant: Money
  /// Requests that waited longer than allowed, as a fraction of 1.
  public var lateShare: Double
  public var peakReplicas: Int
  /// Replicas ordered, those taken back later included, those of the beginning not.
  public var starts: Int
  public var requests: Double
  public var series: DemandSeries

  public init(
    policy: String, cost: Money, billed: Duration, clairvoyant: Money, lateShare: Double,
    peakReplicas: Int, starts: Int, requests: Double, series: DemandSeries
  ) {
    self.policy = policy
    self.cost = cost
    self.billed = billed
    self.clairvoyant = clairvoyant
    self.lateShare = lateShare
    self.peakReplicas = peakReplicas
    self.starts = starts
    self.requests = requests
    self.series = series
  }

  /// Cost ÷ clairvoyant cost; nil when the demand costs one who knew it nothing.
  public var ratio: Ratio? { Ratio(cost, over: clairvoyant) }
}

/// One amount over another, in millionths; may be more than 1.
public struct Ratio: Sendable, Hashable, Comparable {
  public var millionths: Int64

  public init(millionths: Int64) { self.millionths = millionths }

  /// Rounded half up; nil unless the second amount is positive.
  public init?(_ amount: Money, over whole: Money) {
    guard whole > .zero else { return nil }
    let scaled = Int128(amount.nanos) * 2_000_000 + Int128(whole.nanos)
    guard let ratio = Int64(exactly: scaled / (Int128(whole.nanos) * 2)) else { return nil }
    millionths = ratio
  }

  public var value: Double { Double(millionths) / 1_000_000 }

  public static func < (left: Ratio, right: Ratio) -> Bool { left.millionths < right.millionths }
}
