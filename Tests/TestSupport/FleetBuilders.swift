import CostModel
public import FleetModel
public import Planner

/// A fleet for tests: nodes, what their exporters say, and the memory of it, in a few words.
///
/// Every part is a plain value with a sensible default; a test changes the one thing it is about.
public struct TestFleet: Sendable {
  /// 2026-11-21T09:00:00Z.
  public static let start = Timestamp(seconds: 1_795_251_600)

  public var rulebook: Rulebook
  public var nodes: [Node]
  public var targets: [NodeID: Target]
  public var memory = Memory()
  public var now = TestFleet.start
  public var killSwitch = false
  public var clockSkew: [CloudName: Duration] = [:]
  public var inventoryAt: Timestamp?
  public var replicas: [PoolName: ReplicaCount]?
  public var calendar: FleetCalendar?
  /// What the exporters call every accelerator.
  public var model = ""
  /// What every host does beside its accelerators; nil: no host is heard.
  public var host: HostLoad?
  private var hosts: [NodeID: HostReading] = [:]
  /// Millijoules, by accelerator.
  private var meters: [AcceleratorID: Double] = [:]

  /// `count` running nodes of one pool, up for a day, each with `gpus` accelerators.
  public init(
    _ count: Int = 1, kind: PoolKind = .batch, mode: OperatingMode = .auto, gpus: Int = 8,
    scrapeInterval: Duration = .seconds(15)
  ) {
    let pool = PoolRules(
      name: "pool", kind: kind, mode: mode, match: .init(tags: [Tag.pool: "pool"]))
    let price = Price(
      cloud: "aws", type: "p4d.24xlarge",
      hourly: HourlyRate(perHour: Money(nanos: 21_957_642_000)), source: "test",
      asOf: "2026-07-20")
    rulebook = Rulebook(
      fleet: "test", pools: [pool], prices: PriceBook([price]), scrapeInterval: scrapeInterval)
    nodes = (0..<count).map { Self.node($0, gpus: gpus) }
    targets = Dictionary(
      uniqueKeysWithValues: nodes.enumerated().map { ($1.id, Target("10.0.0.\($0):9400")) })
  }

  public static func node(
    _ number: Int, pool: PoolName = "pool", gpus: Int? = 8, state: InstanceState = .running
  ) -> Node {
    let digits = String(number)
    return Node(
      id: NodeID("i-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits),
      cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", state: state,
      launchedAt: start.advanced(by: .zero - .days(1)),
      tags: [Tag.fleet: "test", Tag.pool: pool.rawValue], acceleratorCount: gpus)
  }

  public static func gpu(_ node: Int, _ accelerator: Int) -> AcceleratorID {
    AcceleratorID("GPU-\(node)-\(accelerator)")
  }

  public var snapshot: Snapshot {
    Snapshot(
      takenAt: now, nodes: nodes, inventoryAt: inventoryAt ?? now, targets: targets,
      memory: memory, killSwitch: killSwitch, clockSkew: clockSkew, replicas: replicas,
      calendar: calendar)
  }

  /// When somebody last typed `finops resume`.
  public var resumedAt: Timestamp?

  /// What the controller does before each plan: turns to idleness are looked at together.
  public mutating func review() {
    var snapshot = snapshot
    snapshot.resumedAt = resumedAt
    snapshot.reviewTurns(under: rulebook)
    memory = snapshot.memory
  }

  public var plan: Plan { Planner.plan(snapshot, under: rulebook) }

  public func verdict(_ node: Int = 0) -> Verdict {
    plan.verdicts.first { $0.subject == .node(nodes[node].id) }
      ?? Verdict(subject: .node("missing"), pool: nil, intent: .keep, reason: .neverHeard)
  }

  public func reason(_ node: Int = 0) -> Reason { verdict(node).reason }

  /// What one accelerator says in one sample.
  public struct Signals: Sendable {
    public var engine: Double?
    public var utilization: Double?
    public var tensor: Double?
    public var dram: Double?
    public var pcie: Double?
    /// Mean since the last sample; the energy counter grows by it. nil: no counter.
    public var watts: Double?
    public var power: Double?
    public var memory: Double?
    public var xid: Double?

    public init(
      engine: Double? = 0, utilization: Double? = 0, tensor: Double? = 0, dram: Double? = 0,
      pcie: Double? = 30_000, watts: Double? = 52, power: Double? = 52, memory: Double? = 0,
      xid: Double? = 0
    ) {
      self.engine = engine
      self.utilization = utilization
      self.tensor = tensor
      self.dram = dram
      self.pcie = pcie
      self.watts = watts
      self.power = power
      self.memory = memory
      self.xid = xid
    }

    public static let idle = Signals()
    public static let busy = Signals(
      engine: 0.9, utilization: 95, tensor: 0.5, dram: 0.4, pcie: 500_000_000, watts: 380,
      power: 380, memory: 30_000)
  }

  /// One scrape of one node now; accelerators not given by `except` say `signals`.
  public mutating func hear(
    _ node: Int = 0, _ signals: Signals = .idle, except: [Int: Signals] = [:],
    missing: Set<Int> = [], requests: RequestReading? = nil
  ) {
    let reading = reading(node, signals, except: except, missing: missing, requests: requests)
    know(reading)
    memory.fold(reading, under: rulebook)
  }

  /// What devices that were up for a day are known to draw: without a process, and with one.
  public var levels: (bare: Double, held: Double)? = (52, 52)

  private mutating func know(_ reading: NodeReading) {
    guard let levels else { return }
    for device in reading.accelerators
    where memory.targets[reading.target]?.accelerators[device.id] == nil {
      var known = AcceleratorMemory()
      if let energy = device.fields[.totalEnergy] {
        known.power = PowerMemory(bare: levels.bare, held: levels.held)
        let before = reading.receivedAt.advanced(by: .zero - rulebook.scrapeInterval)
        (known.lastEnergy, known.energyMovedAt, known.lastListedAt) = (energy - 1, before, before)
      }
      memory.targets[reading.target, default: TargetMemory()].accelerators[device.id] = known
    }
  }

  /// What the controller does before each plan: targets whose change of GPUs is explained are
  /// believed again.
  public mutating func settle() {
    var snapshot = snapshot
    snapshot.settleIdentities()
    memory = snapshot.memory
  }

  public mutating func reading(
    _ node: Int = 0, _ signals: Signals = .idle, except: [Int: Signals] = [:],
    missing: Set<Int> = [], requests: RequestReading? = nil
  ) -> NodeReading {
    let target = targets[nodes[node].id] ?? "none:1"
    let devices = (0..<(nodes[node].acceleratorCount ?? 1)).filter { !missing.contains($0) }.map {
      number in
      let id = Self.gpu(node, number)
      return AcceleratorReading(
        id: id, model: model, fields: fields(of: except[number] ?? signals, id: id))
    }
    return NodeReading(
      target: target, receivedAt: now, accelerators: devices, requests: requests,
      host: hostReading(nodes[node].id))
  }

  /// What a host of 64 CPUs does between two scrapes.
  public struct HostLoad: Sendable {
    /// Of its CPU time, 0…1.
    public var cpu: Double
    /// Bytes per second.
    public var network: Double
    public var disk: Double

    public init(cpu: Double = 0, network: Double = 0, disk: Double = 0) {
      self.cpu = cpu
      self.network = network
      self.disk = disk
    }
  }

  /// The counters one scrape interval on, whenever they are read.
  private mutating func hostReading(_ node: NodeID) -> HostReading? {
    guard let host else { return nil }
    let time = rulebook.scrapeInterval.inSeconds
    let before = hosts[node] ?? HostReading()
    let now = HostReading(
      cpuIdleSeconds: (before.cpuIdleSeconds ?? 1e6) + 64 * time * (1 - host.cpu),
      cpuSeconds: (before.cpuSeconds ?? 1e6) + 64 * time,
      networkBytes: (before.networkBytes ?? 1e9) + host.network * time,
      diskBytes: (before.diskBytes ?? 1e9) + host.disk * time)
    hosts[node] = now
    return now
  }

  /// The hosts come up anew: their counters begin at little.
  public mutating func resetHosts() { hosts = hosts.mapValues { _ in Self.fresh } }

  private static let fresh = HostReading(
    cpuIdleSeconds: 0, cpuSeconds: 0, networkBytes: 0, diskBytes: 0)

  private mutating func fields(of signals: Signals, id: AcceleratorID) -> DeviceReading {
    var fields = DeviceReading()
    fields[.engineActive] = signals.engine
    fields[.gpuUtilization] = signals.utilization
    fields[.tensorActive] = signals.tensor
    fields[.dramActive] = signals.dram
    fields[.pcieReceive] = signals.pcie
    fields[.powerUsage] = signals.power
    fields[.memoryUsed] = signals.memory
    fields[.xidErrors] = signals.xid
    if let watts = signals.watts {
      let energy =
        (meters[id] ?? 1_000_000) + watts * 1000 * rulebook.scrapeInterval.inSeconds
      meters[id] = energy
      fields[.totalEnergy] = energy
    }
    return fields
  }

  /// The exporters' counters begin anew.
  public mutating func resetMeters() { meters = [:] }

  /// One scrape interval goes by.
  public mutating func step() { now = now.advanced(by: rulebook.scrapeInterval) }

  /// Time goes by, and every node says the same at every scrape; one scrape at each end of it.
  public mutating func pass(
    _ time: Duration, _ signals: Signals = .idle, except: [Int: Signals] = [:],
    requests: RequestReading? = nil
  ) {
    let end = now.advanced(by: time)
    while true {
      for node in nodes.indices where nodes[node].state == .running {
        hear(node, signals, except: except, requests: requests)
      }
      guard now < end else { break }
      step()
    }
    memory.observe(nodes, at: now, under: rulebook)
  }

  /// Time goes by without a scrape.
  public mutating func silence(_ time: Duration) { now = now.advanced(by: time) }

  /// The decision of the plan for a node.
  public func decision(_ node: Int = 0) -> Decision? {
    plan.decisions.first { $0.node == nodes[node].id }
  }

  /// The look before the leap, now.
  public func recheck(_ decision: Decision, node: Int = 0) -> Reason? {
    Planner.recheck(
      decision, node: nodes[node], memory: memory, at: now, under: rulebook)
  }
}

/// A seeded generator for property tests (SplitMix64's published constants).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
