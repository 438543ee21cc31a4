import FleetModel

/// How many of a pool's nodes may be disrupted at once, and for which causes; Karpenter's budgets.
///
/// Several budgets hold together: the least of those in force counts. One with a schedule is in
/// force in its windows (`FleetCalendar.budgets`), one without always.
public struct DisruptionBudget: Sendable, Hashable, Codable {
  public var limit: Limit
  /// Which causes it limits; empty: all.
  public var causes: [Cause]
  /// In force only in windows of the calendar.
  public var isScheduled: Bool

  public init(limit: Limit, causes: [Cause] = [], isScheduled: Bool = false) {
    self.limit = limit
    self.causes = causes
    self.isScheduled = isScheduled
  }

  public enum Limit: Sendable, Hashable, Codable {
    case nodes(Int)
    /// A share of the pool, 0…1, rounded up as Karpenter does.
    case share(Double)
  }

  /// Why a node is disrupted.
  public enum Cause: String, Sendable, Hashable, Codable, CaseIterable {
    case idle, surplus, rightsize, spot
  }
}
