public import FleetModel

/// What may be spent, and what happens on the way there (SEMANTICS 4.8).
public struct SpendRules: Sendable, Hashable, Codable {
  /// Everything that runs, launches and is about to launch, together; nil: no ceiling.
  public var hourlyCap: HourlyRate?
  public var budgets: [MonthlyBudget]

  public init(hourlyCap: HourlyRate? = nil, budgets: [MonthlyBudget] = []) {
    self.hourlyCap = hourlyCap
    self.budgets = budgets
  }
}

/// A month's money for some pools, in UTC calendar months as clouds bill them.
public struct MonthlyBudget: Sendable, Hashable, Codable {
  public var name: String
  public var monthly: Money
  /// The pools it pays for; empty: all.
  public var pools: [PoolName]
  /// From this share on people are told (50 %).
  public var informAt: Double
  /// From this share on: an alert, and only spot for pools that are not critical (80 %).
  public var spotOnlyAt: Double
  /// From this share on pools that are not critical do not grow (100 %).
  public var freezeAt: Double
  /// From this share on the pool of the lowest priority shrinks to its minimum (110 %).
  public var shrinkAt: Double

  public init(
    name: String, monthly: Money, pools: [PoolName] = [], informAt: Double = 0.5,
    spotOnlyAt: Double = 0.8, freezeAt: Double = 1, shrinkAt: Double = 1.1
  ) {
    self.name = name
    self.monthly = monthly
    self.pools = pools
    self.informAt = informAt
    self.spotOnlyAt = spotOnlyAt
    self.freezeAt = freezeAt
    self.shrinkAt = shrinkAt
  }
}
