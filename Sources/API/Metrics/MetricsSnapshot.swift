public import FleetModel
public import Planner

/// What /metrics says, before it is text.
public struct MetricsSnapshot: Sendable, Hashable {
  public var version: String
  public var nodes: [NodeRate] = []
  /// Spent since the controller's records begin, by pool and part ("productive", "idle", …).
  public var spent: [Counted<PoolPart>] = []
  /// Realised savings by reason code.
  public var saved: [Counted<String>] = []
  public var poolNodes: [PoolCount] = []
  public var decisions: [Outcome] = []
  /// How long one pass of the loop took.
  public var decisionDuration = DurationHistogram()
  /// Age of the newest reading, by target.
  public var collectorLag: [Lag] = []
  public var requests: [Requests] = []
  /// How the controller's own work goes, by family.
  public var counts: [Count] = []
  public var isLeader = false
  public var killSwitch = false

  public init(version: String) { self.version = version }

  public struct NodeRate: Sendable, Hashable {
    public var node: NodeID
    public var pool: PoolName?
    public var type: InstanceType
    public var rate: HourlyRate
    public init(node: NodeID, pool: PoolName?, type: InstanceType, rate: HourlyRate) {
      self.node = node
      self.pool = pool
      self.type = type
      self.rate = rate
    }
  }

  public struct PoolPart: Sendable, Hashable {
    public var pool: PoolName
    public var part: String
    public init(pool: PoolName, part: String) {
      self.pool = pool
      self.part = part
    }
  }

  public struct Counted<Key: Sendable & Hashable>: Sendable, Hashable {
    public var key: Key
    public var amount: Money
    public init(_ key: Key, _ amount: Money) {
      self.key = key
      self.amount = amount
    }
  }

  public struct PoolCount: Sendable, Hashable {
    public var pool: PoolName
    public var state: InstanceState
    public var nodes: Int
    public init(pool: PoolName, state: InstanceState, nodes: Int) {
      self.pool = pool
      self.state = state
      self.nodes = nodes
    }
  }

  public struct Outcome: Sendable, Hashable {
    public var intent: Intent
    /// "advised", "succeeded", "failed", "cancelled".
    public var outcome: String
    public var count: Int
    public init(intent: Intent, outcome: String, count: Int) {
      self.intent = intent
      self.outcome = outcome
      self.count = count
    }
  }

  public struct Lag: Sendable, Hashable {
    public var target: Target
    public var age: Duration
    public init(target: Target, age: Duration) {
      self.target = target
      self.age = age
    }
  }

  public struct Count: Sendable, Hashable {
    public var name: String
    public var labels: [String: String]
    public var value: Int
    public init(name: String, labels: [String: String] = [:], value: Int) {
      self.name = name
      self.labels = labels
      self.value = value
    }
  }

  public struct Requests: Sendable, Hashable {
    public var cloud: CloudName
    public var operation: String
    /// "ok" or the cloud's error code.
    public var code: String
    public var count: Int
    public init(cloud: CloudName, operation: String, code: String, count: Int) {
      self.cloud = cloud
      self.operation = operation
      self.code = code
      self.count = count
    }
  }
}

/// Counts durations by upper bound; a value to be kept beside the loop.
public struct DurationHistogram: Sendable, Hashable {
  /// Upper bounds in milliseconds: from a tick on a small fleet to one that is far too slow.
  public static let bounds: [Int64] = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

  /// How many fell at or below each bound, and above the last before.
  public private(set) var counts = bounds.map { _ in 0 }
  public private(set) var count = 0
  public private(set) var sum = Duration.zero

  public init() {}

  public mutating func record(_ duration: Duration) {
    count += 1
    sum += duration
    guard let index = Self.bounds.firstIndex(where: { duration <= .milliseconds($0) }) else {
      return
    }
    counts[index] += 1
  }
}
