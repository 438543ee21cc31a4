import FleetModel
import Planner
import TestSupport
import Testing

/// The fixtures of SEMANTICS 7 that idleness is about, by name, under a full ladder.
@Suite("Fixtures of idleness")
struct IdleFixtureTests {
  private func fleet(_ kind: PoolKind = .batch) -> TestFleet {
    var fleet = TestFleet(kind: kind)
    fleet.rulebook.pools[0].ladder = IdleLadder(
      notify: .minutes(1), unload: .minutes(2), stop: .minutes(5), terminate: .minutes(30))
    return fleet
  }

  /// Nothing was proposed and nobody was warned at any scrape.
  private func isLeftAlone(_ fleet: TestFleet) -> Bool {
    if case .ladder = fleet.reason() { return false }
    return fleet.plan.decisions.isEmpty
  }

  @Test("fixture: model loading 6 min at 0 % is left alone at every scrape")
  func loading() {
    var fleet = fleet(.serving)
    var signals = TestFleet.Signals(memory: 0)
    for _ in 0..<24 {
      signals.memory = (signals.memory ?? 0) + 2000
      fleet.step()
      fleet.hear(0, signals)
      #expect(isLeftAlone(fleet))
    }
  }

  @Test("fixture: CPU preprocessing for 20 min is work, where the host is heard; then it is idle")
  func preprocessing() {
    var fleet = fleet()
    // Tokenizing before the first batch: the accelerators rest, and little is read or sent.
    fleet.host = TestFleet.HostLoad(cpu: 0.8, network: 2_000, disk: 1_000_000)
    fleet.hear()
    for _ in 0..<80 {
      fleet.step()
      fleet.hear()
      #expect(isLeftAlone(fleet))
      #expect(fleet.reason() == .busy(.host))
    }
    fleet.host = TestFleet.HostLoad(cpu: 0.01)
    fleet.step()
    fleet.pass(.minutes(5))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "fixture: server spinning at 100 % with 0 requests is idle for a serving pool, else a hang",
    arguments: [PoolKind.serving, .batch])
  func spinning(kind: PoolKind) {
    var fleet = fleet(kind)
    let spin = TestFleet.Signals(
      engine: 1, utilization: 100, tensor: 0, dram: 0.005, watts: 200, power: 200,
      memory: 60_000)
    fleet.pass(
      .minutes(5), spin, requests: RequestReading(running: 0, waiting: 0, finished: 100))
    #expect((fleet.verdict().intent == .stop) == (kind == .serving))
    if kind == .batch { #expect(fleet.reason() == .suspectedHang(TestFleet.gpu(0, 0))) }
  }

  @Test("fixture: 1 % duty burst job is seen by its energy and never stopped")
  func bursts() {
    var fleet = fleet()
    // Its idle power is known, and all gauges read 0 between the bursts.
    for scrape in 0..<120 {
      fleet.step()
      // A second at 700 W instead of 52 in ninety: 43 W more over one scrape of six.
      fleet.hear(0, .idle, except: [1: TestFleet.Signals(watts: scrape % 6 == 0 ? 95 : 52)])
      #expect(fleet.plan.decisions.isEmpty)
    }
  }

  @Test("fixture: exporter gone for an hour is never idleness")
  func exporterGone() {
    var fleet = fleet()
    fleet.pass(.minutes(4))
    for scrape in 0..<240 {
      fleet.step()
      fleet.memory.foldFailure(of: "10.0.0.0:9400", at: fleet.now, under: fleet.rulebook)
      if scrape > 3 { #expect(isLeftAlone(fleet)) }
    }
    #expect(fleet.reason() == .stale(age: .minutes(60)))
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(1)))
  }

  @Test("fixture: one GPU of eight quiet makes no node idle")
  func oneOfEight() {
    var fleet = fleet()
    fleet.pass(.minutes(40), .busy, except: [2: .idle])
    #expect(isLeftAlone(fleet))
  }

  @Test("fixture: protection expires mid-drain, and its end alone is no idleness")
  func protection() throws {
    var fleet = fleet()
    fleet.pass(.minutes(5))
    let decision = try #require(fleet.decision())
    let end = fleet.now.advanced(by: .seconds(30))
    // Protected while the act is under way: the act is off, and nothing is done meanwhile.
    fleet.nodes[0].tags[Tag.protect] = end.description
    #expect(fleet.recheck(decision) == .protected(until: end))
    #expect(fleet.reason() == .protected(until: end))
    fleet.step()
    fleet.hear()
    #expect(fleet.recheck(decision) == .protected(until: end))
    // Its end alone is no idleness: a job that came in the protected time keeps the node.
    var used = fleet
    used.step()
    used.hear(0, .busy)
    #expect(used.recheck(decision) == .busy(.engine))
    #expect(used.reason() == .busy(.engine))
    fleet.step()
    fleet.hear()
    #expect(fleet.now == end)
    #expect(fleet.recheck(decision) == nil)
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("pending replicas not reporting are counted, and nothing more is asked for")
  func pending() {
    var (fleet, count) = ScaleToZeroTests.counted(0)
    fleet.rulebook.pools[0].minimumNodes = 2
    for pending in [0, 2] {
      count.pending = pending
      let asked = ScaleToZeroTests.plan(fleet, count).decisions.compactMap(\.replicas)
      #expect(asked == (pending == 0 ? [ReplicaChange(from: 0, to: 2)] : []))
    }
  }
}

/// Random fleets under ladders, wakes and clouds that cannot do everything.
@Suite("Properties of idleness")
struct IdlePropertyTests {
  private static func dressed(_ seed: UInt64) -> (Snapshot, Rulebook) {
    var dice = SeededGenerator(seed: seed ^ 0x1D1E)
    var fleet = PropertyTests.random(seed)
    for place in fleet.rulebook.pools.indices {
      fleet.rulebook.pools[place].ladder = ladder(&dice)
      if Bool.random(using: &dice) { fleet.rulebook.pools[place].mode = .auto }
      if Int.random(in: 0..<3, using: &dice) == 0 { fleet.rulebook.pools[place].kind = .serving }
    }
    for intent in [Intent.unload, .stop, .terminate] where Int.random(in: 0..<6, using: &dice) == 0
    {
      fleet.rulebook.inabilities["aws", default: [:]][intent] = "it cannot"
    }
    for node in fleet.nodes.indices where Int.random(in: 0..<4, using: &dice) == 0 {
      fleet.nodes[node].state = .stopped
      let id = fleet.nodes[node].id
      if Bool.random(using: &dice) { fleet.memory.nodes[id, default: .init()].stoppedBy = "key" }
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
      let minutes = Int64.random(in: 0...90, using: &dice)
      if fleet.memory.nodes[id]?.offSince != nil {
        fleet.memory.nodes[id]?.idleBegan = fleet.now.advanced(by: .minutes(-minutes))
      }
    }
    var snapshot = fleet.snapshot
    if Bool.random(using: &dice) { count(&snapshot, &dice) }
    return (snapshot, fleet.rulebook)
  }

  private static func ladder(_ dice: inout SeededGenerator) -> IdleLadder? {
    let time = { (dice: inout SeededGenerator) -> Duration? in
      Bool.random(using: &dice) ? .minutes(Int64.random(in: 1...40, using: &dice)) : nil
    }
    guard Int.random(in: 0..<5, using: &dice) > 0 else { return nil }
    return IdleLadder(
      notify: time(&dice), unload: time(&dice), stop: time(&dice), terminate: time(&dice))
  }

  private static func count(_ snapshot: inout Snapshot, _ dice: inout SeededGenerator) {
    let ready = Int.random(in: 0...4, using: &dice)
    snapshot.replicas = ["second": ReplicaCount(ready: ready, pending: 0)]
    let end = Int64.random(in: -60...60, using: &dice)
    snapshot.wakes = [
      "pool": snapshot.takenAt.advanced(by: .seconds(end)),
      "second": snapshot.takenAt.advanced(by: .seconds(-end)),
    ]
    let quiet = Int64.random(in: 0...40, using: &dice)
    for minute in 0...quiet {
      snapshot.memory.fold(
        PoolDemand(
          at: snapshot.takenAt.advanced(by: .minutes(minute - quiet)), interval: .minutes(1),
          offered: minute == 0 ? 1 : 0), of: "second")
    }
  }

  @Test("the linter finds nothing in any plan", arguments: PropertyTests.seeds)
  func sound(seed: UInt64) {
    let (snapshot, rulebook) = Self.dressed(seed)
    let plan = plan(snapshot, under: rulebook)
    #expect(PlanCheck.findings(plan, for: snapshot, under: rulebook) == [])
    #expect(plan == Planner.plan(snapshot, under: rulebook))
  }

  @Test("what passed a plan passes its recheck at the same moment", arguments: PropertyTests.seeds)
  func recheckAgrees(seed: UInt64) {
    let (snapshot, rulebook) = Self.dressed(seed)
    for decision in plan(snapshot, under: rulebook).decisions {
      let node = snapshot.nodes.first { $0.id == decision.node }
      let reason = recheck(
        decision, node: node, memory: snapshot.memory, at: snapshot.takenAt, under: rulebook)
      // A plan takes readings of three intervals, the look before the leap of thirty seconds.
      #expect(reason == nil || reason?.code == "stale" || reason?.code == "accelerators_missing")
    }
  }

  @Test("all rungs, wakes and zeros do happen: the properties are not empty")
  func notEmpty() {
    let decisions = PropertyTests.seeds.flatMap { seed in
      let (snapshot, rulebook) = Self.dressed(seed)
      return plan(snapshot, under: rulebook).decisions
    }
    for code in ["idle_unload", "idle_stop", "idle_terminate", "woken", "scale_to_zero"] {
      #expect(decisions.contains { $0.reason.code == code }, "no decision is \(code)")
    }
    #expect(decisions.contains { $0.intent == .terminate && $0.target == nil })
  }
}
