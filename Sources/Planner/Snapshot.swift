public import FleetModel

/// Everything `plan` may look at: the observed fleet at one moment, and what is remembered of it.
///
/// `plan(snapshot, under: rulebook)` has no other input, so a stored snapshot reproduces its plan.
public struct Snapshot: Sendable, Hashable, Codable {
  public var takenAt: Timestamp
  /// Every node the clouds list, sorted by id; also stopped ones and those that are not ours.
  public var nodes: [Node]
  /// When the clouds were last listed in full; an old list shrinks nothing.
  public var inventoryAt: Timestamp
  /// When each cloud was last listed in full; a cloud that is not in it was not yet. nil: all at
  /// `inventoryAt`.
  public var listedAt: [CloudName: Timestamp]?
  /// Which target speaks for which node (DECISIONS 29); targets without a node are not in it.
  public var targets: [NodeID: Target]
  /// What was folded from readings and outcomes, up to `takenAt`.
  public var memory: Memory
  /// A person halted all acts.
  public var killSwitch: Bool
  /// How far each cloud's clock is from ours.
  public var clockSkew: [CloudName: Duration]
  /// Pools whose cloud keeps a number of replicas; the others are counted by their nodes.
  public var replicas: [PoolName: ReplicaCount]?
  /// Workloads of pools that name one, as their clouds list them.
  public var workloads: [PoolName: Workload]?
  /// What schedules say of the days ahead; nil: there are none.
  public var calendar: FleetCalendar?
  /// Decisions people allowed and that have not ended.
  public var approvals: [DecisionKey: Approval]?
  /// What is seen of the places pools buy at.
  public var spot: [PoolName: SpotSight]?
  /// Nodes whose end was announced, and when it comes.
  public var notices: [NodeID: Timestamp]?
  /// Pools somebody woke, until when they stay up.
  public var wakes: [PoolName: Timestamp]?
  /// Clouds of the settings that were never listed; nil: none.
  public var unlisted: [CloudName]?
  /// When somebody last said that acts may go on (`Wishes.resumedAt`), by another clock.
  public var resumedAt: Timestamp?

  public init(
    takenAt: Timestamp, nodes: [Node], inventoryAt: Timestamp, targets: [NodeID: Target],
    memory: Memory, killSwitch: Bool = false, clockSkew: [CloudName: Duration] = [:],
    replicas: [PoolName: ReplicaCount]? = nil, calendar: FleetCalendar? = nil,
    approvals: [DecisionKey: Approval]? = nil, wakes: [PoolName: Timestamp]? = nil,
    spot: [PoolName: SpotSight]? = nil, notices: [NodeID: Timestamp]? = nil,
    workloads: [PoolName: Workload]? = nil, listedAt: [CloudName: Timestamp]? = nil
  ) {
    self.listedAt = listedAt
    self.workloads = workloads
    self.spot = spot
    self.notices = notices
    self.replicas = replicas
    self.calendar = calendar
    self.approvals = approvals
    self.wakes = wakes
    self.takenAt = takenAt
    self.nodes = nodes
    self.inventoryAt = inventoryAt
    self.targets = targets
    self.memory = memory
    self.killSwitch = killSwitch
    self.clockSkew = clockSkew
  }
}
