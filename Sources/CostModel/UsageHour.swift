public import FleetModel

/// What one node was billed for in one UTC hour at one price, and what its accelerators did.
///
/// The grain reports are made of. Times, not money, are stored: money is computed once per node
/// and price when a report is made, so no rounding piles up hour by hour.
///
/// Invariant: `buckets.total == billedMicroseconds × max(1, accelerators)`.
public struct UsageHour: Sendable, Hashable, Codable {
  public var node: NodeID
  public var pool: PoolName
  public var cloud: CloudName
  public var region: Region
  public var type: InstanceType
  public var capacity: CapacityType
  public var accelerators: Int
  /// The hour this belongs to; a whole hour of UTC.
  public var hour: Timestamp
  /// nil where no price is known: such time is reported as unpriced, never as free.
  public var rate: HourlyRate?
  /// How long the node was billed in this hour; 0...3,600,000,000.
  public var billedMicroseconds: Int64
  public var buckets: BucketTimes

  public init(
    node: NodeID, pool: PoolName, cloud: CloudName, region: Region, type: InstanceType,
    capacity: CapacityType, accelerators: Int, hour: Timestamp, rate: HourlyRate?,
    billedMicroseconds: Int64, buckets: BucketTimes
  ) {
    self.node = node
    self.pool = pool
    self.cloud = cloud
    self.region = region
    self.type = type
    self.capacity = capacity
    self.accelerators = accelerators
    self.hour = hour
    self.rate = rate
    self.billedMicroseconds = billedMicroseconds
    self.buckets = buckets
  }
}

/// A time one of our acts kept a node off, and what it would have cost meanwhile.
public struct OffInterval: Sendable, Hashable, Codable {
  public var node: NodeID
  public var pool: PoolName
  /// The decision that switched it off.
  public var decision: String
  /// When the cloud first confirmed that the node is stopped; not when we asked.
  public var from: Timestamp
  /// When it was first seen running (or starting) again; nil while it is off.
  public var until: Timestamp?
  public var rate: HourlyRate
  /// What the stopped node still costs (its disks); zero when nobody told us.
  public var storage: HourlyRate
  /// Loading time after the restart, billed at `rate` and taken off the saving.
  public var restartMicroseconds: Int64
  /// Time off, so far, that a commitment would have paid for: it saves nothing. nil: none.
  public var coveredMicroseconds: Int64?

  public init(
    node: NodeID, pool: PoolName, decision: String, from: Timestamp, until: Timestamp? = nil,
    rate: HourlyRate, storage: HourlyRate = .zero, restartMicroseconds: Int64 = 0,
    coveredMicroseconds: Int64? = nil
  ) {
    self.coveredMicroseconds = coveredMicroseconds
    self.node = node
    self.pool = pool
    self.decision = decision
    self.from = from
    self.until = until
    self.rate = rate
    self.storage = storage
    self.restartMicroseconds = restartMicroseconds
  }
}
