import CostModel
import FleetModel
import TestSupport
import Testing

@testable import Planner

@Suite("Rightsize")
struct RightsizeTests {
  static let start = TestFleet.start

  static func price(_ type: InstanceType, _ dollars: Int64) -> Price {
    Price(
      cloud: "aws", type: type, hourly: HourlyRate(perHour: .dollars(dollars)), source: "test",
      asOf: "2026-07-20")
  }

  struct Load {
    var used = 18_000.0
    var free = 60_000.0
    var engine: Double? = 0.5
    var tensor: Double? = 0.02
    var dram: Double? = 0.05
  }

  /// One look an hour; the last one at the end.
  static func memory(hours: Int, _ load: Load) -> RightsizeMemory {
    var memory = RightsizeMemory()
    var fields = DeviceReading()
    fields[.memoryUsed] = load.used
    fields[.memoryFree] = load.free
    fields[.engineActive] = load.engine
    fields[.tensorActive] = load.tensor
    fields[.dramActive] = load.dram
    for hour in 0...hours {
      memory.fold(
        NodeReading(
          target: "a:1", receivedAt: start.advanced(by: .hours(Int64(hour))),
          accelerators: [AcceleratorReading(id: "GPU-1", fields: fields)]))
    }
    return memory
  }

  /// Some p5.4xlarge (an H100 each) at $7, with an L40S at $2 and an L4 at $1 to be had.
  static func advice(
    hours: Int = 168, nodes: Int = 2, _ load: Load = Load(),
    change: (inout TestFleet) -> Void = { _ in }
  ) -> [Advice] {
    var fleet = TestFleet(nodes, gpus: 1)
    for index in fleet.nodes.indices { fleet.nodes[index].type = "p5.4xlarge" }
    fleet.rulebook.prices = PriceBook([
      price("p5.4xlarge", 7), price("g6e.xlarge", 2), price("g6.xlarge", 1),
    ])
    fleet.now = start.advanced(by: .hours(Int64(hours)))
    fleet.memory.pools["pool", default: PoolMemory()].needs = memory(hours: hours, load)
    change(&fleet)
    return (fleet.plan.advice ?? []).filter { $0.kind == .rightsize }
  }

  @Test("seven days are needed", arguments: [(167, 0), (168, 1)])
  func sevenDays(hours: Int, words: Int) { #expect(Self.advice(hours: hours).count == words) }

  @Test("the cheapest machine that fits is advised, with the saving of every node")
  func cheapest() throws {
    let advice = try #require(Self.advice().first)
    #expect(advice.monthlySaving == .dollars((7 - 1) * 720 * 2))
    #expect(advice.isEstimated)
    #expect(advice.risk == .high)
    #expect(advice.text.contains("g6.xlarge"))
    #expect(!advice.command.isEmpty)
  }

  @Test("no saving is promised of machines that another controller owns")
  func owned() throws {
    let owner = NodeFacts(owner: NodeOwner(.karpenter))
    let one = Self.advice { $0.nodes[0].facts = owner }
    #expect(one.map(\.monthlySaving) == [.dollars((7 - 1) * 720)])
    let all = Self.advice { fleet in
      for node in fleet.nodes.indices { fleet.nodes[node].facts = owner }
    }
    #expect(all == [])
  }

  @Test("memory comes first: a tenth more than p99 has to fit")
  func memoryFirst() {
    // An L4 has 22,888 MiB: 20,808 and a tenth fit, 20,809 do not.
    let fits = Load(used: 20_807, free: 0)
    let large = Load(used: 20_809, free: 0)
    #expect(Self.advice(fits).first?.text.contains("g6.xlarge") == true)
    #expect(Self.advice(large).first?.text.contains("g6e.xlarge") == true)
  }

  @Test("bandwidth decides: what would be over 80 % of it does not fit")
  func bandwidth() {
    // An L4 has 300 of an H100's 3,350 GB/s: 2 of 32 buckets are 70 %, 3 are 105 %.
    #expect(Self.advice(Load(dram: 2 / 32)).first?.text.contains("g6.xlarge") == true)
    #expect(Self.advice(Load(dram: 3 / 32)).first?.text.contains("g6e.xlarge") == true)
    #expect(Self.advice(nodes: 1, Load(dram: 0.9)) == [])
  }

  @Test("arithmetic decides too")
  func arithmetic() {
    // An L4 has 121 of an H100's 989 TFLOP/s: 3 of 32 buckets are 77 %, 4 are 102 %.
    #expect(Self.advice(Load(tensor: 3 / 32)).first?.text.contains("g6.xlarge") == true)
    #expect(Self.advice(Load(tensor: 4 / 32)).first?.text.contains("g6e.xlarge") == true)
  }

  @Test("what was never heard is not taken for nothing")
  func unheard() {
    #expect(Self.advice(nodes: 1, Load(tensor: nil)) == [])
    #expect(Self.advice(nodes: 1, Load(dram: nil)) == [])
    #expect(Self.advice { $0.memory.pools["pool"]?.needs = nil } == [])
  }

  @Test("dearer machines, unknown types and mixed pools are not spoken of")
  func silent() {
    #expect(Self.advice(nodes: 1) { $0.rulebook.prices.set(Self.price("p5.4xlarge", 1)) } == [])
    #expect(Self.advice { $0.nodes[1].type = "g6.xlarge" } == [])
    let unknown = Self.advice { fleet in
      for index in fleet.nodes.indices { fleet.nodes[index].type = "x1" }
      fleet.rulebook.prices.set(Self.price("x1", 9))
    }
    #expect(unknown == [])
  }

  static func measured(_ type: InstanceType, _ dollars: Int64, invalid: String? = nil)
    -> NodeCapability
  {
    let quantiles = NodeCapability.Quantiles(p50: 1, p90: 1, p99: 1, max: 1)
    return NodeCapability(
      node: type, model: "m", offeredRate: 1, achievedRate: 1, inputTokensPerSecond: 1,
      outputTokensPerSecond: 1, timeToFirstToken: quantiles, latency: quantiles, requests: 1,
      failures: 0, rate: HourlyRate(perHour: .dollars(1)),
      perMillionOutputTokens: .dollars(dollars), measuredAt: start, invalid: invalid)
  }

  @Test("figures measured on both machines beat transferred ones")
  func measuredFirst() throws {
    let advice = try #require(
      Self.advice { fleet in
        fleet.rulebook.capabilities = [
          Self.measured("p5.4xlarge", 4), Self.measured("g6e.xlarge", 3),
        ]
      }.first)
    #expect(!advice.isEstimated)
    #expect(advice.monthlySaving == .dollars(7 * 720 * 2 / 4))
  }

  @Test("a measurement that failed, or of one machine only, is none")
  func notMeasured() {
    let one = Self.advice { $0.rulebook.capabilities = [Self.measured("g6e.xlarge", 3)] }
    let failed = Self.advice { fleet in
      fleet.rulebook.capabilities = [
        Self.measured("p5.4xlarge", 4), Self.measured("g6e.xlarge", 3, invalid: "lagged"),
      ]
    }
    #expect(one.allSatisfy(\.isEstimated) && one.count == 1)
    #expect(failed.allSatisfy(\.isEstimated) && failed.count == 1)
  }

  @Test("slices are advised when memory and load fit into them and a node is spared")
  func slices() {
    let only = { (fleet: inout TestFleet) in
      fleet.rulebook.prices = PriceBook([Self.price("p5.4xlarge", 7)])
    }
    // An H100 slice: 9,537 MiB and a seventh of the load.
    let small = Load(used: 8_000, free: 70_000, engine: 4 / 32)
    #expect(
      Self.advice(nodes: 7, small, change: only).map(\.monthlySaving) == [.dollars(7 * 720 * 6)])
    let busier = Load(used: 8_000, free: 70_000, engine: 5 / 32)
    #expect(
      Self.advice(nodes: 7, busier, change: only).map(\.monthlySaving) == [.dollars(7 * 720 * 4)])
    #expect(Self.advice(nodes: 1, small, change: only) == [])
    #expect(Self.advice(nodes: 7, Load(engine: 0.5), change: only) == [])
    let command = Self.advice(nodes: 7, small, change: only).first?.command
    #expect(command == "nvidia-smi mig -cgi 19,19,19,19,19,19,19 -C")
  }

  @Test("needs of more than two weeks ago are forgotten, and gaps are no observation")
  func forgotten() {
    var memory = Self.memory(hours: 168, Load(used: 70_000, free: 8_000))
    for hour in 169...520 {
      var fields = DeviceReading()
      fields[.memoryUsed] = 1_000
      fields[.memoryFree] = 77_000
      memory.fold(
        NodeReading(
          target: "a:1", receivedAt: Self.start.advanced(by: .hours(Int64(hour))),
          accelerators: [AcceleratorReading(id: "GPU-1", fields: fields)]))
    }
    let now = Self.start.advanced(by: .hours(520))
    #expect(memory.needs(at: now)?.memoryNeeded == 1_000)
    var sparse = RightsizeMemory()
    for hour in stride(from: 0, through: 168, by: 2) {
      sparse.fold(
        NodeReading(
          target: "a:1", receivedAt: Self.start.advanced(by: .hours(Int64(hour))),
          accelerators: [AcceleratorReading(id: "GPU-1", fields: DeviceReading())]))
    }
    #expect(sparse.needs(at: Self.start.advanced(by: .hours(168))) == nil)
  }

  @Test("a quantile is the upper end of its bucket")
  func histogram() {
    var histogram = ShareHistogram()
    #expect(histogram.quantile(0.5) == nil)
    for _ in 0..<99 { histogram.add(0) }
    histogram.add(1.2)
    #expect(histogram.quantile(0.99) == 1.0 / 32)
    #expect(histogram.quantile(0.991) == 1)
    histogram.add(.nan)
    #expect(histogram.quantile(1) == 1)
  }
}
