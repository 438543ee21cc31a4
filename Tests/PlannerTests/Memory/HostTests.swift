import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("The host beside its accelerators")
struct HostTests {
  typealias Load = TestFleet.HostLoad

  private func fleet(_ load: Load?, kind: PoolKind = .batch) -> TestFleet {
    var fleet = TestFleet(kind: kind)
    fleet.host = load
    return fleet
  }

  @Test(
    "what it does is work above its limit, and not at it",
    arguments: [
      (Load(cpu: 0.10), true), (Load(cpu: 0.11), false), (Load(network: 1_000_000), true),
      (Load(network: 1_000_001), false), (Load(disk: 5_000_000), true),
      (Load(disk: 5_000_001), false),
    ])
  func limits(load: Load, isIdle: Bool) {
    var fleet = fleet(load)
    fleet.pass(.minutes(20))
    #expect((fleet.verdict().intent == .stop) == isIdle)
    if !isIdle { #expect(fleet.reason() == .busy(.host)) }
  }

  @Test("each limit can be set", arguments: [Load(cpu: 0.5), Load(network: 2e6), Load(disk: 9e6)])
  func settings(load: Load) {
    var fleet = fleet(load)
    (fleet.rulebook.thresholds.cpuIdle, fleet.rulebook.thresholds.networkIdle) = (0.5, 2e6)
    fleet.rulebook.thresholds.diskIdle = 9e6
    fleet.pass(.minutes(20))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("a host that is not heard changes nothing, its confidence neither")
  func absent() {
    var (without, resting) = (fleet(nil), fleet(Load()))
    for _ in 0..<60 {
      without.hear()
      resting.hear()
      #expect(without.reason() == resting.reason())
      without.step()
      resting.step()
    }
    let expected = Reason.idleConfirmed(
      for: .seconds(885), limit: .minutes(10), confidence: .high)
    #expect(without.reason() == expected)
  }

  @Test("one that falls silent says nothing: the clock begins with its silence")
  func silent() {
    var fleet = fleet(Load(cpu: 1))
    fleet.pass(.minutes(20))
    fleet.host = nil
    fleet.step()
    fleet.pass(.minutes(9))
    #expect(fleet.plan.decisions.isEmpty)
    fleet.step()
    fleet.pass(.minutes(1))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("the first reading is no rate, and counters that begin anew are none either")
  func reset() {
    var fleet = fleet(Load(cpu: 1, network: 1e9, disk: 1e9))
    fleet.hear()
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(10)))
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .busy(.host))
    fleet.resetHosts()
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .idleTooShort(for: .zero, limit: .minutes(10)))
    fleet.step()
    fleet.hear()
    #expect(fleet.reason() == .busy(.host))
  }

  @Test("its CPU time is measured by its own clock: a reading that comes early says the same")
  func ownClock() {
    var fleet = fleet(Load(cpu: 0.05))
    fleet.pass(.minutes(20))
    fleet.silence(.milliseconds(200))
    fleet.hear()
    #expect(fleet.verdict().intent == .stop)
    fleet.host = Load(cpu: 0.5)
    fleet.silence(.milliseconds(200))
    fleet.hear()
    #expect(fleet.reason() == .busy(.host))
  }

  @Test("a server without requests is kept by it at rest, but not where it only spins")
  func serving() {
    let quiet = RequestReading(running: 0, waiting: 0, finished: 100)
    let spin = TestFleet.Signals(
      engine: 1, utilization: 100, tensor: 0, dram: 0.005, watts: 200, power: 200, memory: 60_000)
    for (signals, isStopped) in [(TestFleet.Signals.idle, false), (spin, true)] {
      var fleet = fleet(Load(cpu: 0.3), kind: .serving)
      fleet.pass(.minutes(20), signals, requests: quiet)
      #expect((fleet.verdict().intent == .stop) == isStopped)
    }
  }

  @Test("the time is billed as what the accelerator did: it rested")
  func bucket() {
    var fleet = fleet(Load(cpu: 1))
    let loaded = TestFleet.Signals(memory: 30_000)
    fleet.pass(.minutes(5), loaded)
    fleet.memory = account(fleet.snapshot, under: fleet.rulebook).memory
    fleet.step()
    fleet.pass(.zero, loaded)
    let usage = account(fleet.snapshot, under: fleet.rulebook).usage
    #expect(usage.map { $0.buckets[.allocatedIdle] } == [8 * 15_000_000])
  }

  @Test("work beside the accelerators is work: its end is when they turn idle")
  func turns() {
    var fleet = fleet(Load(cpu: 1))
    fleet.pass(.minutes(5))
    #expect(fleet.memory.turnedIdle.isEmpty)
    fleet.host = Load()
    fleet.step()
    fleet.pass(.minutes(1))
    #expect(fleet.memory.turnedIdle == [TestFleet.start.advanced(by: .seconds(315))])
  }
}
