import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Scale to zero")
struct ScaleToZeroTests {
  /// A serving pool that its cloud counts in replicas.
  static func counted(
    _ replicas: Int, scaling: ScalingRules? = nil, kind: PoolKind = .serving
  ) -> (TestFleet, ReplicaCount) {
    var fleet = TestFleet(0, kind: kind)
    fleet.rulebook.pools[0].scaling = scaling
    return (fleet, ReplicaCount(ready: replicas, pending: 0))
  }

  static func plan(
    _ fleet: TestFleet, _ count: ReplicaCount, wakes: [PoolName: Timestamp]? = nil
  ) -> Plan {
    var snapshot = fleet.snapshot
    snapshot.replicas = ["pool": count]
    snapshot.wakes = wakes
    let plan = Planner.plan(snapshot, under: fleet.rulebook)
    #expect(PlanCheck.findings(plan, for: snapshot, under: fleet.rulebook) == [])
    return plan
  }

  /// Demand is heard once a minute, for that long.
  static func ask(_ offered: Double, of fleet: inout TestFleet, for time: Duration) {
    let end = fleet.now.advanced(by: time)
    while fleet.now < end {
      fleet.silence(.minutes(1))
      fleet.memory.fold(
        PoolDemand(at: fleet.now, interval: .minutes(1), offered: offered), of: "pool")
    }
  }

  private func word(_ plan: Plan) -> Reason? {
    plan.verdicts.first { $0.subject == .pool("pool") }?.reason
  }

  @Test("replicas are kept for as long as a cold start is worth, and not a minute longer")
  func retention() {
    var (fleet, count) = Self.counted(3)
    Self.ask(1, of: &fleet, for: .minutes(5))
    Self.ask(0, of: &fleet, for: .minutes(14))
    var plan = Self.plan(fleet, count)
    #expect(plan.decisions == [])
    #expect(word(plan) == .retained(idle: .minutes(14), limit: .minutes(15)))
    Self.ask(0, of: &fleet, for: .minutes(1))
    plan = Self.plan(fleet, count)
    #expect(plan.decisions.map(\.replicas) == [ReplicaChange(from: 3, to: 0)])
    #expect(word(plan) == .scaleToZero(idle: .minutes(15), limit: .minutes(15)))
    count.ready = 0
    #expect(Self.plan(fleet, count).decisions == [])
  }

  @Test("a pool's own setting wins over what was learned")
  func setting() {
    var (fleet, count) = Self.counted(3)
    fleet.rulebook.pools[0].idleAfter = .minutes(2)
    Self.ask(0, of: &fleet, for: .minutes(1))
    #expect(Self.plan(fleet, count).decisions == [])
    Self.ask(0, of: &fleet, for: .minutes(1))
    #expect(Self.plan(fleet, count).decisions.map(\.intent) == [.scaleDown])
  }

  @Test("the minimum stays", arguments: [(1, 1), (0, 0)])
  func minimum(least: Int, left: Int) {
    var (fleet, count) = Self.counted(3)
    fleet.rulebook.pools[0].minimumNodes = least
    Self.ask(0, of: &fleet, for: .minutes(16))
    #expect(Self.plan(fleet, count).decisions.map(\.replicas?.to) == [left])
  }

  @Test(
    "work of any sort keeps the replicas",
    arguments: [
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0.01),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, backlog: 1),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, waiting: 1),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, running: 1),
    ])
  func work(demand: PoolDemand) {
    var (fleet, count) = Self.counted(2)
    Self.ask(0, of: &fleet, for: .minutes(20))
    fleet.silence(.minutes(1))
    var asked = demand
    asked.at = fleet.now
    fleet.memory.fold(asked, of: "pool")
    #expect(Self.plan(fleet, count).decisions == [])
    Self.ask(0, of: &fleet, for: .minutes(14))
    #expect(Self.plan(fleet, count).decisions == [])
    count.ready = 0
    fleet.memory.fold(asked, of: "pool")
    #expect(Self.plan(fleet, count).decisions == [])
  }

  @Test("I1: demand that is not heard any more is not zero", arguments: [(3, false), (4, true)])
  func unknown(minutes: Int64, isUnknown: Bool) {
    var (fleet, count) = Self.counted(3)
    Self.ask(0, of: &fleet, for: .minutes(16))
    fleet.silence(.minutes(minutes))
    let plan = Self.plan(fleet, count)
    #expect(plan.decisions.isEmpty == isUnknown)
    if isUnknown { #expect(word(plan) == .demandUnknown(age: .minutes(minutes))) }
    // After a hole everything begins anew.
    fleet.silence(.minutes(60 - minutes))
    Self.ask(0, of: &fleet, for: .minutes(14))
    #expect(Self.plan(fleet, count).decisions == [])
    count.ready = 0
  }

  @Test("a clock set back makes demand unknown")
  func future() {
    var (fleet, count) = Self.counted(3)
    Self.ask(0, of: &fleet, for: .minutes(16))
    fleet.now = fleet.now.advanced(by: .seconds(-61))
    #expect(word(Self.plan(fleet, count)) == .demandUnknown(age: .seconds(-61)))
    count.ready = 0
  }

  @Test(
    "training and unlabelled pools are not emptied", arguments: [PoolKind.training, .unlabelled])
  func never(kind: PoolKind) {
    var (fleet, count) = Self.counted(3, kind: kind)
    Self.ask(0, of: &fleet, for: .hours(3))
    #expect(Self.plan(fleet, count).decisions == [])
    count.ready = 0
  }

  @Test("a pool that follows its demand is not emptied here, and holds while it is unknown")
  func scaling() {
    var (fleet, count) = Self.counted(3, scaling: ScalingRules())
    fleet.rulebook.pools[0].maximumNodes = 2
    #expect(word(Self.plan(fleet, count)) == .demandUnknown(age: nil))
    #expect(Self.plan(fleet, count).decisions == [])
    Self.ask(0, of: &fleet, for: .hours(1))
    #expect(Self.plan(fleet, count).decisions.map(\.replicas?.to) == [2])
    count.ready = 0
  }
}

@Suite("Idle nodes of a pool that follows its demand")
struct DemandedTests {
  @Test("while demand is unknown an idle node stays, and without a rule for it it goes")
  func unknown() {
    var fleet = TestFleet(2, kind: .serving, gpus: 1)
    fleet.pass(.minutes(20))
    #expect(fleet.verdict().intent == .stop)
    fleet.rulebook.pools[0].scaling = ScalingRules()
    #expect(fleet.reason() == .demandUnknown(age: nil))
    #expect(fleet.plan.decisions == [])
  }
}

@Suite("Waking")
struct WakeTests {
  @Test("from nothing a pool that is woken gets one at once, until the wake ends")
  func fromZero() {
    let (fleet, none) = ScaleToZeroTests.counted(0)
    let end = fleet.now.advanced(by: .seconds(1))
    let plan = ScaleToZeroTests.plan(fleet, none, wakes: ["pool": end])
    #expect(plan.decisions.map(\.replicas) == [ReplicaChange(from: 0, to: 1)])
    #expect(plan.decisions.map(\.reason) == [.woken(until: end)])
    #expect(ScaleToZeroTests.plan(fleet, none, wakes: ["pool": fleet.now]).decisions == [])
    #expect(ScaleToZeroTests.plan(fleet, none, wakes: ["other": end]).decisions == [])
  }

  @Test("a wake keeps one replica while nobody asks anything", arguments: [true, false])
  func keeps(woken: Bool) {
    var (fleet, count) = ScaleToZeroTests.counted(3)
    ScaleToZeroTests.ask(0, of: &fleet, for: .hours(1))
    let wakes = woken ? [PoolName("pool"): fleet.now.advanced(by: .minutes(1))] : nil
    let plan = ScaleToZeroTests.plan(fleet, count, wakes: wakes)
    #expect(plan.decisions.map(\.replicas?.to) == [woken ? 1 : 0])
    count.ready = 0
  }

  @Test("a stopped node is started for a wake, and the last one is not stopped during it")
  func nodes() throws {
    var fleet = TestFleet(1, kind: .serving, gpus: 1)
    fleet.nodes[0].state = .stopped
    var snapshot = fleet.snapshot
    let end = fleet.now.advanced(by: .hours(1))
    snapshot.wakes = ["pool": end]
    #expect(plan(snapshot, under: fleet.rulebook).decisions.map(\.intent) == [.start])
    fleet.nodes[0].state = .running
    fleet.pass(.minutes(30))
    #expect(fleet.verdict().intent == .stop)
    snapshot = fleet.snapshot
    snapshot.wakes = ["pool": end]
    let kept = plan(snapshot, under: fleet.rulebook)
    #expect(kept.verdicts.first?.reason == .woken(until: end))
    #expect(PlanCheck.findings(kept, for: snapshot, under: fleet.rulebook) == [])
    #expect(PlanCheck.findings(fleet.plan, for: snapshot, under: fleet.rulebook).count == 1)
  }

  @Test(
    "what is asked from outside while there is nothing wakes too",
    arguments: [(waiting: 1.0, running: 0.0, acts: 1), (0, 1, 1), (0, 0, 0)])
  func outside(waiting: Double, running: Double, acts: Int) {
    var (fleet, none) = ScaleToZeroTests.counted(0)
    fleet.memory.fold(
      PoolDemand(
        at: fleet.now, interval: .minutes(1), offered: 0, waiting: waiting, running: running),
      of: "pool")
    #expect(ScaleToZeroTests.plan(fleet, none).decisions.count == acts)
    none.pending = 1
    #expect(ScaleToZeroTests.plan(fleet, none).decisions == [])
  }
}
