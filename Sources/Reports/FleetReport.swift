public import CostModel
public import FleetModel

/// What a fleet cost in a range of time, what for, and what was saved.
///
/// A value made of stored hours and stops alone; every way to show it (table, JSON, web page) shows
/// the same one. Amounts are US dollars.
public struct FleetReport: Sendable, Hashable {
  public static let currency = "USD"

  public var range: Range<Timestamp>
  /// When it was made; ends stops that last.
  public var now: Timestamp
  public var totals: Figures
  /// By name.
  public var pools: [PoolLine]
  /// By pool, then id.
  public var nodes: [NodeLine]
  /// Every UTC day the range touches, in order; also days without spend.
  public var days: [DayLine]
  /// What each stop saved in the range, by node and time.
  public var stops: [RealisedSaving]

  public struct PoolLine: Sendable, Hashable {
    public var name: PoolName
    public var nodes: Int
    public var figures: Figures
    /// What the pool cost on each of the report's days.
    public var daily: [Money]
  }

  public struct NodeLine: Sendable, Hashable {
    public var id: NodeID
    /// Where it was last billed or stopped.
    public var pool: PoolName
    /// nil for a node that was off for all of the range.
    public var type: InstanceType?
    public var cloud: CloudName?
    public var region: Region?
    /// The last known price.
    public var rate: HourlyRate?
    public var figures: Figures
  }

  public struct DayLine: Sendable, Hashable {
    /// 00:00 UTC.
    public var day: Timestamp
    public var spend: SpendSplit

    public init(day: Timestamp, spend: SpendSplit) {
      self.day = day
      self.spend = spend
    }
  }

  /// Clouds the report's nodes were billed by.
  public var clouds: Int { Set(nodes.compactMap(\.cloud)).count }
}
