import FleetModel
import TestSupport
import Testing

@testable import Planner

@Suite("Interruptions")
struct InterruptionsTests {
  /// Two nodes that are needed, the first of which ends.
  static func plan(ending ends: [NodeID: Timestamp]?, drains: Bool = false) -> Plan {
    var fleet = TestFleet(2)
    fleet.rulebook.pools[0].minimumNodes = 2
    fleet.rulebook.pools[0].launch = LaunchSpec(
      cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1")
    fleet.rulebook.drains = drains ? ["aws"] : nil
    var snapshot = fleet.snapshot
    snapshot.notices = ends
    return Planner.plan(snapshot, under: fleet.rulebook)
  }

  static let first = TestFleet.node(0).id

  @Test("a node that ends counts no more: one replacement is decided, and without a notice none")
  func replaces() {
    let plan = Self.plan(ending: [Self.first: TestFleet.start])
    #expect(plan.decisions.map(\.intent) == [.launch])
    let verdict = plan.verdicts.first { $0.subject == .node(Self.first) }
    #expect(verdict?.reason.isInterruption == true)
    #expect(Self.plan(ending: nil).decisions.isEmpty)
    #expect(Self.plan(ending: ["i-of-others": TestFleet.start]).decisions.isEmpty)
  }

  @Test("where its cloud can drain it, it is drained too")
  func drains() {
    let plan = Self.plan(ending: [Self.first: TestFleet.start], drains: true)
    #expect(Set(plan.decisions.map(\.intent)) == [.launch, .terminate])
    #expect(plan.decisions.first { $0.intent == .terminate }?.node == Self.first)
  }

  @Test("any number of repeats on any paths is one memory: the sooner end, the graver word")
  func repeats() {
    var memory = Memory()
    let now = TestFleet.start
    func notice(_ kind: Interruption.Kind, _ path: String, ends: Timestamp?) -> Interruption {
      Interruption(
        id: "x", cloud: "aws", node: Self.first, kind: kind, endsAt: ends, noticedAt: now,
        path: path)
    }
    memory.fold(notice(.rebalance, "sqs", ends: nil), at: now)
    #expect(memory.endingNodes == nil)
    for path in ["sqs", "imds", "sweep"] {
      for minutes in [3, 2, 4] {
        let end = now.advanced(by: .minutes(Int64(minutes)))
        memory.fold(notice(.preemption, path, ends: end), at: now.advanced(by: .seconds(1)))
      }
    }
    let known = memory.notices?[Self.first]
    #expect(memory.notices?.count == 1)
    #expect(known?.kind == .preemption)
    #expect(known?.endsAt == now.advanced(by: .minutes(2)))
    #expect(known?.paths == ["imds", "sqs", "sweep"])
    #expect(known?.heardAt == now.advanced(by: .seconds(1)))
  }
}
