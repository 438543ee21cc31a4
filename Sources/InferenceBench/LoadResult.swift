public import CostModel
public import FleetModel

/// What a run measured.
public struct LoadResult: Sendable, Hashable {
  public var node: InstanceType
  public var model: String
  public var rate: HourlyRate
  public var measuredAt: Timestamp

  /// Requests the schedule had.
  public var offered: Int
  public var offeredRate: Double
  public var answered: Int
  /// Only classes that occurred.
  public var failures: [LoadFailure: Int]
  /// Statuses other than 200.
  public var statuses: [Int: Int]
  /// What the node is billed for: from the start to the planned end, or to the last answer where
  /// that is later.
  public var window: Duration
  /// The part of the window in which at least one request was due and not over.
  public var busy: Duration

  /// From the servers' `usage`; of answered requests only.
  public var inputTokens: Int
  /// From `usage`, from the events with text where a server gives none.
  public var outputTokens: Int
  /// Answers without a `usage`.
  public var withoutUsage: Int
  /// Answers that came whole though a stream was asked for, or none was.
  public var unstreamed: Int
  /// Events with text against tokens in `usage`: 1 when each token had its own event; nil without
  /// streamed answers that had a usage.
  public var eventsPerToken: Double?

  // Milliseconds, of answered requests; nil when there are none.
  /// From the moment the schedule says: what a user waits.
  public var firstTokenFromIntended: NodeCapability.Quantiles?
  /// From the moment the bytes went out: what the server took.
  public var firstTokenFromSent: NodeCapability.Quantiles?
  public var answerFromIntended: NodeCapability.Quantiles?
  public var answerFromSent: NodeCapability.Quantiles?
  /// (last − first token) / (tokens − 1), one value for an answer.
  public var perToken: NodeCapability.Quantiles?
  /// Between reads that brought tokens.
  public var betweenTokens: NodeCapability.Quantiles?
  /// Share of neighbouring tokens that came in one read, whose distance nobody can know; nil
  /// without such neighbours.
  public var coalescedShare: Double?

  /// How late the client itself was: begun − intended, of requests not held at the bound.
  public var clientLag: NodeCapability.Quantiles?
  /// Waits at the bound of requests in flight.
  public var held: NodeCapability.Quantiles?
  public var heldRequests: Int
  public var connecting: NodeCapability.Quantiles?
  public var connections: Int
  /// Requests sent a second time since the server had closed the idle connection.
  public var resent: Int
  /// Share of the run the client's thread was on a CPU.
  public var clientBusyShare: Double
  /// Share of the run it was ready and had to wait for one; nil where the kernel does not say.
  public var clientWaitingShare: Double?
  public var clientCPU: Duration

  /// Why the figures should not be used; empty when they may.
  public var invalid: [String]
  /// What to know when using them.
  public var notes: [String]
  public var records: [RequestRecord]

  public var failed: Int { failures.values.reduce(0, +) }
  public var achievedRate: Double { perSecond(answered) }
  public var outputTokensPerSecond: Double { perSecond(outputTokens) }
  public var inputTokensPerSecond: Double { perSecond(inputTokens) }
  /// busy / window, 0...1.
  public var utilization: Double { window > .zero ? busy.inSeconds / window.inSeconds : 0 }

  /// For a million output tokens when the whole window is paid for: the price at the utilisation of
  /// this run. nil below `TokenPrice.fewestTokens`.
  public var perMillionOutputTokens: Money? {
    TokenPrice.perMillion(tokens: outputTokens, over: window, at: rate)
  }

  /// The same with only the busy time paid for: the price if the node always had this load.
  public var perMillionWhileBusy: Money? {
    TokenPrice.perMillion(tokens: outputTokens, over: busy, at: rate)
  }

  /// The row the fleet's memory keeps; nil when nothing was answered.
  public var capability: NodeCapability? {
    guard let firstTokenFromIntended, let answerFromIntended else { return nil }
    return NodeCapability(
      node: node, model: model, offeredRate: offeredRate, achievedRate: achievedRate,
      inputTokensPerSecond: inputTokensPerSecond, outputTokensPerSecond: outputTokensPerSecond,
      timeToFirstToken: firstTokenFromIntended, latency: answerFromIntended, requests: offered,
      failures: failed, rate: rate, perMillionOutputTokens: perMillionOutputTokens,
      measuredAt: measuredAt, invalid: invalid.isEmpty ? nil : invalid.joined(separator: "; "))
  }

  private func perSecond(_ count: Int) -> Double {
    window > .zero ? Double(count) / window.inSeconds : 0
  }
}
