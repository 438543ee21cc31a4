public import FleetModel

/// What one node type was measured to do with one model, and what a token costs there.
public struct NodeCapability: Sendable, Hashable, Codable {
  public var node: InstanceType
  public var model: String
  /// Offered requests per second in the run.
  public var offeredRate: Double
  /// Requests per second that were answered.
  public var achievedRate: Double
  public var inputTokensPerSecond: Double
  public var outputTokensPerSecond: Double
  /// Time to first token from the *intended* send time, milliseconds.
  public var timeToFirstToken: Quantiles
  /// Whole answer from the intended send time, milliseconds.
  public var latency: Quantiles
  public var requests: Int
  public var failures: Int
  public var rate: HourlyRate
  /// For a million output tokens at the node's price; nil when too few tokens were seen to say.
  public var perMillionOutputTokens: Money?
  public var measuredAt: Timestamp
  /// Why the figures should not be used ("client lagged"); nil when they may.
  public var invalid: String?

  public init(
    node: InstanceType, model: String, offeredRate: Double, achievedRate: Double,
    inputTokensPerSecond: Double, outputTokensPerSecond: Double, timeToFirstToken: Quantiles,
    latency: Quantiles, requests: Int, failures: Int, rate: HourlyRate,
    perMillionOutputTokens: Money?, measuredAt: Timestamp, invalid: String? = nil
  ) {
    self.node = node
    self.model = model
    self.offeredRate = offeredRate
    self.achievedRate = achievedRate
    self.inputTokensPerSecond = inputTokensPerSecond
    self.outputTokensPerSecond = outputTokensPerSecond
    self.timeToFirstToken = timeToFirstToken
    self.latency = latency
    self.requests = requests
    self.failures = failures
    self.rate = rate
    self.perMillionOutputTokens = perMillionOutputTokens
    self.measuredAt = measuredAt
    self.invalid = invalid
  }

  /// Points of a distribution, in milliseconds.
  public struct Quantiles: Sendable, Hashable, Codable {
    public var p50: Double
    public var p90: Double
    public var p99: Double
    public var max: Double
    public init(p50: Double, p90: Double, p99: Double, max: Double) {
      self.p50 = p50
      self.p90 = p90
      self.p99 = p99
      self.max = max
    }
  }
}
