import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Idleness")
struct IdleTests {
  @Test(
    "a node is stopped at its pool's limit, and not one scrape earlier",
    arguments: [(PoolKind.batch, Duration.minutes(10)), (.serving, .minutes(15))])
  func limit(kind: PoolKind, limit: Duration) {
    var fleet = TestFleet(kind: kind)
    fleet.pass(limit - .seconds(15))
    #expect(fleet.reason() == .idleTooShort(for: limit - .seconds(15), limit: limit))
    #expect(fleet.verdict().intent == .keep)
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .idleConfirmed(for: limit, limit: limit, confidence: .high))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "training and unlabelled nodes never act, but say that they are idle",
    arguments: [PoolKind.training, .unlabelled])
  func neverActs(kind: PoolKind) {
    var fleet = TestFleet(kind: kind)
    fleet.pass(.minutes(120))
    #expect(fleet.reason() == .kindNeverActs(kind))
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("a pool's own window overrides its kind's")
  func ownWindow() {
    var fleet = TestFleet()
    fleet.rulebook.pools[0].idleAfter = .minutes(5)
    fleet.pass(.minutes(5))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "each signal alone keeps a node, at its limit and not below",
    arguments: [
      (TestFleet.Signals(engine: 0.05), Activity.engine, TestFleet.Signals(engine: 0.02)),
      (TestFleet.Signals(tensor: 0.006), .tensor, TestFleet.Signals(tensor: 0.005)),
      (TestFleet.Signals(dram: 0.011), .dram, TestFleet.Signals(dram: 0.01)),
      (TestFleet.Signals(pcie: 5_000_001), .pcie, TestFleet.Signals(pcie: 5_000_000)),
    ])
  func signals(busy: TestFleet.Signals, activity: Activity, idle: TestFleet.Signals) {
    var fleet = TestFleet()
    fleet.pass(.minutes(11))
    var quiet = fleet
    fleet.step()
    fleet.hear(0, .idle, except: [7: busy])
    let expected: Activity = activity == .pcie ? .loading : activity
    #expect(fleet.reason() == .busy(expected))
    quiet.step()
    quiet.hear(0, .idle, except: [7: idle])
    #expect(quiet.verdict().intent == .stop)
  }

  @Test("utilisation decides where there are no profiling fields, with medium confidence")
  func fallback() {
    let plain = TestFleet.Signals(engine: nil, utilization: 3, tensor: nil, dram: nil)
    var fleet = TestFleet()
    fleet.pass(.minutes(10), plain)
    #expect(fleet.reason() == .confidenceTooLow(.medium, required: .high))
    fleet.rulebook.pools[0].minimumConfidence = .medium
    #expect(fleet.verdict().intent == .stop)
    fleet.step()
    var used = plain
    used.utilization = 4
    fleet.hear(0, plain, except: [3: used])
    #expect(fleet.reason() == .busy(.utilization))
  }

  @Test("without an energy counter the confidence is medium")
  func noEnergy() {
    var fleet = TestFleet()
    fleet.pass(.minutes(10), TestFleet.Signals(watts: nil))
    #expect(fleet.reason() == .confidenceTooLow(.medium, required: .high))
  }

  @Test("a node with neither engine nor utilisation is never idle")
  func nothing() {
    var fleet = TestFleet()
    fleet.pass(.minutes(60), TestFleet.Signals(engine: nil, utilization: nil))
    #expect(fleet.reason() == .acceleratorsMissing(heard: 0, expected: 8))
  }

  @Test("one sample in a hundred may lie between idle and busy, two may not")
  func tail() {
    let tail = TestFleet.Signals(engine: 0.03)
    var fleet = TestFleet(kind: .dev)
    // 30 minutes have 120 samples.
    fleet.pass(.minutes(30))
    fleet.step()
    fleet.hear(0, tail)
    #expect(fleet.verdict().intent == .stop)
    fleet.step()
    fleet.hear(0, tail)
    #expect(fleet.reason() == .busy(.lowUse))
  }

  @Test("in a window of forty samples the tail is no sample at all")
  func shortTail() {
    var fleet = TestFleet()
    fleet.pass(.minutes(40))
    fleet.step()
    fleet.hear(0, TestFleet.Signals(engine: 0.03))
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(10)))
    fleet.step()
    fleet.pass(.minutes(10))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("a clock starts at 0.02 and not above")
  func enter() {
    var fleet = TestFleet()
    fleet.pass(.minutes(20), TestFleet.Signals(engine: 0.021))
    #expect(fleet.reason() == .busy(.lowUse))
    var idle = TestFleet()
    idle.pass(.minutes(20), TestFleet.Signals(engine: 0.02))
    #expect(idle.verdict().intent == .stop)
  }

  @Test("I24: a node is left alone for its first fifteen minutes: its set-up is not idleness")
  func grace() {
    var fleet = TestFleet()
    fleet.nodes[0].launchedAt = fleet.now
    fleet.pass(.minutes(14))
    #expect(fleet.reason() == .warmingUp(age: .minutes(14), grace: .minutes(15)))
    fleet.step()
    fleet.pass(.minutes(1))
    #expect(fleet.verdict().intent == .stop)
  }
}

@Suite("Serving")
struct ServingTests {
  let quiet = RequestReading(running: 0, waiting: 0, finished: 100)
  let spin = TestFleet.Signals(
    engine: 1, utilization: 100, tensor: 0, dram: 0.005, watts: 200, power: 200, memory: 60_000)

  @Test("a server spinning at full load without requests is idle")
  func spinning() {
    var fleet = TestFleet(kind: .serving)
    fleet.pass(.minutes(15), spin, requests: quiet)
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("spinning elsewhere, or without request counters, is a suspected hang")
  func hang() {
    var batch = TestFleet(kind: .batch)
    batch.pass(.minutes(60), spin, requests: quiet)
    #expect(batch.reason() == .suspectedHang(TestFleet.gpu(0, 0)))
    var serving = TestFleet(kind: .serving)
    serving.pass(.minutes(60), spin)
    #expect(serving.reason() == .suspectedHang(TestFleet.gpu(0, 0)))
  }

  @Test(
    "any request ends the idle time",
    arguments: [
      RequestReading(running: 1, waiting: 0, finished: 100),
      RequestReading(running: 0, waiting: 1, finished: 100),
      RequestReading(running: 0, waiting: 0, finished: 101),
    ])
  func request(asked: RequestReading) {
    var fleet = TestFleet(kind: .serving)
    fleet.pass(.minutes(20), requests: quiet)
    #expect(fleet.verdict().intent == .stop)
    fleet.step()
    fleet.hear(requests: asked)
    #expect(fleet.reason() == .busy(.requests))
  }

  @Test("request counters that fall silent leave too little to act on")
  func silentCounters() {
    var fleet = TestFleet(kind: .serving)
    fleet.pass(.minutes(20), requests: quiet)
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .confidenceTooLow(.low, required: .high))
  }

  @Test("a request counter that begins anew restarts the window")
  func restartedServer() {
    var fleet = TestFleet(kind: .serving)
    fleet.pass(.minutes(20), requests: quiet)
    fleet.step()
    fleet.hear(requests: RequestReading(running: 0, waiting: 0, finished: 0))
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(15)))
  }
}
