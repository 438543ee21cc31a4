import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("The look before the leap")
struct RecheckTests {
  /// An idle node and the decision to stop it, with a reading of this very moment.
  private func decided() throws -> (TestFleet, Decision) {
    let fleet = GuardTests.idle()
    return (fleet, try #require(fleet.decision()))
  }

  @Test("a decision that is still right passes")
  func passes() throws {
    let (fleet, decision) = try decided()
    #expect(fleet.recheck(decision) == nil)
  }

  @Test("fixture: job arrives between decision and call, and cancels it")
  func jobArrives() throws {
    var (fleet, decision) = try decided()
    fleet.silence(.seconds(1))
    fleet.hear(0, .busy)
    #expect(fleet.recheck(decision) == .busy(.engine))
  }

  @Test(
    "a reading of thirty seconds is young enough, an older one is not",
    arguments: [(30, true), (31, false)])
  func age(seconds: Int64, passes: Bool) throws {
    var (fleet, decision) = try decided()
    fleet.silence(.seconds(seconds))
    #expect((fleet.recheck(decision) == nil) == passes)
  }

  @Test(
    "an exporter that answers in less than twice the age evidence may have will do",
    arguments: [(59, true), (60, false)])
  func slowExporter(seconds: Int64, passes: Bool) throws {
    var (fleet, decision) = try decided()
    let target = try #require(decision.target)
    fleet.memory.targets[target]?.answerTook = .seconds(seconds)
    let slow = Reason.exporterSlow(took: .seconds(60), limit: .seconds(30))
    #expect(fleet.recheck(decision) == (passes ? nil : slow))
    #expect((fleet.reason() == slow) == !passes)
  }

  @Test("a re-read that misses an accelerator cancels")
  func partial() throws {
    var fleet = TestFleet()
    fleet.pass(.minutes(15))
    let decision = try #require(fleet.decision())
    fleet.silence(.seconds(31))
    fleet.hear(missing: [6])
    #expect(fleet.recheck(decision) == .acceleratorsMissing(heard: 7, expected: 8))
  }

  @Test("a decision is void after sixty seconds", arguments: [(59, true), (60, false)])
  func expiry(seconds: Int64, passes: Bool) throws {
    var (fleet, decision) = try decided()
    fleet.silence(.seconds(30))
    fleet.hear()
    fleet.silence(.seconds(seconds - 30))
    let expected: Reason? = passes ? nil : .expired(age: .seconds(60))
    #expect(fleet.recheck(decision) == expected)
  }

  @Test("a later generation, another state, new protection or lost tags cancel")
  func movedOn() throws {
    let (fleet, decision) = try decided()
    var changed = fleet
    changed.memory.nodes[fleet.nodes[0].id]?.generation = 1
    #expect(changed.recheck(decision) == .superseded)
    changed = fleet
    changed.nodes[0].state = .stopping
    #expect(changed.recheck(decision) == .notRunning(.stopping))
    changed = fleet
    changed.nodes[0].tags[Tag.protect] = "true"
    #expect(changed.recheck(decision) == .protected(until: nil))
    changed = fleet
    changed.nodes[0].tags[Tag.fleet] = nil
    #expect(changed.recheck(decision) == .notOurs)
    changed = fleet
    changed.rulebook.pools[0].mode = .advise
    #expect(changed.recheck(decision) == .superseded)
  }

  @Test("a node the cloud does not know is not acted on")
  func gone() throws {
    let (fleet, decision) = try decided()
    let reason = recheck(
      decision, node: nil, memory: fleet.memory, at: fleet.now, under: fleet.rulebook)
    #expect(reason == .notRunning(.terminated))
  }
}

@Suite("Ledger events")
struct EventTests {
  private func stop(_ fleet: TestFleet) throws -> Decision { try #require(fleet.decision()) }

  private func event(_ id: Int64, _ decision: Decision, _ kind: LedgerEvent.Kind) -> LedgerEvent {
    LedgerEvent(id: id, at: decision.madeAt, key: decision.key, kind: kind)
  }

  @Test("a success ends the act, begins the next generation and counts as shrunk")
  func success() throws {
    var fleet = GuardTests.idle()
    let decision = try stop(fleet)
    fleet.memory.fold(event(1, decision, .intended(decision)))
    #expect(fleet.memory.openActions[decision.key]?.phase == .intended)
    fleet.memory.fold(event(2, decision, .attempted(number: 1)))
    #expect(fleet.memory.openActions[decision.key]?.phase == .attempted)
    fleet.memory.fold(event(3, decision, .succeeded(Receipt(node: "i-000000", state: .stopping))))
    let node = fleet.memory.nodes["i-000000"]
    #expect(fleet.memory.openActions.isEmpty)
    #expect(node?.generation == 1 && node?.stoppedBy == decision.key)
    #expect(fleet.memory.pools["pool"]?.shrunk == [fleet.now])
    #expect(fleet.memory.lastEvent == 3)
  }

  @Test(
    "the same lines again change nothing, with and without their ids", arguments: [true, false])
  func idempotent(numbered: Bool) throws {
    var fleet = GuardTests.idle()
    let decision = try stop(fleet)
    let receipt = Receipt(node: "i-000000", state: .stopping)
    let events = [
      event(numbered ? 1 : 0, decision, .intended(decision)),
      event(numbered ? 2 : 0, decision, .succeeded(receipt)),
    ]
    for event in events { fleet.memory.fold(event) }
    let once = fleet.memory
    for event in events { fleet.memory.fold(event) }
    #expect(fleet.memory == once)
  }

  @Test("a cancelled act may be decided anew, under a new key")
  func cancelled() throws {
    var fleet = GuardTests.idle()
    let decision = try stop(fleet)
    fleet.memory.fold(event(1, decision, .intended(decision)))
    fleet.memory.fold(event(2, decision, .cancelled(.killSwitch)))
    #expect(try stop(fleet).key == "test/pool/i-000000/stop/1")
    #expect(fleet.memory.pools["pool"]?.shrunk ?? [] == [])
  }

  @Test(
    "an act with an unknown end counts as shrunk, a refused one does not",
    arguments: [(ActFailure.Kind.unknown, 1), (.auth, 0)])
  func failed(kind: ActFailure.Kind, shrunk: Int) throws {
    var fleet = GuardTests.idle()
    let decision = try stop(fleet)
    fleet.memory.fold(event(1, decision, .intended(decision)))
    fleet.memory.fold(
      event(2, decision, .failed(ActFailure(kind: kind, code: "", message: ""))))
    #expect((fleet.memory.pools["pool"]?.shrunk ?? []).count == shrunk)
    #expect(fleet.reason() == .cooldown(left: .minutes(10)))
  }

  @Test("an advice leaves the generation alone: the same idle time is the same decision")
  func advised() throws {
    var fleet = GuardTests.idle()
    fleet.rulebook.pools[0].mode = .advise
    let decision = try stop(fleet)
    fleet.memory.fold(event(1, decision, .advised(decision)))
    #expect(try stop(fleet).key == decision.key)
  }
}

@Suite("Off time and usage")
struct AccountTests {
  /// A fleet whose node we stopped: confirmed at `confirmedAt`.
  private func stopped() throws -> TestFleet {
    var fleet = GuardTests.idle()
    let decision = try #require(fleet.decision())
    for kind in [
      LedgerEvent.Kind.intended(decision), .succeeded(Receipt(node: "i-000000", state: .stopping)),
    ] { fleet.memory.fold(LedgerEvent(at: fleet.now, key: decision.key, kind: kind)) }
    return fleet
  }

  private func tick(_ fleet: inout TestFleet) -> (usage: [UsageHour], off: [OffInterval]) {
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    let result = account(fleet.snapshot, under: fleet.rulebook)
    fleet.memory = result.memory
    return (result.usage, result.off)
  }

  @Test("one off interval for a confirmed stop, open at first, closed by the restart")
  func offInterval() throws {
    var fleet = try stopped()
    _ = tick(&fleet)
    fleet.step()
    fleet.nodes[0].state = .stopping
    #expect(tick(&fleet).off.isEmpty)
    fleet.step()
    fleet.nodes[0].state = .stopped
    let confirmed = fleet.now
    let opened = tick(&fleet).off
    #expect(opened.map(\.from) == [confirmed])
    #expect(opened.map(\.until) == [nil])
    fleet.silence(.hours(5))
    #expect(tick(&fleet).off.isEmpty)
    fleet.step()
    fleet.nodes[0].state = .running
    let closed = tick(&fleet).off
    #expect(closed.map(\.from) == [confirmed])
    #expect(closed.map(\.until) == [fleet.now])
    #expect(closed.map(\.decision) == ["test/pool/i-000000/stop/0"])
  }

  @Test("loading after a restart is taken off, until the first sight of the node")
  func restart() throws {
    var fleet = try stopped()
    fleet.nodes[0].state = .stopped
    _ = tick(&fleet)
    fleet.silence(.hours(1))
    fleet.nodes[0].state = .running
    _ = tick(&fleet)
    fleet.silence(.minutes(2))
    let (usage, off) = tick(&fleet)
    #expect(off.map(\.restartMicroseconds) == [120_000_000])
    #expect(usage.map { $0.buckets[.loading] } == [120_000_000])
    fleet.silence(.minutes(1))
    fleet.hear(0, .busy)
    #expect(tick(&fleet).off.map(\.restartMicroseconds) == [180_000_000])
    fleet.step()
    fleet.hear(0, .busy)
    let after = tick(&fleet)
    #expect(after.off.isEmpty)
    #expect(after.usage.map { $0.buckets[.work] } == [15_000_000])
  }

  @Test("a stop by somebody else is no saving of ours")
  func notOurs() {
    var fleet = GuardTests.idle()
    _ = tick(&fleet)
    fleet.step()
    fleet.nodes[0].state = .stopped
    #expect(tick(&fleet).off.isEmpty)
  }

  @Test("stopping is billed until stopped has been seen, as draining")
  func draining() throws {
    var fleet = try stopped()
    fleet.nodes[0].state = .stopping
    _ = tick(&fleet)
    fleet.step()
    fleet.nodes[0].state = .stopped
    let usage = tick(&fleet).usage
    #expect(usage.map(\.billedMicroseconds) == [15_000_000])
    #expect(usage.map { $0.buckets[.draining] } == [15_000_000])
    fleet.step()
    #expect(tick(&fleet).usage.isEmpty)
  }

  @Test("the first tick accounts for nothing; hours are cut at the UTC hour")
  func hours() {
    var fleet = TestFleet(1, gpus: 2)
    fleet.hear(0, .busy)
    #expect(tick(&fleet).usage.isEmpty)
    fleet.silence(.minutes(90))
    fleet.hear(0, .busy)
    let usage = tick(&fleet).usage
    #expect(usage.map(\.billedMicroseconds) == [3_600_000_000, 1_800_000_000])
    #expect(usage.map(\.hour) == [TestFleet.start, TestFleet.start.advanced(by: .hours(1))])
    #expect(usage.map(\.buckets.total) == [7_200_000_000, 3_600_000_000])
  }

  @Test(
    "each state has its bucket",
    arguments: [
      (TestFleet.Signals.busy, Bucket.work), (.idle, .freeIdle),
      (TestFleet.Signals(memory: 30_000), .allocatedIdle),
      (TestFleet.Signals(engine: 0.1), .work), (TestFleet.Signals(xid: 79), .faulty),
      (TestFleet.Signals(engine: nil, utilization: nil), .unobserved),
      (TestFleet.Signals(pcie: 6_000_000_000), .loading),
    ])
  func buckets(signals: TestFleet.Signals, bucket: Bucket) {
    var fleet = TestFleet(1, gpus: 1)
    fleet.hear(0, signals)
    _ = tick(&fleet)
    fleet.step()
    fleet.hear(0, signals)
    #expect(tick(&fleet).usage.map { $0.buckets[bucket] } == [15_000_000])
  }

  @Test("time further from a sample than three intervals is unobserved")
  func unobserved() {
    var fleet = TestFleet(1, gpus: 1)
    fleet.hear(0, .busy)
    _ = tick(&fleet)
    fleet.silence(.minutes(2))
    let usage = tick(&fleet).usage
    #expect(usage.map { $0.buckets[.work] } == [45_000_000])
    #expect(usage.map { $0.buckets[.unobserved] } == [75_000_000])
  }

  @Test("a node is forgotten a week after it was last listed", arguments: [(7, true), (8, false)])
  func forget(days: Int64, kept: Bool) {
    var fleet = GuardTests.idle()
    fleet.memory.observe([], at: fleet.now.advanced(by: .days(days)), under: fleet.rulebook)
    #expect((fleet.memory.nodes["i-000000"] != nil) == kept)
  }
}

@Suite("Alerts")
struct AlertTests {
  private func told(_ fleet: TestFleet, before: Plan?) -> [Alert] {
    alerts(for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
  }

  @Test(
    "a new idle decision is told once, also in advise", arguments: [OperatingMode.auto, .advise])
  func idle(mode: OperatingMode) {
    var fleet = GuardTests.idle()
    fleet.rulebook.pools[0].mode = mode
    let first = told(fleet, before: nil)
    #expect(first.map(\.key) == ["node.idle/i-000000/0"])
    #expect(first.map { $0.labels["rate"] } == ["21.957642000"])
    #expect(told(fleet, before: fleet.plan).isEmpty)
  }

  @Test("a target that falls silent for five minutes is told once, and not at the first tick")
  func stale() {
    var fleet = GuardTests.idle()
    let before = fleet.plan
    fleet.silence(.seconds(299))
    #expect(told(fleet, before: before).isEmpty)
    fleet.silence(.seconds(1))
    #expect(told(fleet, before: before).map(\.kind) == [.collectorStale])
    #expect(told(fleet, before: nil).isEmpty)
    let silent = fleet.plan
    fleet.step()
    #expect(told(fleet, before: silent).isEmpty)
  }

  @Test("a sensor fault and a suspected hang are told")
  func faults() {
    var fleet = TestFleet(1, gpus: 1)
    fleet.pass(.minutes(5), TestFleet.Signals(engine: 0, utilization: 80))
    #expect(told(fleet, before: nil).map(\.kind) == [.sensorFault])
    var hang = TestFleet(1, gpus: 1)
    hang.pass(.minutes(5), TestFleet.Signals(engine: 1, tensor: 0, dram: 0))
    #expect(told(hang, before: nil).map(\.kind) == [.suspectedHang])
  }

  @Test("a hold of the fleet is one alert, not one for each node")
  func hold() {
    var fleet = TestFleet(10, gpus: 1)
    for _ in 0..<60 {
      for node in 4..<10 { fleet.hear(node) }
      fleet.step()
    }
    let holds = told(fleet, before: nil).filter { $0.kind == .fleetHold }
    #expect(holds.map { $0.labels["reason"] } == ["unhealthy_halt"])
    #expect(told(fleet, before: fleet.plan).isEmpty)
  }
}
