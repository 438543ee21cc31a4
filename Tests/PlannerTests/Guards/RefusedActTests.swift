import FleetModel
import Planner
import TestSupport
import Testing

/// The same refused act for ever: spot machines cannot be stopped (skypilot-org/skypilot#257,
/// cloud-custodian/cloud-custodian#8003), groups replace what is stopped
/// (amazon-archives/ec2-scheduler#17), stop protection (cloud-custodian/cloud-custodian#8007).
@Suite("Refused acts are remembered")
struct RefusedActTests {
  static let refusals: [ActFailure] = [
    ActFailure(kind: .unsupported, code: "UnsupportedOperation", message: "spot"),
    ActFailure(kind: .unsupported, code: "GroupMember", message: "member of a group"),
    ActFailure(
      kind: .invalid, code: "OperationNotPermitted",
      message: "The instance may not be stopped. Modify its 'disableApiStop' instance attribute."),
  ]

  private static func end(
    _ decision: Decision, _ failure: ActFailure, in fleet: inout TestFleet
  ) -> [Alert] {
    let event = LedgerEvent(at: fleet.now, key: decision.key, kind: .failed(failure))
    fleet.memory.fold(
      LedgerEvent(at: fleet.now, key: decision.key, kind: .intended(decision)))
    fleet.memory.fold(event)
    return outcomeAlerts(for: event, of: decision)
  }

  @Test("one decision and one alert of its failure in 24 hours", arguments: refusals)
  func once(failure: ActFailure) throws {
    var fleet = GuardTests.idle()
    var decisions = 0
    var told: [Alert] = []
    var before: Plan?
    for _ in 0..<(24 * 6) {
      let plan = fleet.plan
      told += alerts(for: plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
      before = plan
      if let decision = plan.decisions.first {
        decisions += 1
        told += Self.end(decision, failure, in: &fleet)
      }
      fleet.pass(.minutes(10))
    }
    #expect(decisions == 1)
    #expect(told.count { $0.kind == .actionFailed } == 1)
    #expect(told.count { $0.kind == .nodeIdle } == 1)
    #expect(fleet.reason().code == "refused_before")
    #expect(fleet.plan.advice?.contains { $0.kind == .barred } == true)
  }

  private static func refused(_ failure: ActFailure = refusals[0]) throws -> TestFleet {
    var fleet = GuardTests.idle()
    let decision = try #require(fleet.decision())
    _ = end(decision, failure, in: &fleet)
    fleet.pass(.minutes(11))
    #expect(fleet.reason().code == "refused_before")
    return fleet
  }

  @Test("it is forgotten when the node's tags or facts change")
  func changed() throws {
    var fleet = try Self.refused()
    fleet.nodes[0].tags["team"] = "other"
    fleet.pass(.zero)
    #expect(fleet.verdict().intent == .stop)
    var other = try Self.refused()
    other.nodes[0].facts = NodeFacts()
    other.pass(.zero)
    #expect(other.verdict().intent == .stop)
  }

  @Test("it is forgotten when the machine is started anew")
  func restarted() throws {
    var fleet = try Self.refused()
    fleet.nodes[0].state = .stopped
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.nodes[0].state = .running
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.pass(.minutes(20))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("it is forgotten after seven days, and not before", arguments: [(-1, true), (0, false)])
  func week(seconds: Int64, holds: Bool) throws {
    var fleet = GuardTests.idle()
    let decision = try #require(fleet.decision())
    let refusedAt = fleet.now
    _ = Self.end(decision, Self.refusals[0], in: &fleet)
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.now = refusedAt.advanced(by: .days(7) + .seconds(seconds) - .minutes(20))
    fleet.pass(.minutes(20))
    #expect((fleet.reason().code == "refused_before") == holds)
  }

  @Test("a refused stop leaves giving back to pools that do, unless it was a protection")
  func terminate() throws {
    var spot = try Self.refused(Self.refusals[0])
    spot.rulebook.pools[0].idleIntent = .terminate
    #expect(spot.verdict().intent == .terminate)
    var protected = try Self.refused(Self.refusals[2])
    protected.rulebook.pools[0].idleIntent = .terminate
    #expect(protected.reason().code == "refused_before")
  }

  @Test(
    "what may work later is tried again", arguments: [ActFailure.Kind.throttled, .auth, .unknown])
  func transient(kind: ActFailure.Kind) throws {
    var fleet = GuardTests.idle()
    let decision = try #require(fleet.decision())
    _ = Self.end(decision, ActFailure(kind: kind, code: "Later", message: ""), in: &fleet)
    fleet.pass(.minutes(11))
    #expect(fleet.verdict().intent == .stop)
  }
}
