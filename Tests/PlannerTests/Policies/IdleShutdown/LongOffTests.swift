import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Giving back what is off for long")
struct LongOffTests {
  /// A node that idled for half an hour, was stopped by us and has been off since.
  private func stopped(
    _ ladder: IdleLadder? = IdleLadder(stop: .minutes(30), terminate: .hours(24))
  ) throws -> TestFleet {
    var fleet = IdleLadderTests.idle(.minutes(30), IdleLadder(stop: .minutes(30)))
    let decision = try #require(fleet.decision())
    for kind in [
      LedgerEvent.Kind.intended(decision), .succeeded(Receipt(node: "i-000000", state: .stopping)),
    ] { fleet.memory.fold(LedgerEvent(at: fleet.now, key: decision.key, kind: kind)) }
    fleet.rulebook.pools[0].ladder = ladder
    fleet.step()
    fleet.nodes[0].state = .stopped
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    return fleet
  }

  /// The same fleet, that long after its idleness began.
  private func stopped(for time: Duration) throws -> TestFleet {
    var fleet = try stopped()
    fleet.now = TestFleet.start.advanced(by: time)
    return fleet
  }

  @Test("it is given back at its time, counted from the beginning of idleness")
  func limit() throws {
    #expect(
      try stopped(for: .hours(24) - .seconds(1)).verdict().reason == .notRunning(.stopped))
    let fleet = try stopped(for: .hours(24))
    #expect(fleet.reason() == .ladder(.terminate, for: .hours(24), next: nil))
    let decision = try #require(fleet.decision())
    #expect(decision.intent == .terminate)
    #expect(decision.target == nil && decision.rate == nil)
    #expect(fleet.recheck(decision) == nil)
    #expect(PlanCheck.findings(fleet.plan, for: fleet.snapshot, under: fleet.rulebook) == [])
  }

  @Test("people are warned before it, where the ladder says so")
  func notice() throws {
    var fleet = try stopped(
      IdleLadder(notify: .hours(20), stop: .minutes(30), terminate: .hours(24)))
    fleet.now = TestFleet.start.advanced(by: .hours(20) - .seconds(1))
    #expect(fleet.reason() == .notRunning(.stopped))
    fleet.now = TestFleet.start.advanced(by: .hours(20))
    #expect(fleet.reason() == .ladder(.notify, for: .hours(20), next: .hours(24)))
    let told = alerts(
      for: fleet.plan, before: nil, snapshot: fleet.snapshot, under: fleet.rulebook)
    #expect(told.map(\.kind) == [.nodeIdleWarning])
  }

  @Test("without the rung, or in a pool that never acts, nothing is given back")
  func never() throws {
    var fleet = try stopped(IdleLadder(stop: .minutes(30)))
    fleet.silence(.days(30))
    #expect(fleet.plan.decisions == [])
    fleet = try stopped(nil)
    fleet.rulebook.pools[0].idleIntent = .terminate
    fleet.silence(.days(30))
    #expect(fleet.plan.decisions == [])
    fleet = try stopped(for: .days(2))
    fleet.rulebook.pools[0].kind = .training
    #expect(fleet.plan.decisions == [])
  }

  @Test("what somebody else stopped, or had back in between, is theirs")
  func theirs() throws {
    var fleet = try stopped(for: .days(2))
    fleet.memory.nodes["i-000000"]?.stoppedBy = nil
    #expect(fleet.plan.decisions == [])
    fleet = try stopped(for: .hours(20))
    for state in [InstanceState.running, .stopped] {
      fleet.step()
      fleet.nodes[0].state = state
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    }
    fleet.silence(.days(2))
    #expect(fleet.plan.decisions == [])
  }

  @Test("a protected node and one of another fleet are not given back")
  func spared() throws {
    var fleet = try stopped(for: .days(2))
    fleet.nodes[0].tags[Tag.protect] = "true"
    #expect(fleet.reason() == .protected(until: nil))
    fleet.nodes[0].tags = [Tag.pool: "pool"]
    #expect(fleet.plan.decisions == [])
  }

  @Test("a pool that needs one more has this one back")
  func needed() throws {
    var fleet = try stopped(for: .days(2))
    fleet.rulebook.pools[0].minimumNodes = 1
    #expect(fleet.plan.decisions.map(\.intent) == [.start])
  }

  @Test("a pool at its minimum may still give back what is off")
  func minimum() throws {
    var fleet = try stopped(for: .days(2))
    var running = TestFleet.node(1)
    running.acceleratorCount = 1
    fleet.nodes.append(running)
    fleet.rulebook.pools[0].minimumNodes = 1
    #expect(fleet.plan.decisions.map(\.intent) == [.terminate])
  }

  @Test("started, protected or stopped anew between decision and call, it is kept")
  func recheck() throws {
    let fleet = try stopped(for: .days(2))
    let decision = try #require(fleet.decision())
    var changed = fleet
    changed.nodes[0].state = .running
    #expect(changed.recheck(decision) == .unmatched)
    changed = fleet
    changed.nodes[0].tags[Tag.protect] = "true"
    #expect(changed.recheck(decision) == .protected(until: nil))
    changed = fleet
    changed.memory.nodes["i-000000"]?.stoppedBy = nil
    #expect(changed.recheck(decision) == .notRunning(.stopped))
    changed = fleet
    changed.rulebook.pools[0].ladder?.terminate = .days(3)
    #expect(changed.recheck(decision) == .idleTooShort(for: .days(2), limit: .days(3)))
    changed = fleet
    changed.rulebook.pools[0].kind = .unlabelled
    #expect(changed.recheck(decision) == .kindNeverActs(.unlabelled))
  }

  @Test("an act the cloud cannot do is not proposed")
  func unsupported() throws {
    var fleet = try stopped(for: .days(2))
    fleet.rulebook.inabilities = ["aws": [.terminate: "no right to"]]
    #expect(fleet.reason() == .unsupported(.terminate, because: "no right to"))
  }

  @Test("one that was stopped for another reason counts from when it was off")
  func otherReason() throws {
    var fleet = try stopped(for: .hours(24))
    fleet.memory.nodes["i-000000"]?.idleBegan = nil
    #expect(fleet.plan.decisions == [])
    fleet.silence(.minutes(31))
    #expect(fleet.plan.decisions.map(\.intent) == [.terminate])
  }
}
