import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

/// The failures that others reported, as fixtures (SEMANTICS 7, RELIABILITY F01–F12, I1–I4).
@Suite("Evidence")
struct EvidenceTests {
  @Test("fixture: busy fleet with engine=0 is a sensor fault after five samples, never idle")
  func engineZero() {
    var fleet = TestFleet()
    let lie = TestFleet.Signals(engine: 0, utilization: 80)
    for _ in 0..<4 {
      fleet.hear(0, lie)
      fleet.step()
    }
    #expect(fleet.reason() == .busy(.utilization))
    fleet.hear(0, lie)
    #expect(fleet.reason() == .sensorFault(TestFleet.gpu(0, 0)))
    fleet.step()
    fleet.pass(.minutes(60), lie)
    #expect(fleet.reason() == .sensorFault(TestFleet.gpu(0, 0)))
  }

  @Test("I1: an exporter that is gone for an hour is never idle")
  func exporterGone() {
    var fleet = TestFleet()
    fleet.pass(.minutes(5))
    for _ in 0..<240 {
      fleet.step()
      fleet.memory.foldFailure(
        of: "10.0.0.0:9400", at: fleet.now, under: fleet.rulebook)
      #expect(fleet.plan.decisions.isEmpty)
    }
    #expect(fleet.reason() == .stale(age: .minutes(60)))
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(10)))
  }

  @Test("one failed scrape does not reset the clock, a hole of more than three intervals does")
  func hole() {
    var fleet = TestFleet()
    fleet.pass(.minutes(9))
    var broken = fleet
    fleet.silence(.seconds(45))
    fleet.pass(.minutes(1))
    #expect(fleet.verdict().intent == .stop)
    broken.silence(.seconds(46))
    broken.pass(.minutes(1))
    #expect(broken.reason() == .idleTooShort(for: .minutes(1), limit: .minutes(10)))
  }

  @Test("I3: a window with less than nine tenths of its samples proves nothing")
  func coverage() {
    var fleet = TestFleet()
    fleet.pass(.minutes(2))
    for _ in 0..<20 {
      // Every second scrape fails.
      fleet.silence(.seconds(30))
      fleet.hear()
    }
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("what was heard for a moment only is not idle")
  func firstLook() {
    var fleet = TestFleet(10)
    for node in 0..<10 { fleet.hear(node) }
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(10)))
  }

  @Test("seven accelerators of eight prove nothing")
  func sevenOfEight() {
    var fleet = TestFleet()
    for _ in 0..<60 {
      fleet.hear(missing: [3])
      fleet.step()
    }
    #expect(fleet.reason() == .acceleratorsMissing(heard: 7, expected: 8))
  }

  @Test("I4: an accelerator that is lost later is missed")
  func lostLater() {
    var fleet = TestFleet()
    fleet.pass(.minutes(20))
    for _ in 0..<4 {
      fleet.step()
      fleet.hear(missing: [0])
    }
    #expect(fleet.reason() == .acceleratorsMissing(heard: 7, expected: 8))
  }

  @Test("one quiet accelerator of eight does not make a node idle, one busy one keeps it")
  func oneOfEight() {
    var quiet = TestFleet()
    quiet.pass(.minutes(30), .busy, except: [2: .idle])
    #expect(quiet.reason() == .busy(.engine))
    var busy = TestFleet()
    busy.pass(.minutes(30), .idle, except: [2: .busy])
    #expect(busy.reason() == .busy(.engine))
  }

  @Test("a model that loads for six minutes at 0 % is not idle")
  func loading() {
    var fleet = TestFleet()
    var signals = TestFleet.Signals(memory: 0)
    for _ in 0..<24 {
      signals.memory = (signals.memory ?? 0) + 2000
      fleet.hear(0, signals)
      fleet.step()
    }
    #expect(fleet.reason() == .busy(.loading))
    fleet.pass(.minutes(9), signals)
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test(
    "memory that rises by 256 MiB is a model loading, by less it is not",
    arguments: [(255.0, false), (256, true)])
  func rise(by step: Double, loads: Bool) {
    var fleet = TestFleet()
    fleet.pass(.minutes(10), TestFleet.Signals(memory: 2000))
    fleet.step()
    fleet.hear(0, TestFleet.Signals(memory: 2000 + step))
    #expect((fleet.reason() == .busy(.loading)) == loads)
  }

  @Test(
    "a job of 1 % duty whose bursts no gauge sees is seen by its energy where they are strong",
    arguments: [(700.0, false), (400, true)])
  func bursts(watts: Double, isKnownLimit: Bool) {
    var fleet = TestFleet()
    fleet.pass(.minutes(5))
    // A second in every hundred: each seventh scrape holds one, all gauges read 0.
    for scrape in 0..<120 {
      fleet.step()
      let burst = scrape % 7 == 0 ? 52 + (watts - 52) / 15 : 52
      fleet.hear(0, .idle, except: [1: TestFleet.Signals(watts: burst)])
    }
    #expect(fleet.plan.decisions.isEmpty != isKnownLimit)
  }

  @Test("an exporter that counts every thirty seconds, re-read at any moment, stays idle")
  func slowExporter() {
    var fleet = TestFleet(1, gpus: 1)
    var energy = 1e9
    // An hour is needed to learn where it rests.
    for second in 0..<5400 {
      if second % 30 == 3 { energy += 52 * 30 * 1000 }
      // Regular scrapes, and re-reads a few seconds after some of them.
      if second % 15 == 0 || second % 105 == 4 {
        var fields = DeviceReading()
        fields[.engineActive] = 0
        fields[.memoryUsed] = 0
        fields[.totalEnergy] = energy
        let device = AcceleratorReading(id: "GPU-0", fields: fields)
        fleet.memory.fold(
          NodeReading(target: "10.0.0.0:9400", receivedAt: fleet.now, accelerators: [device]),
          under: fleet.rulebook)
      }
      fleet.silence(.seconds(1))
    }
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("a device never seen empty, and of no known type, is idle with medium confidence only")
  func neverEmpty() {
    var fleet = TestFleet()
    fleet.levels = nil
    fleet.pass(.minutes(10), TestFleet.Signals(watts: 120, memory: 30_000))
    #expect(fleet.reason() == .sensorFault(TestFleet.gpu(0, 0)))
    fleet = TestFleet()
    fleet.levels = nil
    fleet.pass(.minutes(10), TestFleet.Signals(watts: 55, memory: 30_000))
    #expect(fleet.reason() == .confidenceTooLow(.medium, required: .high))
    fleet.rulebook.pools[0].minimumConfidence = .medium
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("fixture: counter reset gives no rate and restarts the window")
  func counterReset() {
    var fleet = TestFleet()
    fleet.pass(.minutes(12))
    fleet.resetMeters()
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(10)))
    fleet.step()
    fleet.pass(.minutes(10))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("I4: a frozen exporter is stale, not idle", arguments: [(90, true), (105, false)])
  func frozen(seconds: Int64, isEvidence: Bool) {
    var fleet = TestFleet()
    fleet.pass(.minutes(10))
    let same = TestFleet.Signals(watts: 0)
    for _ in 0..<(seconds / 15) {
      fleet.step()
      fleet.hear(0, same)
    }
    #expect((fleet.verdict().intent == .stop) == isEvidence)
    fleet.step()
    fleet.pass(.minutes(60), same)
    guard case .stale = fleet.reason() else {
      Issue.record("a frozen exporter is not called stale: \(fleet.reason())")
      return
    }
  }

  @Test(
    "I1: values that cannot be true are absent, and absent is not zero",
    arguments: [Double.nan, .infinity, -1, 1e308, 9.2e18])
  func impossible(value: Double) {
    var fleet = TestFleet()
    fleet.pass(.minutes(60), TestFleet.Signals(engine: value, utilization: value))
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.reason() == .acceleratorsMissing(heard: 0, expected: 8))
  }

  @Test("one accelerator heard from two targets discredits both, until one machine is started anew")
  func identity() {
    var fleet = TestFleet(2, gpus: 1)
    fleet.pass(.minutes(10))
    fleet.step()
    for node in 0..<2 { fleet.hear(node) }
    var copy = fleet.reading(0)
    copy.target = "10.0.0.1:9400"
    copy.receivedAt = fleet.now.advanced(by: .seconds(1))
    fleet.memory.fold(copy, under: fleet.rulebook)
    fleet.silence(.seconds(2))
    fleet.settle()
    #expect(fleet.reason(0) == .identityConflict(TestFleet.gpu(0, 0)))
    #expect(fleet.reason(1) == .identityConflict(TestFleet.gpu(0, 0)))
    fleet.silence(.hours(2))
    fleet.pass(.minutes(10))
    fleet.settle()
    #expect(fleet.reason(0) == .identityConflict(TestFleet.gpu(0, 0)))
    // The second was stopped and started: what it named before it does not name any more.
    fleet.nodes[1].launchedAt = fleet.now.advanced(by: .seconds(1))
    fleet.step()
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.pass(.minutes(16))
    fleet.settle()
    fleet.settle()
    #expect(fleet.reason(0).code == "idle_confirmed")
    // One of two in a cycle; nothing else keeps it.
    #expect(fleet.reason(1).code == "blast_radius")
  }

  @Test("a reading that is not newer changes nothing")
  func older() {
    var fleet = TestFleet()
    fleet.pass(.minutes(1))
    let before = fleet.memory
    fleet.hear(0, .busy)
    #expect(fleet.memory == before)
    fleet.now = fleet.now.advanced(by: .seconds(-5))
    fleet.hear(0, .busy)
    #expect(fleet.memory == before)
  }

  @Test("F60: a clock set back makes what is known stale, not idle")
  func clockSetBack() {
    var fleet = TestFleet()
    fleet.pass(.minutes(20))
    fleet.now = fleet.now.advanced(by: .seconds(-3600))
    #expect(fleet.reason() == .stale(age: .seconds(-3600)))
  }

  @Test("a broken accelerator is said, not saved", arguments: [48.0, 79])
  func faulty(xid: Double) {
    var fleet = TestFleet()
    fleet.pass(.minutes(20), .idle, except: [5: TestFleet.Signals(xid: xid)])
    #expect(fleet.reason() == .faulty(TestFleet.gpu(0, 5)))
    var harmless = TestFleet()
    harmless.pass(.minutes(20), .idle, except: [5: TestFleet.Signals(xid: 31)])
    #expect(harmless.verdict().intent == .stop)
  }
}

@Suite("Scope")
struct ScopeTests {
  private func idle() -> TestFleet {
    var fleet = TestFleet()
    fleet.pass(.minutes(20))
    return fleet
  }

  @Test("only nodes with our fleet's tag are acted on", arguments: [nil, "other"])
  func tag(value: String?) {
    var fleet = idle()
    fleet.nodes[0].tags[Tag.fleet] = value
    #expect(fleet.reason() == .notOurs)
  }

  @Test("a node of no pool is kept")
  func noPool() {
    var fleet = idle()
    fleet.nodes[0].tags[Tag.pool] = "elsewhere"
    #expect(fleet.reason() == .noPool)
  }

  @Test("a node without a target is kept")
  func unmatched() {
    var fleet = idle()
    fleet.targets = [:]
    #expect(fleet.reason() == .unmatched)
  }

  @Test("a node of which nobody says how many accelerators it has is kept", arguments: [nil, 0])
  func count(count: Int?) {
    var fleet = idle()
    fleet.nodes[0].acceleratorCount = count
    #expect(fleet.reason() == .acceleratorCountUnknown)
  }

  @Test(
    "only running nodes are stopped",
    arguments: InstanceState.allCases.filter { $0 != .running })
  func state(state: InstanceState) {
    var fleet = idle()
    fleet.nodes[0].state = state
    #expect(fleet.reason() == .notRunning(state))
  }

  @Test("a node never heard warms up first, and is then said to be unheard")
  func neverHeard() {
    var fleet = TestFleet()
    #expect(fleet.reason() == .neverHeard)
    fleet.nodes[0].launchedAt = fleet.now
    #expect(fleet.reason() == .warmingUp(age: .zero, grace: .minutes(15)))
  }

  @Test("an unknown price stops no stop, and is visible")
  func price() throws {
    var fleet = idle()
    fleet.rulebook.prices = .init()
    let decision = try #require(fleet.decision())
    #expect(decision.rate == nil)
  }

  @Test(
    "only a mode above observe decides",
    arguments: zip(OperatingMode.allCases, [false, true, true, true]))
  func mode(mode: OperatingMode, decides: Bool) {
    var fleet = idle()
    fleet.rulebook.pools[0].mode = mode
    #expect(fleet.verdict().intent == .stop)
    #expect(fleet.plan.decisions.map(\.mode) == (decides ? [mode] : []))
  }
}
