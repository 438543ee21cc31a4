/// What was asked of a pool over one interval, in the pool's own measure.
///
/// Absent is not zero: a pool of which nothing valid was heard has no value of this type.
public struct PoolDemand: Sendable, Hashable, Codable {
  /// The end of the interval.
  public var at: Timestamp
  public var interval: Duration
  /// Mean replicas' worth of work that arrived; 1 keeps one replica fully at work.
  public var offered: Double
  /// Work that waits at the end, in replica-seconds.
  public var backlog: Double
  /// Requests that wait, in all.
  public var waiting: Double?
  /// Requests being worked on, in all.
  public var running: Double?
  /// The fullest key-value cache of any replica, 0…1 (SEMANTICS 4.6: the largest of a minute).
  public var cacheUsage: Double?
  /// Mean time to first token over the interval. Servers count a sum and a number; where the mean is
  /// over an SLO its 95th percentile is too, so this asks for a replica later, never too early.
  public var timeToFirstToken: Duration?
  /// Tokens made a second, in all.
  public var tokensPerSecond: Double?

  public init(
    at: Timestamp, interval: Duration, offered: Double, backlog: Double = 0,
    waiting: Double? = nil, running: Double? = nil, cacheUsage: Double? = nil,
    timeToFirstToken: Duration? = nil, tokensPerSecond: Double? = nil
  ) {
    self.tokensPerSecond = tokensPerSecond
    self.at = at
    self.interval = interval
    self.offered = offered
    self.backlog = backlog
    self.waiting = waiting
    self.running = running
    self.cacheUsage = cacheUsage
    self.timeToFirstToken = timeToFirstToken
  }
}

/// How many replicas a cloud keeps for a pool that is sized by a count: an endpoint, a deployment,
/// a scaling group.
public struct ReplicaCount: Sendable, Hashable, Codable {
  /// Serving.
  public var ready: Int
  /// On the way: launched and not serving yet.
  public var pending: Int

  public init(ready: Int, pending: Int) {
    self.ready = ready
    self.pending = pending
  }

  public var total: Int { ready + pending }
}
