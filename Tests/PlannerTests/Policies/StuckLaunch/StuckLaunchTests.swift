import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Launches that do not come up")
struct StuckLaunchTests {
  /// A node we started now.
  private func started(_ state: InstanceState = .pending, kind: PoolKind = .batch) -> TestFleet {
    var fleet = TestFleet(1, kind: kind, gpus: 1)
    fleet.nodes[0].state = state
    fleet.nodes[0].launchedAt = fleet.now
    fleet.memory.nodes["i-000000"] = NodeMemory()
    fleet.memory.nodes["i-000000"]?.lastIntent = .start
    fleet.memory.nodes["i-000000"]?.lastActAt = fleet.now
    fleet.memory.nodes["i-000000"]?.lastState = state
    fleet.memory.nodes["i-000000"]?.stateSince = fleet.now
    return fleet
  }

  private func told(_ fleet: TestFleet) -> [Alert.Kind] {
    alerts(for: fleet.plan, before: nil, snapshot: fleet.snapshot, under: fleet.rulebook)
      .map(\.kind)
  }

  @Test(
    "after fifteen minutes it is said, once, and nothing more is launched",
    arguments: [InstanceState.pending, .running])
  func late(state: InstanceState) {
    var fleet = started(state)
    fleet.rulebook.pools[0].minimumNodes = 1
    fleet.silence(.minutes(15))
    #expect(fleet.reason().code != "stuck_launch")
    fleet.silence(.seconds(1))
    #expect(fleet.reason() == .stuckLaunch(since: TestFleet.start))
    #expect(told(fleet) == [.launchStuck])
    let pool = fleet.plan.verdicts.first { $0.subject == .pool("pool") }
    #expect(pool?.reason == .stuckLaunch(since: TestFleet.start))
    #expect(fleet.plan.decisions == [])
    let again = alerts(
      for: fleet.plan, before: fleet.plan, snapshot: fleet.snapshot, under: fleet.rulebook)
    #expect(again == [])
  }

  @Test("where twenty launches were measured, their 99th percentile counts")
  func measured() {
    var fleet = started()
    var starts = ColdStartMemory()
    for _ in 0..<19 { starts.fold(.minutes(3)) }
    fleet.memory.pools["pool", default: PoolMemory()].coldStarts = starts
    fleet.silence(.minutes(4))
    #expect(fleet.reason() == .notRunning(.pending))
    fleet.memory.pools["pool"]?.coldStarts?.fold(.minutes(3))
    #expect(fleet.reason().code == "stuck_launch")
    fleet.memory.pools["pool"]?.coldStarts?.fold(.minutes(4))
    #expect(fleet.reason() == .notRunning(.pending))
  }

  @Test("a node that came up is not stuck when it loads again later")
  func cameUp() {
    var fleet = started(.running)
    fleet.step()
    fleet.hear(0, .busy)
    fleet.memory = account(fleet.snapshot, under: fleet.rulebook).memory
    fleet.silence(.minutes(30))
    #expect(fleet.reason().code != "stuck_launch")
  }

  @Test("a model that loads for too long is stuck, one without metrics is not")
  func loading() {
    var fleet = started(.running)
    fleet.pass(.minutes(16), TestFleet.Signals(pcie: 6_000_000_000))
    #expect(fleet.reason() == .stuckLaunch(since: TestFleet.start))
    fleet.targets = [:]
    #expect(fleet.reason() == .unmatched)
  }

  @Test("after six hours it is no launch any more", arguments: [(6, true), (7, false)])
  func forgotten(hours: Int64, isStuck: Bool) {
    var fleet = started()
    fleet.silence(.hours(hours))
    #expect((fleet.reason().code == "stuck_launch") == isStuck)
  }

  @Test(
    "I31: a server is up by its first answer about requests, not by its port; cold starts end there",
    arguments: [(PoolKind.batch, false, true), (.serving, false, false), (.serving, true, true)])
  func learned(kind: PoolKind, answers: Bool, isUp: Bool) {
    var fleet = started(.running, kind: kind)
    for _ in 0..<3 {
      fleet.step()
      fleet.hear(0, TestFleet.Signals(pcie: 6_000_000_000))
      fleet.memory = account(fleet.snapshot, under: fleet.rulebook).memory
    }
    #expect(fleet.memory.pools["pool"]?.coldStarts == nil)
    for _ in 0..<3 {
      fleet.step()
      fleet.hear(requests: answers ? RequestReading(running: 0, waiting: 0) : nil)
      fleet.memory = account(fleet.snapshot, under: fleet.rulebook).memory
    }
    #expect(fleet.memory.pools["pool"]?.coldStarts?.times ?? [] == (isUp ? [.seconds(60)] : []))
  }

  @Test("the last fifty are kept, and what took more than two hours was no start")
  func bounded() {
    var starts = ColdStartMemory()
    for second in 1...60 { starts.fold(.seconds(second)) }
    #expect(starts.times.count == 50 && starts.times.first == .seconds(11))
    for odd in [Duration.hours(2) + .seconds(1), .zero, .seconds(-1)] { starts.fold(odd) }
    #expect(starts.times.last == .seconds(60))
    starts.fold(.hours(2))
    #expect(starts.times.last == .hours(2))
    #expect(starts.percentile(0.95, fewest: 51) == nil)
  }
}
