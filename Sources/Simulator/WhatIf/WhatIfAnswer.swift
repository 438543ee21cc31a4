public import FleetModel
public import Planner

/// What a change of the settings would have done, and of how much of the record that is known.
public struct WhatIfAnswer: Sendable, Hashable {
  public var lookedAt: LookedAt
  /// By name.
  public var pools: [Pool]
  /// Decisions only the settings as they are make, by key.
  public var onlyBefore: [Decision]
  /// Decisions only the changed settings make, by key.
  public var onlyAfter: [Decision]

  public struct Pool: Sendable, Hashable {
    public var pool: PoolName
    public var method: WhatIfMethod
    /// How much of the record the figures speak for.
    public var speaksFor: Duration
    public var before = HistoryScore.Tally()
    public var after = HistoryScore.Tally()
    /// Acts other than stops that were made and would be.
    public var actsBefore = 0
    public var actsAfter = 0
    /// What would have been saved more, in the time spoken for; nil: that cannot be said.
    public var savedMore: Money?

    init(pool: PoolName, method: WhatIfMethod, speaksFor: Duration, savedMore: Money? = nil) {
      (self.pool, self.method, self.speaksFor) = (pool, method, speaksFor)
      self.savedMore = savedMore
    }
  }

  /// Pools something is changed for.
  public var changed: [Pool] { pools.filter { $0.method != .unchanged } }

  /// The time all of them speak for; nil where they speak of different times, whose sums would mix
  /// windows (kubecost/kubecost#180, #2286).
  public var speaksFor: Duration? {
    let times = Set(changed.map(\.speaksFor))
    return times.count <= 1 ? times.first ?? lookedAt.whole : nil
  }

  /// What all pools together would have saved more; nil where one of them cannot say, or they speak
  /// of different times.
  public var savedMore: Money? {
    guard speaksFor != nil else { return nil }
    var sum = Money.zero
    for pool in changed {
      guard let more = pool.savedMore else { return nil }
      sum += more
    }
    return sum
  }

  /// Everything that was recorded is answered for.
  public var isWhole: Bool { speaksFor == lookedAt.whole && savedMore != nil }
}
