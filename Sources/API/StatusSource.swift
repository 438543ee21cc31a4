public import FleetModel
public import Planner
public import Reports

/// What the web server shows; the running controller knows it.
///
/// Asked for on every request and from many at once: answers should come from memory or be cached
/// for a few seconds.
public protocol StatusSource: Sendable {
  /// The report of the last `days` days up to now.
  func report(days: Int) async throws(StatusError) -> FleetReport
  /// The fleet as it was last seen and judged.
  func fleet() async throws(StatusError) -> FleetStatus
  /// Whether the controller can do its work; all must be true for /readyz.
  func health() async -> [HealthCheck]
  /// Whether this process is of any use; one that is not true fails /healthz, so that whoever
  /// watches over it starts it anew. What a restart cannot mend does not belong here.
  func liveness() async -> [HealthCheck]
  /// Counters and gauges for /metrics.
  func metrics() async -> MetricsSnapshot
}

extension StatusSource {
  public func liveness() async -> [HealthCheck] { [] }
}

/// Why something can not be shown now; the text is for people and shown to them.
public struct StatusError: Error, Sendable, Hashable {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// One thing that must be so for the controller to do its work.
public struct HealthCheck: Sendable, Hashable {
  /// Short and stable: "database", "migrations", "leader", "collectors".
  public var name: String
  public var ok: Bool
  /// One sentence: what was found, and what to do when it is not ok.
  public var detail: String
  public init(name: String, ok: Bool, detail: String) {
    self.name = name
    self.ok = ok
    self.detail = detail
  }
}

/// The fleet as it was last seen and judged.
public struct FleetStatus: Sendable, Hashable {
  /// The fleet's name.
  public var name: String
  /// When it was judged.
  public var takenAt: Timestamp
  /// What the figures are of when it is no real cloud: "the demo fleet".
  public var against: String?
  /// Something everybody should know first: "Kill switch is on: no acts."
  public var notice: String?
  public var nodes: [NodeRow]
  /// Newest first.
  public var decisions: [DecisionRow]

  public init(
    name: String, takenAt: Timestamp, against: String? = nil, notice: String? = nil,
    nodes: [NodeRow], decisions: [DecisionRow]
  ) {
    self.name = name
    self.takenAt = takenAt
    self.against = against
    self.notice = notice
    self.nodes = nodes
    self.decisions = decisions
  }
}

/// One node and its verdict.
public struct NodeRow: Sendable, Hashable {
  public var id: NodeID
  public var pool: PoolName?
  public var type: InstanceType
  public var state: InstanceState
  /// What its accelerators do; nil when the node is not running.
  public var doing: DeviceState?
  /// The verdict's reason as a sentence.
  public var reason: String
  public var idleFor: Duration?
  public var rate: HourlyRate?
  /// First seen in its present state.
  public var since: Timestamp?

  public init(
    id: NodeID, pool: PoolName?, type: InstanceType, state: InstanceState, doing: DeviceState?,
    reason: String, idleFor: Duration? = nil, rate: HourlyRate? = nil, since: Timestamp? = nil
  ) {
    self.id = id
    self.pool = pool
    self.type = type
    self.state = state
    self.doing = doing
    self.reason = reason
    self.idleFor = idleFor
    self.rate = rate
    self.since = since
  }
}

/// One decision and what became of it.
public struct DecisionRow: Sendable, Hashable {
  public var at: Timestamp
  /// The node, or the pool for a launch.
  public var subject: String
  public var pool: PoolName
  public var intent: Intent
  /// The name of its last ledger event: "advised", "succeeded" …
  public var outcome: String
  public var reason: String

  public init(
    at: Timestamp, subject: String, pool: PoolName, intent: Intent, outcome: String, reason: String
  ) {
    self.at = at
    self.subject = subject
    self.pool = pool
    self.intent = intent
    self.outcome = outcome
    self.reason = reason
  }
}
