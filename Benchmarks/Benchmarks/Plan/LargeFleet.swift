import CostModel
import FleetModel
import Planner

/// 12,500 nodes of 8 accelerators in 400 pools, heard for 22 minutes: a third at work, the rest idle
/// for between none and all of that time. One in 97 is not heard any more, one in 53 has lost an
/// accelerator, one in 89 is switched off.
struct LargeFleet {
  static let start = Timestamp(seconds: 1_795_251_600)
  static let nodeCount = 12_500
  static let poolCount = 400
  /// dcgm-exporter's usual scrape interval here.
  static let interval = Duration.seconds(15)

  let rulebook: Rulebook
  private(set) var nodes: [Node] = []
  private var targets: [NodeID: Target] = [:]
  private var memory = Memory()
  private var meters = [Double](repeating: 1e6, count: LargeFleet.nodeCount)
  private var now = LargeFleet.start
  private var heard = 0

  init() {
    let kinds: [PoolKind] = [.batch, .serving, .dev, .training]
    let spec = LaunchSpec(
      cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1")
    let price = Price(
      cloud: "aws", type: "p4d.24xlarge",
      hourly: HourlyRate(perHour: Money(nanos: 21_957_642_000)), source: "benchmark",
      asOf: "2026-07-20")
    rulebook = Rulebook(
      fleet: "bench",
      pools: (0..<Self.poolCount).map { number in
        PoolRules(
          name: Self.pool(number), kind: kinds[number % 4], mode: .auto,
          match: .init(tags: [Tag.pool: Self.pool(number).rawValue]), minimumNodes: 2,
          maximumNodes: 64, minimumConfidence: .medium, launch: spec)
      },
      prices: PriceBook([price]), scrapeInterval: Self.interval)
    nodes = (0..<Self.nodeCount).map(Self.node)
    for (number, node) in nodes.enumerated() { targets[node.id] = Self.target(number) }
  }

  var snapshot: Snapshot {
    Snapshot(
      takenAt: now.advanced(by: .seconds(1)), nodes: nodes, inventoryAt: now, targets: targets,
      memory: memory)
  }

  /// Every node is heard this many times, one scrape interval apart.
  mutating func hear(_ times: Int) {
    for _ in 0..<times {
      now = now.advanced(by: Self.interval)
      heard += 1
      for number in nodes.indices where isHeard(number) {
        memory.fold(reading(of: number), under: rulebook)
      }
    }
    memory.observe(nodes, at: now, under: rulebook)
  }

  private func isHeard(_ number: Int) -> Bool {
    nodes[number].state == .running && (number % 97 != 1 || heard < 60)
  }

  private mutating func reading(of number: Int) -> NodeReading {
    let works = number % 3 == 0 || number % 101 > heard
    meters[number] += (works ? 380 : 52) * 15_000
    var fields = DeviceReading()
    fields[.engineActive] = works ? 0.9 : 0
    fields[.gpuUtilization] = works ? 95 : 0
    fields[.tensorActive] = works ? 0.4 : 0
    fields[.dramActive] = works ? 0.3 : 0
    fields[.pcieReceive] = 30_000
    fields[.powerUsage] = works ? 380 : 52
    fields[.memoryUsed] = works ? 30_000 : 0
    fields[.xidErrors] = 0
    fields[.totalEnergy] = meters[number]
    return NodeReading(
      target: Self.target(number), receivedAt: now,
      accelerators: (0..<(number % 53 == 1 ? 7 : 8)).map {
        AcceleratorReading(id: AcceleratorID("GPU-\(number)-\($0)"), fields: fields)
      })
  }

  private static func pool(_ number: Int) -> PoolName { PoolName("pool-\(1000 + number)") }

  private static func target(_ number: Int) -> Target {
    Target("10.0.\(number / 256).\(number % 256):9400")
  }

  /// Ids as long as EC2's, which do not fit into a Swift string's own bytes.
  private static func node(_ number: Int) -> Node {
    let digits = String(number)
    let padding = String(repeating: "0", count: 12 - digits.count)
    return Node(
      id: NodeID("i-0abcd" + padding + digits), cloud: "aws", region: "us-east-1",
      zone: "us-east-1a", type: "p4d.24xlarge", state: number % 89 == 1 ? .stopped : .running,
      launchedAt: start.advanced(by: .zero - .days(1)),
      tags: [
        Tag.fleet: "bench", Tag.pool: pool(number % poolCount).rawValue, "team": "research",
      ],
      privateAddress: "10.0.\(number / 256).\(number % 256)", acceleratorCount: 8)
  }
}
