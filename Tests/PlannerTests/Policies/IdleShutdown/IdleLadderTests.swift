import FleetModel
import Planner
import TestSupport
import Testing

@Suite("The idle ladder")
struct IdleLadderTests {
  static let full = IdleLadder(
    notify: .minutes(5), unload: .minutes(10), stop: .minutes(30), terminate: .hours(24))

  /// A batch node under a ladder, idle for that long.
  static func idle(
    _ time: Duration, _ ladder: IdleLadder? = full, kind: PoolKind = .batch
  ) -> TestFleet {
    var fleet = TestFleet(kind: kind, gpus: 1)
    fleet.rulebook.pools[0].ladder = ladder
    fleet.pass(time)
    return fleet
  }

  @Test(
    "each rung is reached at its time, and not one scrape earlier",
    arguments: [
      (Duration.minutes(5), Rung.notify, Intent.keep, Duration?.some(.minutes(10))),
      (.minutes(10), .unload, .unload, .minutes(30)), (.minutes(30), .stop, .stop, .hours(24)),
    ])
  func rungs(time: Duration, rung: Rung, intent: Intent, next: Duration?) {
    var fleet = Self.idle(time - .seconds(15))
    #expect(fleet.reason().code != "idle_\(rung.rawValue)")
    #expect(fleet.verdict().intent != intent || intent == .keep)
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .ladder(rung, for: time, next: next))
    #expect(fleet.verdict().intent == intent)
  }

  @Test("below the first rung a node is idle for too short a time")
  func below() {
    #expect(
      Self.idle(.minutes(4)).reason() == .idleTooShort(for: .minutes(4), limit: .minutes(5)))
  }

  @Test("the notice is told once for an idle time, and again for the next one")
  func notice() {
    var fleet = Self.idle(.minutes(4))
    var told: [Alert] = []
    var before = fleet.plan
    for scrape in 0..<40 {
      fleet.step()
      fleet.hear(0, scrape == 12 ? .busy : .idle)
      let plan = fleet.plan
      told += alerts(for: plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
      before = plan
    }
    #expect(told.map(\.kind) == [.nodeIdleWarning, .nodeIdleWarning])
    #expect(Set(told.map(\.key)).count == 2)
    let start = TestFleet.start.microseconds / 1_000_000
    #expect(told.first?.key == "node.idle_warning/i-000000/\(start)")
    #expect(told.first?.summary.hasSuffix("people are told. The next step is at 10m.") == true)
  }

  @Test("where nothing is done nobody is warned of it")
  func observed() {
    var fleet = Self.idle(.minutes(6))
    fleet.rulebook.pools[0].mode = .observe
    let told = alerts(
      for: fleet.plan, before: nil, snapshot: fleet.snapshot, under: fleet.rulebook)
    #expect(told == [])
    #expect(fleet.reason().code == "idle_notify")
  }

  @Test(
    "a development node is warned of ten minutes before its stop",
    arguments: [(Duration?.none, Duration.minutes(20)), (.minutes(45), .minutes(35))])
  func dev(own: Duration?, notice: Duration) {
    var fleet = TestFleet(kind: .dev, gpus: 1)
    fleet.rulebook.pools[0].idleAfter = own
    fleet.pass(notice - .seconds(15))
    #expect(fleet.reason() == .idleTooShort(for: notice - .seconds(15), limit: notice))
    fleet.step()
    fleet.pass(.zero)
    let stop = notice + .minutes(10)
    #expect(fleet.reason() == .ladder(.notify, for: notice, next: stop))
    fleet.step()
    fleet.pass(.minutes(10) - .seconds(30))
    #expect(fleet.verdict().intent == .keep)
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .idleConfirmed(for: stop, limit: stop, confidence: .high))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "a development node whose stop comes within ten minutes is not warned",
    arguments: [(Duration.minutes(10), false), (.minutes(11), true)])
  func shortDev(own: Duration, warned: Bool) {
    var fleet = TestFleet(kind: .dev, gpus: 1)
    fleet.rulebook.pools[0].idleAfter = own
    fleet.pass(own - .seconds(15))
    #expect((fleet.reason().code == "idle_notify") == warned)
  }

  @Test("any activity begins anew", arguments: [Duration.minutes(6), .minutes(12), .minutes(29)])
  func activity(time: Duration) {
    var fleet = Self.idle(time)
    fleet.step()
    fleet.hear(0, .busy)
    #expect(fleet.reason() == .busy(.engine))
    fleet.step()
    fleet.pass(.minutes(4))
    #expect(fleet.reason() == .idleTooShort(for: .minutes(4), limit: .minutes(5)))
  }

  @Test(
    "a job that arrives between decision and call cancels every rung",
    arguments: [
      (Duration.minutes(10), Intent.unload, IdleLadder?.some(full)), (.minutes(30), .stop, full),
      (.minutes(30), .terminate, IdleLadder(terminate: .minutes(20))),
    ])
  func jobArrives(time: Duration, intent: Intent, ladder: IdleLadder?) throws {
    var fleet = Self.idle(time, ladder)
    if ladder?.terminate == .minutes(20) { fleet.rulebook.pools[0].idleIntent = .terminate }
    let decision = try #require(fleet.decision())
    #expect(decision.intent == intent)
    #expect(fleet.recheck(decision) == nil)
    fleet.silence(.seconds(5))
    fleet.hear(0, .busy)
    #expect(fleet.recheck(decision) == .busy(.engine))
  }

  @Test("the look before the leap asks for the rung's own time")
  func recheckTime() throws {
    let stop = Self.idle(.minutes(30))
    let decision = try #require(stop.decision())
    let short = Self.idle(.minutes(29))
    #expect(
      Planner.recheck(
        decision, node: short.nodes[0], memory: short.memory, at: short.now, under: short.rulebook)
        == .idleTooShort(for: .minutes(29), limit: .minutes(30)))
  }

  @Test(
    "training and unlabelled nodes are on no rung", arguments: [PoolKind.training, .unlabelled])
  func never(kind: PoolKind) {
    let fleet = Self.idle(.minutes(90), kind: kind)
    #expect(fleet.reason() == .kindNeverActs(kind))
    #expect(fleet.plan.decisions == [])
  }

  @Test("a milder act that would come no sooner than a harder one never comes")
  func order() {
    let ladder = IdleLadder(notify: .minutes(40), unload: .minutes(30), stop: .minutes(20))
    var fleet = Self.idle(.minutes(19), ladder)
    #expect(fleet.reason() == .idleTooShort(for: .minutes(19), limit: .minutes(20)))
    fleet.step()
    fleet.pass(.minutes(41))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("the act of a ladder that gives it no time comes after the pool's own window")
  func actItself() {
    var fleet = Self.idle(.minutes(9), IdleLadder(notify: .minutes(5)))
    #expect(fleet.reason() == .ladder(.notify, for: .minutes(9), next: .minutes(10)))
    fleet.step()
    fleet.pass(.seconds(45))
    #expect(fleet.reason() == .ladder(.stop, for: .minutes(10), next: nil))
  }
}

@Suite("Unloading and inabilities")
struct UnloadTests {
  private func act(_ fleet: inout TestFleet) throws {
    let decision = try #require(fleet.decision())
    let receipt = Receipt(node: fleet.nodes[0].id, state: .running)
    for kind in [LedgerEvent.Kind.intended(decision), .succeeded(receipt)] {
      fleet.memory.fold(LedgerEvent(at: fleet.now, key: decision.key, kind: kind))
    }
  }

  @Test("a node is unloaded once for an idle time, then stopped at its time")
  func once() throws {
    var fleet = IdleLadderTests.idle(.minutes(10))
    try act(&fleet)
    fleet.step()
    fleet.pass(.minutes(12))
    #expect(
      fleet.verdict()
        == Verdict(
          subject: .node("i-000000"), pool: "pool", intent: .keep,
          reason: .ladder(.unload, for: .seconds(1335), next: .minutes(30))))
    fleet.step()
    fleet.pass(.minutes(8))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "what the unloading itself moves is the same idle time, what comes later is another",
    arguments: [(Duration.seconds(105), false), (.seconds(165), true)])
  func burst(after time: Duration, again: Bool) throws {
    var fleet = IdleLadderTests.idle(.minutes(10))
    try act(&fleet)
    fleet.step()
    fleet.pass(time - .seconds(30))
    fleet.step()
    fleet.hear(0, TestFleet.Signals(pcie: 6_000_000_000))
    fleet.step()
    fleet.pass(.minutes(12))
    #expect((fleet.verdict().intent == .unload) == again)
  }

  @Test("an unloaded node still counts as capacity")
  func counts() throws {
    var fleet = TestFleet(2, gpus: 1)
    fleet.rulebook.pools[0].ladder = IdleLadderTests.full
    fleet.rulebook.pools[0].minimumNodes = 1
    fleet.pass(.minutes(10))
    try act(&fleet)
    let pool = fleet.plan.verdicts.first { $0.subject == .pool("pool") }
    #expect(pool?.reason == .enough(live: 2, minimum: 1))
  }

  @Test("a rung the cloud cannot do is passed over, with its reason")
  func unload() {
    var fleet = IdleLadderTests.idle(.minutes(10))
    fleet.rulebook.inabilities = ["aws": [.unload: "no engine is asked there"]]
    #expect(fleet.reason() == .unsupported(.unload, because: "no engine is asked there"))
    #expect(fleet.verdict().intent == .keep)
    fleet.step()
    fleet.pass(.minutes(20))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("where the cloud cannot stop, the rung before it still is done, and the next one comes")
  func stop() {
    var fleet = IdleLadderTests.idle(.minutes(40))
    fleet.rulebook.inabilities = ["aws": [.stop: "it keeps no disks"], "other": [.unload: ""]]
    #expect(fleet.verdict().intent == .unload)
    fleet.rulebook.pools[0].ladder = IdleLadder(stop: .minutes(30), terminate: .minutes(50))
    #expect(fleet.reason() == .unsupported(.stop, because: "it keeps no disks"))
    fleet.step()
    fleet.pass(.minutes(10))
    #expect(fleet.verdict().intent == .terminate)
  }

  @Test("without a ladder too, what the cloud cannot do is not proposed")
  func plain() {
    var fleet = IdleLadderTests.idle(.minutes(15), nil)
    fleet.rulebook.inabilities = ["aws": [.stop: "it keeps no disks"]]
    #expect(fleet.reason() == .unsupported(.stop, because: "it keeps no disks"))
    #expect(fleet.plan.decisions == [])
  }

  @Test("people hear nothing of an unloading that ended")
  func silent() throws {
    let fleet = IdleLadderTests.idle(.minutes(10))
    let decision = try #require(fleet.decision())
    let event = LedgerEvent(
      at: fleet.now, key: decision.key,
      kind: .succeeded(Receipt(node: "i-000000", state: .running)))
    #expect(outcomeAlerts(for: event, of: decision) == [])
  }
}
