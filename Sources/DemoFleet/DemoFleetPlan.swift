public import FleetModel
public import Simulator

/// What a demo fleet consists of.
public struct DemoFleetPlan: Sendable, Hashable {
  /// The value of the tag `finops-fleet` on every machine.
  public var fleet: String
  public var region: Region
  /// In the order of the activity source's numbers.
  public var nodes: [DemoNode]
  /// Places for machines that are launched later; each does what one of the nodes does, the
  /// first what the first does.
  public var spares: Int
  public var lag: FakeEC2.Lag
  public var faults: FaultPlan
  /// Since when the machines run; nil: since the start.
  public var launchedAt: Timestamp?
  /// The port of the fake EC2; the exporters' follow. 0: any that are free.
  public var firstPort: Int

  public init(
    fleet: String = "demo", region: Region = "us-east-1", nodes: [DemoNode], spares: Int = 0,
    lag: FakeEC2.Lag = .init(), faults: FaultPlan = .init(), launchedAt: Timestamp? = nil,
    firstPort: Int = 0
  ) {
    self.fleet = fleet
    self.region = region
    self.nodes = nodes
    self.spares = spares
    self.lag = lag
    self.faults = faults
    self.launchedAt = launchedAt
    self.firstPort = firstPort
  }
}

extension DemoFleetPlan {
  /// The fleet the simulator knows, with its ids and names: its history goes on live.
  public init(
    _ shape: DemoFleetShape, launchedAt: Timestamp, spares: Int = 0,
    lag: FakeEC2.Lag = .init(), faults: FaultPlan = .init(), firstPort: Int = 0
  ) {
    let pools = shape.pools.flatMap { pool in Array(repeating: pool, count: pool.nodes) }
    let nodes = zip(shape.nodes(launchedAt: launchedAt), pools).map { node, pool in
      DemoNode(
        name: node.tags["Name"] ?? node.id.rawValue, id: node.id, pool: pool.name, type: pool.type,
        accelerators: pool.accelerators, serves: pool.kind == .serving ? "demo-model" : nil,
        cut: pool.cut, rhythm: pool.rhythm, lateness: pool.lateness)
    }
    self.init(
      fleet: shape.fleet, region: shape.region, nodes: nodes, spares: spares, lag: lag,
      faults: faults, launchedAt: launchedAt, firstPort: firstPort)
  }
}

/// One machine of the demo fleet.
public struct DemoNode: Sendable, Hashable {
  public var name: String
  /// The machine's id in the fake EC2; nil: one that is free.
  public var id: NodeID?
  public var pool: PoolName
  public var type: InstanceType
  public var accelerators: Int
  /// The model an inference server on the node serves; nil: none runs there.
  public var serves: String?
  public var tags: [String: String]
  /// Whether its GPUs are cut into slices.
  public var cut: GPUCut
  /// When its exporter looks at its devices.
  public var rhythm: ExporterRhythm
  /// How late its exporter answers.
  public var lateness: AnswerLateness

  public init(
    name: String, id: NodeID? = nil, pool: PoolName, type: InstanceType, accelerators: Int = 8,
    serves: String? = nil, tags: [String: String] = [:], cut: GPUCut = .whole,
    rhythm: ExporterRhythm = .whenAsked, lateness: AnswerLateness = .none
  ) {
    self.cut = cut
    self.rhythm = rhythm
    self.lateness = lateness
    self.name = name
    self.id = id
    self.pool = pool
    self.type = type
    self.accelerators = accelerators
    self.serves = serves
    self.tags = tags
  }
}

/// Where a demo fleet can be reached.
public struct DemoEndpoints: Sendable, Hashable {
  /// The fake EC2, "http://127.0.0.1:PORT".
  public var ec2: String
  /// In the order of the plan's nodes, machines launched since after them.
  public var targets: [DemoTarget]
}

/// One node's metrics endpoint and the machine it belongs to.
public struct DemoTarget: Sendable, Hashable {
  public var name: String
  public var pool: PoolName
  public var target: Target
  public var node: NodeID
}
