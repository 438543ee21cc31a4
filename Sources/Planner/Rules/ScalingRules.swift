public import FleetModel

/// How a serving pool follows its demand (SEMANTICS 4.5, 4.6).
public struct ScalingRules: Sendable, Hashable, Codable {
  /// Requests in flight that keep one replica fully at work.
  public var targetInFlight: Double
  /// Requests a second one replica was measured to serve within its SLO; nil: not measured.
  public var requestsPerSecond: Double?
  /// Tokens a second one replica was measured to make; nil: not measured.
  public var tokensPerSecond: Double?
  /// The longest wait the SLO allows.
  public var slackWait: Duration
  /// From launch to serving, until the pool's own launches have been measured.
  public var coldStart: Duration
  /// Time to first token the SLO allows; nil: not watched.
  public var timeToFirstToken: Duration?
  public var stance: DemandTerms.Stance
  /// How long a replica must have been without a request before it is released.
  public var drain: Duration
  /// Fixed steps and delays of SEMANTICS 4.6, off by default (DECISIONS 22).
  public var scaleDownDelay: Duration?
  public var stepUp: Int?
  /// Nothing shrinks for this long after demand was twice what stood ready; off by default.
  public var burstHold: Duration?
  /// The share of requests that may be late, above 0, that burn rates are measured by: 99 % in
  /// time is the usual promise of an inference endpoint†.
  public var errorBudget: Double

  public init(
    targetInFlight: Double = 1, requestsPerSecond: Double? = nil, tokensPerSecond: Double? = nil,
    slackWait: Duration = .seconds(10), coldStart: Duration = .minutes(2),
    timeToFirstToken: Duration? = nil, stance: DemandTerms.Stance = .standard,
    drain: Duration = .minutes(1), scaleDownDelay: Duration? = nil, stepUp: Int? = nil,
    burstHold: Duration? = nil, errorBudget: Double = 0.01
  ) {
    self.burstHold = burstHold
    self.errorBudget = errorBudget
    self.targetInFlight = targetInFlight
    self.requestsPerSecond = requestsPerSecond
    self.tokensPerSecond = tokensPerSecond
    self.slackWait = slackWait
    self.coldStart = coldStart
    self.timeToFirstToken = timeToFirstToken
    self.stance = stance
    self.drain = drain
    self.scaleDownDelay = scaleDownDelay
    self.stepUp = stepUp
  }
}
