/// A number of replicas that a cloud keeps: an endpoint, a deployment, a group of machines.
///
/// The cloud counts it; we say how many. Its machines, where they can be seen, are `Node`s besides.
public struct Workload: Sendable, Hashable, Codable {
  public var id: WorkloadID
  public var cloud: CloudName
  /// Empty where the cloud has none.
  public var region: Region
  /// What the cloud was last asked for.
  public var desired: Int
  /// Serving now; nil: the cloud does not say (Replicate).
  public var ready: Int?
  /// The cloud's own bounds on `desired`, where it has them.
  public var bounds: ClosedRange<Int>?
  public var state: State
  /// What a replica runs on, as the cloud's price list names it; nil: not said.
  public var type: InstanceType?
  public var tags: [String: String]
  /// Whether a replica is billed itself or through the machine it runs on.
  public var billing: Billing
  /// What is asked of all replicas together now; nil: the cloud does not say.
  public var load: Load?
  /// What the cloud's own page would show beside it, such as a model cache's hit rate, in the unit
  /// the name ends in.
  public var figures: [String: Double]
  /// Why the number is another's to set, a clause: "the scaling policy cpu sets it"; nil: nobody
  /// else is known to.
  public var numberOwner: String?

  public init(
    id: WorkloadID, cloud: CloudName, region: Region = "", desired: Int, ready: Int? = nil,
    bounds: ClosedRange<Int>? = nil, state: State, type: InstanceType? = nil,
    tags: [String: String] = [:], billing: Billing = .machines, load: Load? = nil,
    figures: [String: Double] = [:], numberOwner: String? = nil
  ) {
    self.numberOwner = numberOwner
    self.id = id
    self.cloud = cloud
    self.region = region
    self.desired = desired
    self.ready = ready
    self.bounds = bounds
    self.state = state
    self.type = type
    self.tags = tags
    self.billing = billing
    self.load = load
    self.figures = figures
  }

  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// Takes requests.
    case running
    /// Between two states; the cloud may refuse changes now (SageMaker's Updating).
    case changing
    /// At zero; the next request, or we, wake it.
    case asleep
    /// Put away by a person: only a resume brings it back, and nothing is billed.
    case paused
    /// The cloud gave up on it.
    case failed
  }

  public enum Billing: String, Sendable, Hashable, Codable {
    /// Its machines are listed as nodes, and billed there (a scaling group).
    case machines
    /// Its replicas share machines that are listed as nodes: one more costs nothing by itself (a
    /// deployment).
    case shared
    /// Each replica that serves is billed at its type's price (an endpoint).
    case replicas
  }

  /// What the cloud's own counters say of requests.
  public struct Load: Sendable, Hashable, Codable {
    /// When they were counted.
    public var at: Timestamp
    /// Being worked on.
    public var running: Double
    /// Waiting for a replica.
    public var waiting: Double

    public init(at: Timestamp, running: Double, waiting: Double) {
      self.at = at
      self.running = running
      self.waiting = waiting
    }
  }

  /// What counts for the planner: serving, and asked for but not serving yet.
  public var count: ReplicaCount {
    let serving = min(ready ?? desired, desired)
    return ReplicaCount(ready: max(0, serving), pending: max(0, desired - max(0, serving)))
  }
}

/// The name of a workload, the same for ever within its cloud: its kind where the cloud has several,
/// and the cloud's own name or id, "deployment/default/chat", "asg/gpu-workers", "acme/llama".
public struct WorkloadID: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The parts between slashes.
  public var parts: [String] {
    rawValue.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }
}
