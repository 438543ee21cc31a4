public import FleetModel

/// What a verdict or decision is about.
public enum Subject: Sendable, Hashable, Codable {
  case node(NodeID)
  /// A place in a pool that is, or would be, filled; slots count from 0.
  case slot(PoolName, Int)
  case pool(PoolName)
  /// A place a pool buys capacity at; counts from 0 in `SpotPlaces.offerings`.
  case offering(PoolName, Int)
}

/// From how many replicas to how many.
public struct ReplicaChange: Sendable, Hashable, Codable {
  public var from: Int
  public var to: Int

  public init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  /// How many replicas more or fewer.
  public var size: Int { abs(to - from) }
}

/// A person's word that a decision may be carried out.
public struct Approval: Sendable, Hashable, Codable {
  /// Who, for the record.
  public var by: String
  public var at: Timestamp

  public init(by: String, at: Timestamp) {
    self.by = by
    self.at = at
  }
}

/// What a policy says of a subject, also when it is left alone.
public struct Verdict: Sendable, Hashable, Codable {
  public var subject: Subject
  public var pool: PoolName?
  public var intent: Intent
  public var reason: Reason

  public init(subject: Subject, pool: PoolName?, intent: Intent, reason: Reason) {
    self.subject = subject
    self.pool = pool
    self.intent = intent
    self.reason = reason
  }
}

/// Fleet, pool, subject, intent and generation, as text; the same act is the same key, always.
///
/// Derived, never drawn: the same plan made twice records one decision. The cloud's idempotency
/// token is its digest, computed outside the core (DECISIONS 23).
public struct DecisionKey: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// An act that passed every guard.
public struct Decision: Sendable, Hashable, Codable {
  public var key: DecisionKey
  public var subject: Subject
  public var pool: PoolName
  public var intent: Intent
  public var reason: Reason
  /// The pool's mode when this was decided. Only `auto` is carried out.
  public var mode: OperatingMode
  /// Which desired state of the subject this is; a later generation makes this one void.
  public var generation: Int
  public var madeAt: Timestamp
  /// Void from here on: evidence ages (SEMANTICS 4.7: 60 s).
  public var expiresAt: Timestamp
  /// Where to look again before acting.
  public var target: Target?
  /// The cloud account that has the node.
  public var cloud: CloudName?
  /// What the node costs, and so what a stop saves, an hour.
  public var rate: HourlyRate?
  /// For a launch.
  public var launch: LaunchSpec?
  /// For `scaleUp` and `scaleDown`.
  public var replicas: ReplicaChange?
  /// What is asked for that many, where the pool names it.
  public var workload: WorkloadID?
  /// In mode `approve`: who allowed it; nil while it waits.
  public var approval: Approval?

  public init(
    key: DecisionKey, subject: Subject, pool: PoolName, intent: Intent, reason: Reason,
    mode: OperatingMode, generation: Int, madeAt: Timestamp, expiresAt: Timestamp,
    target: Target? = nil, rate: HourlyRate? = nil, launch: LaunchSpec? = nil,
    cloud: CloudName? = nil, replicas: ReplicaChange? = nil, workload: WorkloadID? = nil,
    approval: Approval? = nil
  ) {
    self.workload = workload
    self.cloud = cloud
    self.replicas = replicas
    self.approval = approval
    self.key = key
    self.subject = subject
    self.pool = pool
    self.intent = intent
    self.reason = reason
    self.mode = mode
    self.generation = generation
    self.madeAt = madeAt
    self.expiresAt = expiresAt
    self.target = target
    self.rate = rate
    self.launch = launch
  }

  public var node: NodeID? {
    guard case .node(let id) = subject else { return nil }
    return id
  }

  /// May be sent: the pool is on `auto`, or a person approved this very decision.
  public var isToBeCarriedOut: Bool { mode == .auto || (mode == .approve && approval != nil) }
}

/// A verdict for every node and pool, and the decisions that passed every guard.
public struct Plan: Sendable, Hashable, Codable {
  public var takenAt: Timestamp
  /// Sorted: nodes by id, then pools by name.
  public var verdicts: [Verdict]
  /// In the order they should be carried out: dearest first.
  public var decisions: [Decision]
  /// How each sized pool came to its number, by pool; nil in plans of older versions.
  public var sizings: [Sizing]?
  /// What would be worth doing and is left to people, the largest saving first.
  public var advice: [Advice]?
  /// Where each month's budget stands; nil when there are none.
  public var budgets: [BudgetStanding]?
  /// Clouds whose clock is so far from ours that people should hear of it, sorted; nil: none is.
  public var skewed: [CloudName]?

  public init(
    takenAt: Timestamp, verdicts: [Verdict], decisions: [Decision], sizings: [Sizing]? = nil,
    advice: [Advice]? = nil, budgets: [BudgetStanding]? = nil, skewed: [CloudName]? = nil
  ) {
    self.skewed = skewed
    self.budgets = budgets
    self.takenAt = takenAt
    self.verdicts = verdicts
    self.decisions = decisions
    self.sizings = sizings
    self.advice = advice
  }
}
