public import FleetModel

/// Where a pool's capacity may be bought, in the order of the fallback ladder (SEMANTICS 4.10).
public struct SpotPlaces: Sendable, Hashable, Codable {
  /// Spot offerings, the nearest first: same type in other zones, other types, other regions.
  public var offerings: [Offering]
  /// On-demand, when no spot offering is worth it.
  public var onDemand: LaunchSpec?
  /// Pools that take over when this one can get nothing at all (serverless overflow last).
  public var overflow: [PoolName]
  /// Replicas always on demand; 1 for pools with an SLO.
  public var baseOnDemand: Int
  /// From launch to serving, until measured.
  public var coldStart: Duration
  /// A move for price alone needs at least this saving, 0…1 (SEMANTICS 4.10: 15 %†).
  public var leastAdvantage: Double

  public init(
    offerings: [Offering], onDemand: LaunchSpec? = nil, overflow: [PoolName] = [],
    baseOnDemand: Int = 0, coldStart: Duration = .minutes(2), leastAdvantage: Double = 0.15
  ) {
    self.offerings = offerings
    self.onDemand = onDemand
    self.overflow = overflow
    self.baseOnDemand = baseOnDemand
    self.coldStart = coldStart
    self.leastAdvantage = leastAdvantage
  }

  /// A place spot capacity is bought at, and its price.
  public struct Offering: Sendable, Hashable, Codable {
    /// "us-east-1a/g5.xlarge", for explanations and keys.
    public var name: String
    public var launch: LaunchSpec
    /// The spot price as a share of the on-demand price, above 0; nil: from the price book.
    public var share: Double?

    public init(name: String, launch: LaunchSpec, share: Double? = nil) {
      self.name = name
      self.launch = launch
      self.share = share
    }
  }
}
