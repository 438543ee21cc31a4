public import FleetModel

/// Limits on what the controller itself may do, whatever the policies say.
public struct SafetyRules: Sendable, Hashable, Codable {
  /// Acts of the whole fleet in any minute (RELIABILITY G12: ten).
  public var actsPerMinute: Int
  /// Reversals (up then down, down then up) of one pool within `flipWindow` that open its breaker.
  public var flipLimit: Int
  public var flipWindow: Duration
  /// How long an open breaker holds the pool's shrinking.
  public var flipHold: Duration
  /// Shrinking freezes while a pool's error budget burns faster than this: 14.4 spends a month's
  /// budget in two days (Google, "The Site Reliability Workbook", chapter 5).
  public var burnRateLimit: Double
  /// A price that moves by more than this share between two polls is not believed until a second
  /// poll says the same (RELIABILITY I17: ±50 %).
  public var largestJump: Double
  /// An act must be worth this much a day, else it is not done (SEMANTICS 4.16: $0.50†).
  public var leastSaving: Money
  /// How long a decision waits for a person (SEMANTICS 4.16: 4 h†).
  public var approvalLifetime: Duration
  /// A protection that ends within this time is told of.
  public var protectionNotice: Duration
  /// Nodes of the whole fleet that are taken in the blast window, whatever shares allow; nil: ten.
  public var maxNodes: Int?

  /// `maxNodes` with its default. Ten in ten minutes† is one a minute, the pace at which somebody
  /// who is told of each can still say halt; a fleet of a hundred idle nodes is off in 100 minutes,
  /// which costs it less than an hour of itself.
  public var nodesInWindow: Int {
    get { maxNodes ?? 10 }
    set { maxNodes = newValue == 10 ? nil : newValue }
  }

  public init(
    actsPerMinute: Int = 10, flipLimit: Int = 4, flipWindow: Duration = .hours(1),
    flipHold: Duration = .hours(1), burnRateLimit: Double = 14.4, largestJump: Double = 0.5,
    leastSaving: Money = Money(nanos: 500_000_000), approvalLifetime: Duration = .hours(4),
    protectionNotice: Duration = .hours(24), maxNodes: Int? = nil
  ) {
    self.maxNodes = maxNodes
    self.actsPerMinute = actsPerMinute
    self.flipLimit = flipLimit
    self.flipWindow = flipWindow
    self.flipHold = flipHold
    self.burnRateLimit = burnRateLimit
    self.largestJump = largestJump
    self.leastSaving = leastSaving
    self.approvalLifetime = approvalLifetime
    self.protectionNotice = protectionNotice
  }
}
