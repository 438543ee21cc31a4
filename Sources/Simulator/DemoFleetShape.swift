public import CostModel
public import FleetModel
public import Planner

/// The demonstration fleet: three pools of eight-GPU nodes, as a small company might have.
public struct DemoFleetShape: Sendable, Hashable {
  public var fleet: String
  public var cloud: CloudName
  public var region: Region
  public var pools: [Pool]

  public init(fleet: String, cloud: CloudName, region: Region, pools: [Pool]) {
    self.fleet = fleet
    self.cloud = cloud
    self.region = region
    self.pools = pools
  }

  public struct Pool: Sendable, Hashable {
    public var name: PoolName
    public var kind: PoolKind
    public var type: InstanceType
    public var nodes: Int
    public var accelerators: Int
    public var profile: DeviceProfile
    public var price: Price
    public var minimumNodes: Int
    /// Of the pool's nodes, the last so many that nobody uses.
    public var forgotten: Int
    /// Whether the GPUs are cut into slices.
    public var cut: GPUCut
    /// When the nodes' exporters look at their devices.
    public var rhythm: ExporterRhythm
    /// How late their exporters answer.
    public var lateness: AnswerLateness

    public init(
      name: PoolName, kind: PoolKind, type: InstanceType, nodes: Int, accelerators: Int = 8,
      profile: DeviceProfile, price: Price, minimumNodes: Int = 0, forgotten: Int = 0,
      cut: GPUCut = .whole, rhythm: ExporterRhythm = .whenAsked, lateness: AnswerLateness = .none
    ) {
      self.cut = cut
      self.rhythm = rhythm
      self.lateness = lateness
      self.name = name
      self.kind = kind
      self.type = type
      self.nodes = nodes
      self.accelerators = accelerators
      self.profile = profile
      self.price = price
      self.minimumNodes = minimumNodes
      self.forgotten = forgotten
    }

    /// Parts of a node that can work by themselves: GPUs, or their slices.
    public var parts: Int { accelerators * max(1, cut.slices) }
  }

  public var nodeCount: Int { pools.reduce(0) { $0 + $1.nodes } }

  /// Which pool a node of the fleet is in, and which of its nodes it is. Nodes beyond the fleet
  /// (launched later) are counted on in the first pool's kind.
  public func place(of node: Int) -> (pool: Pool, index: Int)? {
    var left = node
    for pool in pools {
      if left < pool.nodes { return (pool, left) }
      left -= pool.nodes
    }
    return nil
  }

  /// Twenty-four nodes: 8 serving, 7 batch, 8 of developers, of which two are held by processes
  /// somebody left behind, and one whose GPUs are cut in halves.
  ///
  /// Their exporters have the rhythms people give them: 15 s, dcgm-exporter's default of 30 s, and a
  /// clock that drifts against ours. Answers come up to two seconds late.
  ///
  /// Prices: AWS on demand, Linux, us-east-1, an hour; AWS price list as collected by
  /// aws/karpenter-provider-aws (1d92708), read 2026-07-20.
  public static let standard = DemoFleetShape(
    fleet: "demo", cloud: "aws", region: "us-east-1",
    pools: [
      Pool(
        name: "chat-h100", kind: .serving, type: "p5.48xlarge", nodes: 8, profile: .h100,
        price: onDemand("p5.48xlarge", nanos: 55_040_000_000), minimumNodes: 1,
        rhythm: ExporterRhythm(every: .seconds(15), phase: .seconds(4)), lateness: late),
      Pool(
        name: "notebooks-l40s", kind: .dev, type: "g6e.48xlarge", nodes: 8, profile: .l40s,
        price: onDemand("g6e.48xlarge", nanos: 30_131_180_000), forgotten: 2,
        rhythm: ExporterRhythm(every: .seconds(30), phase: .seconds(11)), lateness: late),
      Pool(
        name: "queue-a100", kind: .batch, type: "p4d.24xlarge", nodes: 7, profile: .a100,
        price: onDemand("p4d.24xlarge", nanos: 21_957_642_000), forgotten: 1,
        rhythm: ExporterRhythm(every: .milliseconds(15_050)), lateness: late),
      Pool(
        name: "slices-a100", kind: .dev, type: "p4d.24xlarge", nodes: 1, profile: .a100,
        price: onDemand("p4d.24xlarge", nanos: 21_957_642_000), cut: .halves,
        rhythm: ExporterRhythm(every: .seconds(30), phase: .seconds(2)), lateness: late),
    ])

  private static let late = AnswerLateness(upTo: .seconds(2))

  private static func onDemand(_ type: InstanceType, nanos: Int64) -> Price {
    Price(
      cloud: "aws", type: type, region: "us-east-1",
      hourly: HourlyRate(perHour: Money(nanos: nanos)), source: "AWS price list",
      asOf: "2026-07-20")
  }
}

extension DemoFleetShape {
  public var prices: PriceBook { PriceBook(pools.map(\.price)) }

  /// The rules the demonstration runs under.
  public func rulebook(
    mode: OperatingMode = .auto, scrapeInterval: Duration = .seconds(15)
  ) -> Rulebook {
    let rules = pools.map { pool in
      PoolRules(
        name: pool.name, kind: pool.kind, mode: mode,
        match: PoolRules.Match(tags: [Tag.pool: pool.name.rawValue]),
        minimumNodes: pool.minimumNodes)
    }
    return Rulebook(
      fleet: fleet, pools: rules.sorted { $0.name < $1.name }, prices: prices,
      scrapeInterval: scrapeInterval)
  }

  /// Every node of the fleet, running since `launchedAt`, in the fleet's order (which is by id).
  public func nodes(launchedAt: Timestamp) -> [Node] {
    (0..<nodeCount).compactMap { node(number: $0, launchedAt: launchedAt) }
  }

  func node(number: Int, launchedAt: Timestamp) -> Node? {
    guard let (pool, index) = place(of: number) else { return nil }
    return Node(
      id: Self.nodeID(number), cloud: cloud, region: region, zone: region.rawValue + "a",
      type: pool.type, state: .running, launchedAt: launchedAt,
      tags: [
        Tag.fleet: fleet, Tag.pool: pool.name.rawValue, "Name": "\(pool.name)-\(index + 1)",
      ],
      privateAddress: "10.0.\(number / 250).\(number % 250 + 4)",
      acceleratorCount: pool.accelerators)
  }

  /// Seventeen hexadecimal digits, as EC2 gives them; counted, so that the order is the fleet's.
  public static func nodeID(_ number: Int) -> NodeID {
    let digits = String(number + 1, radix: 16)
    return NodeID("i-0de" + String(repeating: "0", count: max(0, 14 - digits.count)) + digits)
  }

  /// The UUID of one accelerator.
  public static func acceleratorID(node: Int, accelerator: Int) -> AcceleratorID {
    let first = SplitMix64.hash(0xF1_0095, node, accelerator, 1)
    let second = SplitMix64.hash(0xF1_0095, node, accelerator, 2)
    let text = pad(first) + pad(second)
    let cuts = [8, 4, 4, 4, 12]
    var rest = text[...]
    let parts = cuts.map { length in
      let part = rest.prefix(length)
      rest = rest.dropFirst(length)
      return String(part)
    }
    return AcceleratorID("GPU-" + parts.joined(separator: "-"))
  }

  private static func pad(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
