import FleetModel

/// The numbers of the spot rule, each with its argument; one set for every price and cloud.
///
/// How they were found, and what they reach, is in docs/spot.md.
public struct SpotRules: Sendable, Hashable, Codable {
  // What a missing replica is worth
  /// On-demand hours a missing replica-hour is worth, whatever spot costs: what users lose.
  public var missingHour = 16.0
  /// And so many hours of the cheapest spot offering: where spot saves less, less is risked for it.
  public var missingSpotHours = 48.0

  // Hazard: scale / (age + offset) an hour, times `shortRegion` while siblings are down. Of
  // 15, 21 and 30 min, each with the scale that fits recorded losses, the offset that costs least
  // at equal missing time.
  public var ageOffset = Duration.minutes(21)
  public var hazardScale = 0.68
  /// Losses the prior of the pooled scale is worth.
  public var hazardWeight = 20.0
  /// Losses by which one offering is drawn to the pool: what is learned of it alone counts little.
  public var offeringWeight = 60.0
  /// Factor on the hazard while half or more of an offering's siblings, those of its region and
  /// family, are down: 1.4 and 3 gain less at equal missing time.
  public var shortRegion = 2.0
  /// Chance that a replica that covers another is lost with it. Zones do go down together, but
  /// counting on it gained nothing on the recorded ones: kept as a setting, off.
  public var jointLoss = 0.0

  /// A launch is spread over this time when a move is weighed; 0.3 to 3 h make no difference.
  public var moveHorizon = Duration.hours(1)
  /// Announced and unannounced losses the learned share of announced ones starts from, each: the
  /// prior that favours neither (Jeffreys), and is outweighed after a few losses.
  public var noticePrior = 0.5

  // Hold-down (SEMANTICS 4.10)
  /// So many interruptions within `restWindow` send an offering to rest for `restTime`; 0: never.
  public var restAfter = 3
  public var restWindow = Duration.minutes(60)
  public var restTime = Duration.hours(2)

  // Quarantine after a refused launch: 3, 6, 12, 24 min, then 24 (SEMANTICS 4.10)
  public var firstQuarantine = Duration.minutes(3)
  public var longestQuarantine = Duration.minutes(24)
  /// Up to this share is taken off, so that fleets do not come back in step.
  public var quarantineJitter = 0.1
  public var seed: UInt64 = 0

  /// No move between spot offerings for the price alone below this saving.
  public var priceSaving = 0.15
  /// Least time between two tries of an offering nobody looks at.
  public var probePause = Duration.minutes(10)

  public init() {}
}
