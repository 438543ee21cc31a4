import FleetModel
import TestSupport
import Testing

@testable import Planner

@Suite("A person's word on a decision")
struct ApprovalTests {
  /// A node at rest in a pool on `approve`, its decision recorded and waiting.
  static func waiting() throws -> (fleet: TestFleet, grant: Grant) {
    var fleet = TestFleet(kind: .batch, mode: .approve)
    fleet.pass(.minutes(20))
    let decision = try #require(fleet.decision())
    fleet.memory.fold(
      LedgerEvent(id: 1, at: fleet.now, key: decision.key, kind: .advised(decision)))
    let approval = Approval(by: "ann", at: fleet.now)
    return (fleet, Grant(decision: decision, approval: approval))
  }

  static func outcome(_ fleet: TestFleet, _ grants: [Grant]) -> (plan: Plan, ends: [Lapse]) {
    let (snapshot, plan) = plan(fleet.snapshot, granted: grants, under: fleet.rulebook)
    let ends = lapses(in: plan, of: snapshot, granted: grants, under: fleet.rulebook)
    return (plan, ends)
  }

  @Test("without it a decision waits, and is not carried out")
  func waits() throws {
    let (fleet, _) = try Self.waiting()
    let (plan, ends) = Self.outcome(fleet, [])
    #expect(plan.decisions.map(\.isToBeCarriedOut) == [false])
    #expect(ends.isEmpty)
  }

  @Test("with it, the decision that today's evidence still asks for is carried out")
  func allowed() throws {
    var (fleet, grant) = try Self.waiting()
    fleet.step()
    fleet.pass(.minutes(5))
    let (plan, ends) = Self.outcome(fleet, [grant])
    #expect(plan.decisions.map(\.isToBeCarriedOut) == [true])
    #expect(plan.decisions.first?.approval == grant.approval)
    #expect(plan.decisions.first?.madeAt == fleet.now)
    #expect(ends.isEmpty)
  }

  @Test("fixture: approval clicked after the node became busy is not carried out, and ends")
  func busyMeanwhile() throws {
    var (fleet, grant) = try Self.waiting()
    fleet.pass(.minutes(1), .busy)
    let (plan, ends) = Self.outcome(fleet, [grant])
    #expect(plan.decisions.isEmpty)
    #expect(ends == [Lapse(decision: grant.decision, reason: .busy(.engine), isTold: true)])
  }

  @Test(
    "it holds until its lifetime is over, and not a microsecond longer", arguments: [true, false])
  func expiry(isInTime: Bool) throws {
    var (fleet, grant) = try Self.waiting()
    let end = grant.decision.waits(for: fleet.rulebook.safety.approvalLifetime)
    fleet.pass(.hours(4) - .seconds(15))
    fleet.now = isInTime ? end.advanced(by: .microseconds(-1)) : end
    let (plan, ends) = Self.outcome(fleet, [grant])
    #expect(plan.decisions.map(\.isToBeCarriedOut) == [isInTime])
    #expect(
      ends.map(\.reason) == (isInTime ? [] : [.approvalExpired(age: .hours(4))]))
  }

  @Test("a decision nobody answered ends at the same age, and the next one is another")
  func unanswered() throws {
    var (fleet, grant) = try Self.waiting()
    fleet.pass(.hours(4) + .seconds(15))
    let (plan, ends) = Self.outcome(fleet, [])
    let end = try #require(ends.first)
    #expect(plan.decisions.map(\.key) == [grant.decision.key])
    #expect(end.isTold)
    fleet.memory.fold(
      LedgerEvent(id: 2, at: fleet.now, key: end.decision.key, kind: .cancelled(end.reason)))
    #expect(fleet.memory.waiting == [:])
    #expect(fleet.decision()?.generation == grant.decision.generation + 1)
  }

  /// What else might have been allowed: each is another decision.
  private static let changes: [@Sendable (inout Decision) -> Void] = [
    { $0.target = "10.9.9.9:9400" }, { $0.rate = HourlyRate(perHour: .dollars(1)) },
    { $0.replicas = ReplicaChange(from: 3, to: 2) }, { $0.mode = .advise },
    { $0.reason = .surplus(want: 1, have: 2, restFor: .minutes(2)) }, { $0.intent = .terminate },
  ]

  @Test("it is bound to the decision: of one that has changed it counts for nothing")
  func changed() throws {
    for change in Self.changes {
      var (fleet, grant) = try Self.waiting()
      change(&grant.decision)
      fleet.step()
      let (plan, ends) = Self.outcome(fleet, [grant])
      #expect(plan.decisions.map(\.isToBeCarriedOut) == [false])
      #expect(ends.map(\.reason) == [.superseded])
    }
  }

  @Test("only the age, the figures and the word itself may differ")
  func same() throws {
    let (_, grant) = try Self.waiting()
    var later = grant.decision
    later.madeAt = later.madeAt.advanced(by: .hours(1))
    later.expiresAt = later.expiresAt.advanced(by: .hours(1))
    later.reason = .idleConfirmed(for: .hours(2), limit: .minutes(10), confidence: .high)
    later.approval = grant.approval
    #expect(later.isSameAct(as: grant.decision))
  }

  @Test("the kill switch ends what was allowed, with that reason")
  func halted() throws {
    var (fleet, grant) = try Self.waiting()
    fleet.killSwitch = true
    #expect(Self.outcome(fleet, [grant]).ends.map(\.reason) == [.killSwitch])
    #expect(Self.outcome(fleet, []).ends.isEmpty)
  }

  @Test("what is carried out waits no longer, and its end does not take the node back a generation")
  func carriedOut() throws {
    var (fleet, grant) = try Self.waiting()
    var allowed = grant.decision
    allowed.approval = grant.approval
    let key = allowed.key
    fleet.memory.fold(LedgerEvent(id: 2, at: fleet.now, key: key, kind: .intended(allowed)))
    #expect(fleet.memory.waiting == [:])
    #expect(fleet.memory.openActions[key] != nil)
    let id = try #require(grant.decision.node)
    fleet.memory.fold(
      LedgerEvent(id: 3, at: fleet.now, key: key, kind: .cancelled(.busy(.engine))))
    fleet.memory.nodes[id]?.generation = 7
    fleet.memory.waiting = [key: grant.decision]
    fleet.memory.fold(
      LedgerEvent(id: 4, at: fleet.now, key: key, kind: .cancelled(.superseded)))
    #expect(fleet.memory.nodes[id]?.generation == 7)
  }
}
