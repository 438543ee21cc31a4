/// What the rule must know of the pool and its promise to users.
public struct DemandTerms: Sendable, Hashable, Codable {
  /// How much a user's wait is worth against capacity.
  public enum Stance: String, Sendable, Hashable, Codable, CaseIterable {
    /// A late request is weighed against what keeping it in time would cost.
    case standard
    /// Never fewer replicas than `standard` on the same evidence, and a floor beneath: a longer
    /// memory of bursts, nothing rounded down, one replica warm at the hours that see work.
    case strict
  }

  /// Between two looks; not longer than a day.
  public var interval: Duration
  /// From launch to serving.
  public var coldStart: Duration
  /// Largest wait the service-level objective allows.
  public var slackWait: Duration
  public var stance: Stance

  public init(
    interval: Duration, coldStart: Duration, slackWait: Duration, stance: Stance = .standard
  ) {
    self.interval = interval
    self.coldStart = coldStart
    self.slackWait = slackWait
    self.stance = stance
  }

  /// True where both ask the same of what is learned; the stance is no part of it.
  func samePace(as other: DemandTerms) -> Bool {
    interval == other.interval && coldStart == other.coldStart && slackWait == other.slackWait
  }
}
