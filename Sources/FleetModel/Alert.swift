/// Something a person or another system should hear about.
///
/// An alert is written in the transaction of the change it tells of, and delivered at least once
/// with the same id; a receiver that keeps ids sees it exactly once.
public struct Alert: Sendable, Hashable, Codable {
  /// The kind, "node.idle"; a closed list, so that receivers can switch on it.
  public var kind: Kind
  public var severity: Severity
  /// Same key, same open alert: "node.idle/i-0abc/3".
  public var key: String
  public var at: Timestamp
  /// One sentence for people.
  public var summary: String
  /// Facts for machines: pool, node, reason, money as decimal strings.
  public var labels: [String: String]

  public init(
    kind: Kind, severity: Severity = .info, key: String, at: Timestamp, summary: String,
    labels: [String: String] = [:]
  ) {
    self.kind = kind
    self.severity = severity
    self.key = key
    self.at = at
    self.summary = summary
    self.labels = labels
  }

  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case nodeIdle = "node.idle"
    /// It will be acted on soon unless somebody uses it.
    case nodeIdleWarning = "node.idle_warning"
    case nodeStopped = "node.stopped"
    case nodeLaunched = "node.launched"
    /// It carries the tags of a launch of ours, and no launch of ours explains it.
    case nodeOrphan = "node.orphan"
    /// What was launched or started did not come up in the time that takes.
    case launchStuck = "launch.stuck"
    case actionFailed = "action.failed"
    case actionCancelled = "action.cancelled"
    case awaitingApproval = "decision.awaiting_approval"
    case collectorStale = "collector.stale"
    case sensorFault = "sensor.fault"
    case suspectedHang = "node.suspected_hang"
    case fleetHold = "fleet.hold"
    case clockSkew = "clock.skew"
    /// The database refuses the content of a pass; something in it, or in us, is broken.
    case storeRefused = "store.refused"
    /// A month's budget will be used to the share people want to hear of.
    case budgetInform = "budget.inform"
    case budgetSpotOnly = "budget.spot_only"
    case budgetFreeze = "budget.freeze"
    case budgetShrink = "budget.shrink"
    /// A limit on money kept a pool from growing.
    case budgetDenied = "budget.denied"
    /// A protection ends soon: then the node may be switched off.
    case protectionExpiring = "protection.expiring"
    /// A pool went up and down too often; nothing is taken away for a while.
    case flipFlop = "pool.flip_flop"
    /// A price moved so far in one poll that it is not believed yet.
    case priceSuspect = "price.suspect"
    /// A cloud announced that it takes the node away.
    case nodeInterrupted = "node.interrupted"
    case leaderChanged = "controller.leader_changed"
    case test = "alert.test"
  }

  public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
    case info, warning, error, critical
  }
}
