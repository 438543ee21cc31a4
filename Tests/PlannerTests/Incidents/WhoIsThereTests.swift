import FleetModel
import Planner
import TestSupport
import Testing

/// What others' exporters said of machines nobody here imagined (SEMANTICS 4.18): each case keeps its
/// node, and a twin beside it that rests and is heard in full is stopped.
@Suite("Incident: who is there")
struct WhoIsThereTests {
  /// A body of rows, each with its id and what it says; nil: no field of load at all.
  typealias Row = (id: String, signals: TestFleet.Signals?)

  private static let idle = TestFleet.Signals.idle
  private static let busy = TestFleet.Signals.busy

  private func fleet(gpus: Int) -> TestFleet {
    var fleet = TestFleet(1, gpus: gpus)
    fleet.levels = nil
    fleet.rulebook.pools[0].minimumConfidence = .medium
    return fleet
  }

  private func body(_ rows: [Row], of fleet: TestFleet, hostname: String = "gpu-0") -> NodeReading {
    let devices = rows.map { row in
      var fields = DeviceReading()
      fields[.memoryUsed] = row.signals?.memory ?? 30_000
      fields[.engineActive] = row.signals?.engine
      fields[.gpuUtilization] = row.signals?.utilization
      fields[.tensorActive] = row.signals?.tensor
      fields[.dramActive] = row.signals?.dram
      return AcceleratorReading(id: AcceleratorID(row.id), fields: fields)
    }
    return NodeReading(
      target: "10.0.0.0:9400", receivedAt: fleet.now,
      accelerators: devices.sorted { $0.id < $1.id }, hostname: hostname)
  }

  private func hear(
    _ fleet: inout TestFleet, _ rows: [Row], for time: Duration, hostname: String = "gpu-0"
  ) {
    let end = fleet.now.advanced(by: time)
    while fleet.now < end {
      fleet.memory.fold(body(rows, of: fleet, hostname: hostname), under: fleet.rulebook)
      fleet.step()
    }
    fleet.memory.fold(body(rows, of: fleet, hostname: hostname), under: fleet.rulebook)
    fleet.settle()
  }

  private func slices(_ gpus: Int, busy: Set<Int> = [], blind: Set<Int> = []) -> [Row] {
    (0..<(gpus * 2)).map { number in
      let id = "GPU-\(number / 2)/\(number % 2 + 1)"
      if blind.contains(number) { return (id, nil) }
      return (id, busy.contains(number) ? Self.busy : Self.idle)
    }
  }

  @Test("I33: sixteen idle slices of eight GPUs are idle, and stopped")
  func idleSlices() {
    var fleet = fleet(gpus: 8)
    hear(&fleet, slices(8), for: .minutes(12))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("I33: three slices of sixteen that offer no load keep their node (dcgm-exporter#507)")
  func blindSlices() {
    var fleet = fleet(gpus: 8)
    hear(&fleet, slices(8, blind: [3, 6, 15]), for: .minutes(60))
    #expect(fleet.reason() == .acceleratorSilent("GPU-1/2"))
  }

  @Test("I33: slices of one GPU are not the node's other GPU (ATTACK S4)")
  func slicesForGPU() {
    var fleet = fleet(gpus: 2)
    hear(&fleet, slices(1), for: .minutes(60))
    #expect(fleet.reason() == .acceleratorsMissing(heard: 1, expected: 2))
  }

  @Test("I33: a busy slice whose row vanishes keeps its node, also when its GPU is cut anew")
  func vanished() {
    var fleet = fleet(gpus: 8)
    hear(&fleet, slices(8, busy: [5]), for: .minutes(5))
    let rest = slices(8).filter { $0.id != "GPU-2/2" }
    fleet.step()
    hear(&fleet, rest, for: .minutes(55))
    #expect(fleet.reason() == .acceleratorSilent("GPU-2/2"))
    fleet.step()
    hear(&fleet, rest, for: .minutes(90))
    #expect(fleet.reason() == .acceleratorSilent("GPU-2/2"))
    // People cut GPUs anew while they run, what is empty of them: this one was at work.
    var other = slices(8).filter { $0.id == "GPU-2/1" }
    other[0].id = "GPU-2/9"
    fleet.step()
    hear(&fleet, rest + other, for: .minutes(90))
    #expect(fleet.reason() == .acceleratorSilent("GPU-2/2"))
  }

  @Test("the row of a GPU beside those of its slices need not say anything of its own")
  func parentRow() {
    var fleet = fleet(gpus: 2)
    let parents: [Row] = [("GPU-0", nil), ("GPU-1", nil)]
    hear(&fleet, parents + slices(2), for: .minutes(12))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("utilisation of a slice, always 0, is no evidence (dcgm-exporter#216, #50)")
  func utilizationOfSlice() {
    var fleet = fleet(gpus: 1)
    let blind = TestFleet.Signals(engine: nil, utilization: 0, tensor: nil, dram: nil)
    hear(&fleet, [("GPU-0/1", blind)], for: .minutes(60))
    #expect(fleet.plan.decisions.isEmpty)
    var whole = self.fleet(gpus: 1)
    hear(&whole, [("GPU-0", blind)], for: .minutes(12))
    #expect(whole.verdict().intent == .stop)
  }

  @Test("I34: other GPUs at the same address keep the node until its machine is started anew")
  func swapped() {
    var fleet = fleet(gpus: 2)
    hear(&fleet, [("GPU-a", Self.busy), ("GPU-b", Self.busy)], for: .minutes(5))
    fleet.step()
    let noticed = fleet.now
    let others: [Row] = [("GPU-y", Self.idle), ("GPU-z", Self.idle)]
    hear(&fleet, others, for: .hours(5), hostname: "gpu-1")
    #expect(fleet.reason() == .identityChanged(lost: "GPU-a", found: "GPU-y", at: noticed))
    // The former ones coming back explains nothing: a Service in front answers now so, now so.
    fleet.step()
    hear(&fleet, [("GPU-a", Self.idle), ("GPU-b", Self.idle)], for: .hours(1))
    #expect(fleet.reason() == .identityChanged(lost: "GPU-a", found: "GPU-y", at: noticed))
    fleet.nodes[0].launchedAt = fleet.now.advanced(by: .seconds(1))
    fleet.step()
    hear(&fleet, others, for: .minutes(16))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "a person's word after the change ends it, one from before does not",
    arguments: [(-1, false), (1, true)])
  func word(minutes: Int64, isBelieved: Bool) {
    var fleet = fleet(gpus: 1)
    hear(&fleet, [("GPU-a", Self.busy)], for: .minutes(5))
    fleet.step()
    let noticed = fleet.now
    hear(&fleet, [("GPU-y", Self.idle)], for: .minutes(5))
    fleet.nodes[0].tags[Tag.identity] = "\(noticed.advanced(by: .minutes(minutes)))"
    fleet.settle()
    fleet.step()
    hear(&fleet, [("GPU-y", Self.idle)], for: .minutes(12))
    #expect((fleet.verdict().intent == .stop) == isBelieved)
  }

  @Test("an exporter in a new container names itself anew and changes nothing")
  func hostname() {
    var fleet = fleet(gpus: 1)
    hear(&fleet, [("GPU-a", Self.idle)], for: .minutes(6), hostname: "705ccb5d6d5d")
    fleet.step()
    hear(&fleet, [("GPU-a", Self.idle)], for: .minutes(6), hostname: "1f2e3d4c5b6a")
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("GPUs that come up one after the other are taken in")
  func growing() {
    var fleet = fleet(gpus: 2)
    hear(&fleet, [("GPU-a", Self.idle)], for: .minutes(3))
    #expect(fleet.reason() == .acceleratorsMissing(heard: 1, expected: 2))
    fleet.step()
    hear(&fleet, [("GPU-a", Self.idle), ("GPU-b", Self.idle)], for: .minutes(12))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("a GPU that was heard once is missed for as long as its machine runs")
  func lostForLong() {
    var fleet = fleet(gpus: 1)
    hear(&fleet, [("GPU-a", Self.busy), ("GPU-b", Self.idle)], for: .minutes(5))
    fleet.step()
    hear(&fleet, [("GPU-b", Self.idle)], for: .hours(30))
    #expect(fleet.reason() == .acceleratorSilent("GPU-a"))
  }

  @Test(
    "where nobody says how many accelerators there are, the tag finops-gpus does",
    arguments: [("1", true), ("2", false), ("0", false), ("eight", false)])
  func countByTag(tag: String, isIdle: Bool) {
    var fleet = fleet(gpus: 1)
    fleet.nodes[0].acceleratorCount = nil
    fleet.nodes[0].tags[Tag.accelerators] = tag
    hear(&fleet, [("GPU-a", Self.idle)], for: .minutes(12))
    #expect((fleet.verdict().intent == .stop) == isIdle)
  }

  @Test("what the cloud says of the number wins over the tag")
  func cloudWins() {
    var fleet = fleet(gpus: 2)
    fleet.nodes[0].tags[Tag.accelerators] = "1"
    hear(&fleet, [("GPU-a", Self.idle)], for: .minutes(12))
    #expect(fleet.reason() == .acceleratorsMissing(heard: 1, expected: 2))
  }

  @Test("exporters that are crossed keep both nodes, in any order of time (ATTACK S5)")
  func crossed() {
    var fleet = TestFleet(2, gpus: 1)
    fleet.rulebook.pools[0].minimumConfidence = .medium
    fleet.pass(.minutes(5), .busy)
    // The second falls silent; an hour later the first answers with its GPU.
    fleet.silence(.hours(1))
    for _ in 0..<60 {
      var other = fleet.reading(1)
      other.target = "10.0.0.0:9400"
      fleet.memory.fold(other, under: fleet.rulebook)
      fleet.step()
    }
    fleet.settle()
    #expect(fleet.reason(0) == .identityConflict(TestFleet.gpu(1, 0)))
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test(
    "a request gauge that is missing or no number is missing demand, in a pool without scaling too",
    arguments: [
      RequestReading(running: nil, waiting: nil, finished: 100),
      RequestReading(running: 0, waiting: nil, finished: 100),
      RequestReading(running: nil, waiting: 0, finished: 100),
      RequestReading(running: 0, waiting: nil),
    ])
  func unknownRequests(requests: RequestReading) {
    var fleet = TestFleet(1, kind: .serving, gpus: 1)
    fleet.pass(.minutes(60), requests: requests)
    #expect(fleet.reason() == .confidenceTooLow(.low, required: .high))
    var twin = TestFleet(1, kind: .serving, gpus: 1)
    twin.pass(.minutes(60), requests: RequestReading(running: 0, waiting: 0, finished: 100))
    #expect(twin.verdict().intent == .stop)
  }
}
