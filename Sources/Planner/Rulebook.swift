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

  public init(
    fleet: String, pools: [PoolRules], prices: PriceBook, thresholds: Thresholds = Thresholds(),
    scrapeInterval: Duration = .seconds(15)
  ) {
    self.fleet = fleet
    self.pools = pools
    self.prices = prices
    self.thresholds = thresholds
    self.scrapeInterval = scrapeInterval
  }

  /// The pool that owns a node; nil when none matches.
  public func pool(of node: Node) -> PoolRules? { pools.first { $0.matches(node) } }
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

  public init(
    name: PoolName, kind: PoolKind = .unlabelled, mode: OperatingMode = .observe,
    match: Match = Match(), minimumNodes: Int = 0, maximumNodes: Int? = nil,
    idleAfter: Duration? = nil, idleIntent: Intent = .stop, minimumConfidence: Confidence = .high,
    cooldown: Duration = .minutes(10), launch: LaunchSpec? = nil
  ) {
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

    public init(
      cloud: CloudName? = nil, types: [InstanceType] = [], tags: [String: String] = [:]
    ) {
      self.cloud = cloud
      self.types = types
      self.tags = tags
    }
  }

  func matches(_ node: Node) -> Bool {
    (match.cloud == nil || match.cloud == node.cloud)
      && (match.types.isEmpty || match.types.contains(node.type))
      && match.tags.allSatisfy { node.tags[$0.key] == $0.value }
  }
}
