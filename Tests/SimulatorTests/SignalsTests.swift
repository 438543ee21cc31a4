import CostModel
import FleetModel
import Planner
import Simulator
import TestSupport
import Testing

@Suite("Signals")
struct SignalsTests {
  static let profiles = [DeviceProfile.h100, .a100, .l40s]

  @Test(
    "all 26 fields are there and can be true",
    arguments: [0, 0.004, 0.5, 1], profiles)
  func complete(duty: Double, profile: DeviceProfile) {
    var signals = DeviceSignals(profile: profile, energy: 1e12)
    let reading = signals.reading(
      of: DeviceActivity(duty: duty, memoryUsed: 1000), at: TestFleet.start)
    #expect(reading.count == 26)
  }

  @Test("energy is power over time, to the millijoule")
  func energy() {
    var signals = DeviceSignals(profile: .h100, energy: 5000)
    let first = signals.reading(of: .off, at: TestFleet.start)
    #expect(first[.totalEnergy] == 5000)
    let second = signals.reading(of: .off, at: TestFleet.start.advanced(by: .seconds(15)))
    #expect(second[.totalEnergy] == 1_055_000.0)
    let third = signals.reading(
      of: DeviceActivity(duty: 1, memoryUsed: 0), at: TestFleet.start.advanced(by: .seconds(25)))
    #expect(third[.totalEnergy] == 8_055_000.0)
  }

  @Test("1 % of duty stands out of idle power by more than the rule allows", arguments: profiles)
  func visible(profile: DeviceProfile) {
    var signals = DeviceSignals(profile: profile)
    let reading = signals.reading(
      of: DeviceActivity(duty: 0.01, memoryUsed: 0), at: TestFleet.start)
    #expect(reading[.powerUsage] ?? 0 > profile.idleWatts * 1.10 + 5)
  }

  @Test("an idle device looks idle, a loading one moves bytes without work")
  func idleAndLoading() {
    var signals = DeviceSignals(profile: .a100)
    let idle = signals.reading(of: .off, at: TestFleet.start)
    #expect((idle[.pcieReceive] ?? 1e9) + (idle[.pcieTransmit] ?? 1e9) < 5_000_000)
    let loading = signals.reading(
      of: DeviceActivity(duty: 0, memoryUsed: 100, loading: true), at: TestFleet.start)
    #expect(loading[.engineActive] == 0)
    #expect(loading[.pcieReceive] ?? 0 > 5_000_000)
  }

  @Test("memory adds up, and is absent where nobody knows it")
  func memory() {
    var signals = DeviceSignals(profile: .l40s)
    let known = signals.reading(
      of: DeviceActivity(duty: 0, memoryUsed: 1e9), at: TestFleet.start)
    let sum =
      (known[.memoryUsed] ?? 0) + (known[.memoryFree] ?? 0) + (known[.memoryReserved] ?? 0)
    #expect(sum == DeviceProfile.l40s.memoryMiB)
    #expect(known[.memoryFree] == 0)
    let unknown = signals.reading(
      of: DeviceActivity(duty: 0, memoryUsed: nil), at: TestFleet.start)
    #expect(unknown[.memoryUsed] == nil && unknown.count == 23)
  }
}

@Suite("The demonstration fleet")
struct DemoTests {
  let shape = DemoFleetShape.standard
  let activity = DemoActivity(seed: 7)

  @Test("24 nodes of 8 GPUs in four pools, each with its own id, pool, price and GPUs")
  func shapeOfFleet() {
    let nodes = shape.nodes(launchedAt: TestFleet.start)
    #expect(nodes.count == 24 && Set(nodes.map(\.id)).count == 24)
    #expect(nodes.map(\.id) == nodes.map(\.id).sorted())
    let rulebook = shape.rulebook()
    #expect(nodes.allSatisfy { rulebook.pool(of: $0) != nil && $0.acceleratorCount == 8 })
    #expect(nodes.allSatisfy { shape.prices.price(of: $0) != nil })
    #expect(nodes.allSatisfy { $0.id.rawValue.count == 19 })
    let gpus = (0..<24).flatMap { node in
      (0..<8).map { DemoFleetShape.acceleratorID(node: node, accelerator: $0) }
    }
    #expect(Set(gpus).count == 192)
    #expect(gpus.allSatisfy { $0.rawValue.count == 40 })
  }

  /// Every ten minutes of four weeks, of one accelerator of each node in `nodes`.
  private func duties(_ nodes: Range<Int>, days: Int = 28) -> [[Double]] {
    (0..<(days * 144)).map { slot in
      let moment = TestFleet.start.startOfHour.advanced(by: .minutes(Int64(slot) * 10))
      return nodes.map { activity.activity(node: $0, accelerator: $0 % 8, at: moment)?.duty ?? 0 }
    }
  }

  @Test("development GPUs: about 7 % mean duty, about 64 % of samples zero")
  func dev() {
    let samples = duties(8..<14).flatMap(\.self)
    let mean = samples.reduce(0, +) / Double(samples.count)
    let zeros = Double(samples.count { $0 == 0 }) / Double(samples.count)
    #expect((0.05...0.09).contains(mean))
    #expect((0.58...0.70).contains(zeros))
  }

  @Test("serving demand peaks at about three times its mean, and is lower on weekends")
  func serving() {
    let slots = duties(0..<8).map { $0.reduce(0, +) }
    let mean = slots.reduce(0, +) / Double(slots.count)
    let peaks = (0..<28).map { day in slots[(day * 144)..<((day + 1) * 144)].max() ?? 0 }
    let peak = peaks.reduce(0, +) / 28
    #expect((2.2...4.5).contains(peak / mean))
    // 2026-11-21 is a Saturday.
    let weekend = slots[0..<(144)].reduce(0, +)
    let weekday = slots[(144 * 3)..<(144 * 4)].reduce(0, +)
    #expect(weekend < weekday * 0.75)
  }

  @Test("some nodes are always idle and hold memory")
  func forgotten() {
    #expect(duties(14..<16).allSatisfy { $0 == [0, 0] })
    #expect(duties(22..<23).allSatisfy { $0 == [0] })
    #expect(
      activity.activity(node: 15, accelerator: 0, at: TestFleet.start)?.memoryUsed ?? 0 > 1024)
  }

  @Test("jobs load their model first: seconds, not minutes")
  func loads() {
    var longest = 0
    var run = 0
    for second in 0..<(2 * 86_400) {
      let moment = TestFleet.start.advanced(by: .seconds(Int64(second)))
      let loading = activity.activity(node: 17, accelerator: 0, at: moment)?.loading ?? false
      run = loading ? run + 1 : 0
      longest = max(longest, run)
    }
    #expect((12...55).contains(longest))
  }

  @Test("asking twice, or for what is not there, changes nothing")
  func pure() {
    let one = activity.activity(node: 3, accelerator: 2, at: TestFleet.start)
    _ = activity.activity(node: 9, accelerator: 1, at: TestFleet.start.advanced(by: .days(9)))
    #expect(activity.activity(node: 3, accelerator: 2, at: TestFleet.start) == one)
    #expect(activity.activity(node: 24, accelerator: 0, at: TestFleet.start) == nil)
    #expect(activity.activity(node: 0, accelerator: 8, at: TestFleet.start) == nil)
  }

  @Test("SplitMix64 gives the published numbers of seed 1234567")
  func generator() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}

@Suite("Recordings")
struct RecordingTests {
  private func parse(_ text: String) -> Result<[RecordedActivity.Row], RecordingError> {
    RecordedActivity.parse(csv: Array(text.utf8))
  }

  private let header = "t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n"

  @Test(
    "a row holds until the next one is due, and no longer",
    arguments: [(0, 0.5), (56, 0.5), (57, nil), (113, nil), (114, 0.25), (170, 0.25), (171, nil)])
  func holds(second: Int64, duty: Double?) throws {
    let rows = try parse(header + "0,7,50,100\n114,7,25.0,\n").get()
    let recorded = RecordedActivity(rows, start: TestFleet.start)
    let moment = TestFleet.start.advanced(by: .seconds(second))
    #expect(recorded.activity(node: 0, accelerator: 0, at: moment)?.duty == duty)
    #expect(recorded.length == .seconds(171))
  }

  @Test("a row without a duty says nothing; one without memory says only the duty")
  func empty() throws {
    let rows = try parse(header + "0,1,,5\n0,2,3,\r\n").get()
    let recorded = RecordedActivity(rows, start: TestFleet.start)
    #expect(recorded.activity(node: 0, accelerator: 0, at: TestFleet.start) == nil)
    #expect(
      recorded.activity(node: 1, accelerator: 0, at: TestFleet.start)
        == DeviceActivity(duty: 0.03, memoryUsed: nil))
    #expect(
      recorded.activity(node: 0, accelerator: 0, at: TestFleet.start.advanced(by: .seconds(-1)))
        == nil)
  }

  @Test("pods fill nodes in ascending order")
  func grouping() throws {
    let rows = try parse(header + "0,9,90,\n0,2,20,\n0,5,50,\n").get()
    let recorded = RecordedActivity(rows, start: TestFleet.start, acceleratorsPerNode: 2)
    #expect(recorded.pods == [2, 5, 9] && recorded.nodeCount == 2)
    #expect(recorded.activity(node: 0, accelerator: 1, at: TestFleet.start)?.duty == 0.5)
    #expect(recorded.activity(node: 1, accelerator: 0, at: TestFleet.start)?.duty == 0.9)
    #expect(recorded.activity(node: 1, accelerator: 1, at: TestFleet.start) == nil)
    #expect(recorded.activity(node: 0, accelerator: 2, at: TestFleet.start) == nil)
  }

  @Test(
    "a fault names its row",
    arguments: [
      ("", RecordingError.header("")), ("a,b\n1,2\n", .header("a,b")),
      ("t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n", .empty),
      ("t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,2\n", .columns(row: 2, count: 3)),
      (
        "t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,2,3\nx,1,2,3\n",
        .value(row: 3, column: "t_s", text: "x")
      ),
      (
        "t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,101,3\n",
        .value(row: 2, column: "gpu_duty_pct", text: "101")
      ),
      (
        "t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,nan,3\n",
        .value(row: 2, column: "gpu_duty_pct", text: "nan")
      ),
      (
        "t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,5,-3\n",
        .value(row: 2, column: "gpu_mem_used_mib", text: "-3")
      ),
    ])
  func faults(text: String, error: RecordingError) {
    #expect(throws: error) { try parse(text).get() }
  }
}
