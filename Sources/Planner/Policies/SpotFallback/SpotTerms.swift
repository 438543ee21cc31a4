import FleetModel

/// A place where spot capacity can be bought: one machine type in one zone.
public struct SpotOffering: Sendable, Hashable, Codable {
  /// Unique among the offerings of a pool, as "g6e.xlarge/us-east-1c".
  public var name: String
  /// Offerings in one region share what makes capacity short; zones alone do not.
  public var region: String
  /// Machine family, as "g6e": quotas are counted by region and family.
  public var family: String
  /// Rung of the ladder: 0 same pool, 1 other zone, 2 other pool, 3 other region; it breaks ties.
  public var rank: Int
  /// Spot price as a share of the on-demand price, more than 0; from 1 on nothing is bought here.
  public var share: Double

  public init(
    name: String, region: String, family: String = "", rank: Int = 0, share: Double
  ) {
    self.name = name
    self.region = region
    self.family = family
    self.rank = rank
    self.share = share
  }
}

/// What a pool asks of spot capacity, and where it may be bought, in a fixed order.
public struct SpotTerms: Sendable, Hashable, Codable {
  public var offerings: [SpotOffering]
  /// Replicas that are to be ready at all times, on-demand ones included.
  public var replicas: Int
  /// Replicas that may be held in all, spares and those about to be replaced included; nil: no
  /// limit. Where there is no room for one more than is needed, nothing moves before it is lost.
  public var mostReplicas: Int?
  /// Replicas that are always on-demand, whatever spot costs.
  public var baseOnDemand: Int
  /// Time between two looks.
  public var interval: Duration
  /// Time from a launch to ready.
  public var coldStart: Duration
  /// How long before a loss it is announced, where it is announced (AWS: 120 s).
  public var noticeLead: Duration
  public var rules: SpotRules

  public init(
    offerings: [SpotOffering], replicas: Int, mostReplicas: Int? = nil, baseOnDemand: Int = 0,
    interval: Duration, coldStart: Duration, noticeLead: Duration = .seconds(120),
    rules: SpotRules = SpotRules()
  ) {
    self.offerings = offerings
    self.replicas = max(0, replicas)
    self.mostReplicas = mostReplicas
    self.baseOnDemand = min(max(0, baseOnDemand), max(0, replicas))
    self.interval = interval
    self.coldStart = coldStart
    self.noticeLead = noticeLead
    self.rules = rules
  }
}

extension SpotTerms {
  /// Hours of one interval; never zero.
  var step: Double { max(interval.inSeconds, 0.001) / 3600 }

  /// Intervals that `duration` fills, the last one begun counted whole.
  func intervals(in duration: Duration) -> Int {
    let one = max(interval.microseconds, 1)
    return Int((max(duration.microseconds, 0) + one - 1) / one)
  }

  /// Intervals a replica is missing after a loss nobody announced: the cold start, and the interval
  /// in which the loss is seen.
  var surpriseIntervals: Int { intervals(in: coldStart) + 1 }

  /// Intervals a replica is missing after a loss that was announced; at least the one of the loss.
  var announcedIntervals: Int { max(1, surpriseIntervals - intervals(in: noticeLead)) }
}
