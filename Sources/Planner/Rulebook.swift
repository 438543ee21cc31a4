public import CostModel
public import FleetModel

/// Everything a person decides about the fleet: pools, limits and prices.
public struct Rulebook: Sendable, Hashable, Codable {
  /// The fleet's name; nodes carry it in the tag `finops-fleet`.
  public var fleet: String
  /// Sorted by name; the first pool that matches a node owns it.
  public var pools: [PoolRules]
  public var prices: PriceBook
  public var thresholds: Thresholds
  /// How often targets are scraped; windows are judged against it.
  public var scrapeInterval: Duration
  public var spend: SpendRules
  public var safety: SafetyRules
  public var commitments: [Commitment]
  /// What each cloud cannot do, with the reason; nothing is proposed that stands here.
  public var inabilities: [CloudName: [Intent: String]]
  /// What machines were measured to do; advice rests on it where it can.
  public var capabilities: [NodeCapability]
  /// Clouds where giving a node back moves its work away first (Kubernetes).
  public var drains: [CloudName]?

  public init(
    fleet: String, pools: [PoolRules], prices: PriceBook, thresholds: Thresholds = Thresholds(),
    scrapeInterval: Duration = .seconds(15), spend: SpendRules = SpendRules(),
    safety: SafetyRules = SafetyRules(), commitments: [Commitment] = [],
    inabilities: [CloudName: [Intent: String]] = [:], capabilities: [NodeCapability] = [],
    drains: [CloudName]? = nil
  ) {
    self.drains = drains
    self.capabilities = capabilities
    self.spend = spend
    self.safety = safety
    self.commitments = commitments
    self.inabilities = inabilities
    self.fleet = fleet
    self.pools = pools
    self.prices = prices
    self.thresholds = thresholds
    self.scrapeInterval = scrapeInterval
  }

  /// The pool that owns a node; nil when none matches.
  /// A node that carries another fleet's tag is in no pool of ours: nothing of it is in our books.
  public func pool(of node: Node) -> PoolRules? {
    node.isOfAnother(than: fleet) ? nil : pools.first { $0.matches(node) }
  }
}

/// What a person decides about one pool.
public struct PoolRules: Sendable, Hashable, Codable {
  public var name: PoolName
  public var kind: PoolKind
  public var mode: OperatingMode
  /// Which nodes belong here; empty parts match everything.
  public var match: Match
  public var minimumNodes: Int
  public var maximumNodes: Int?
  /// Overrides the kind's idle window (SEMANTICS 4.4).
  public var idleAfter: Duration?
  /// What idleness leads to: `stop` (default) or `terminate`.
  public var idleIntent: Intent
  public var minimumConfidence: Confidence
  /// How long a node is left alone after an act on it.
  public var cooldown: Duration
  /// How new nodes are made; nil: the pool never grows.
  public var launch: LaunchSpec?
  /// How the pool follows its demand; nil: it keeps its minimum and stops what idles.
  public var scaling: ScalingRules?
  /// Rungs before and after the idle act; nil: only the act itself.
  public var ladder: IdleLadder?
  public var forecast: ForecastRules?
  public var spot: SpotPlaces?
  public var disruption: [DisruptionBudget]
  /// No node dearer than this is launched.
  public var maximumPrice: HourlyRate?
  /// Which pool gives way when money is short: the lower number first; `critical` never.
  public var priority: Int
  /// Budgets stop neither its growth nor keep it from on-demand.
  public var isCritical: Bool
  /// A node that has been at work for longer is in a long job: an idle time after it must last as
  /// much as a tenth of the job before it counts (checkpoints, evaluation between epochs).
  public var longJob: Duration?
  /// Whether a stop may erase local disks; nil: it may not.
  public var localDisks: LocalDiskRule?

  public init(
    name: PoolName, kind: PoolKind = .unlabelled, mode: OperatingMode = .observe,
    match: Match = Match(), minimumNodes: Int = 0, maximumNodes: Int? = nil,
    idleAfter: Duration? = nil, idleIntent: Intent = .stop, minimumConfidence: Confidence = .high,
    cooldown: Duration = .minutes(10), launch: LaunchSpec? = nil, scaling: ScalingRules? = nil,
    ladder: IdleLadder? = nil, forecast: ForecastRules? = nil, spot: SpotPlaces? = nil,
    disruption: [DisruptionBudget] = [], maximumPrice: HourlyRate? = nil, priority: Int = 0,
    isCritical: Bool = false, longJob: Duration? = nil, localDisks: LocalDiskRule? = nil
  ) {
    self.localDisks = localDisks
    self.scaling = scaling
    self.ladder = ladder
    self.forecast = forecast
    self.spot = spot
    self.disruption = disruption
    self.maximumPrice = maximumPrice
    self.priority = priority
    self.isCritical = isCritical
    self.longJob = longJob
    self.name = name
    self.kind = kind
    self.mode = mode
    self.match = match
    self.minimumNodes = minimumNodes
    self.maximumNodes = maximumNodes
    self.idleAfter = idleAfter
    self.idleIntent = idleIntent
    self.minimumConfidence = minimumConfidence
    self.cooldown = cooldown
    self.launch = launch
  }

  /// A node belongs to a pool when it has all these.
  public struct Match: Sendable, Hashable, Codable {
    public var cloud: CloudName?
    public var types: [InstanceType]
    public var tags: [String: String]
    /// What of the cloud's has the pool's number of replicas; nil: the pool is counted by its nodes.
    public var workload: WorkloadID?

    public init(
      cloud: CloudName? = nil, types: [InstanceType] = [], tags: [String: String] = [:],
      workload: WorkloadID? = nil
    ) {
      self.workload = workload
      self.cloud = cloud
      self.types = types
      self.tags = tags
    }
  }

  func matches(_ node: Node) -> Bool {
    // Who names a workload and no nodes means the workload, not every node of its cloud.
    if match.workload != nil, match.types.isEmpty, match.tags.isEmpty { return false }
    return (match.cloud == nil || match.cloud == node.cloud || match.cloud == node.billedBy)
      && (match.types.isEmpty || match.types.contains(node.type))
      && match.tags.allSatisfy { node.tags[$0.key] == $0.value }
  }
}
