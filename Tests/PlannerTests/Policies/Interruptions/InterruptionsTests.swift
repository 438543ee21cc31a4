import FleetModel
import TestSupport
import Testing

@testable import Planner

@Suite("Interruptions")
struct InterruptionsTests {
  /// Two serving nodes at work, both wanted, the first about to be taken away.
  static func fleet(
    kind: Interruption.Kind = .preemption, drains: Bool = false, mode: OperatingMode = .auto,
    times: Int = 1
  ) -> TestFleet {
    var fleet = TestFleet(2, kind: .serving, mode: mode)
    fleet.rulebook.pools[0].minimumNodes = 2
    fleet.rulebook.pools[0].launch = LaunchSpec(
      cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1")
    if drains { fleet.rulebook.drains = ["aws"] }
    fleet.pass(.minutes(30), .busy)
    for path in 0..<times {
      fleet.memory.fold(
        Interruption(
          id: "n", cloud: "aws", node: fleet.nodes[0].id, kind: kind,
          endsAt: fleet.now.advanced(by: .minutes(2)), noticedAt: fleet.now,
          path: ["sqs", "imds", "sweep"][path % 3]), at: fleet.now)
    }
    return fleet
  }

  static func decisions(_ fleet: TestFleet) -> [Decision] {
    var snapshot = fleet.snapshot
    snapshot.notices = snapshot.memory.endingNodes
    return plan(snapshot, under: fleet.rulebook).decisions
  }

  @Test("a node that is taken away is replaced at once", arguments: [1, 3, 100])
  func replaced(times: Int) {
    let decisions = Self.decisions(Self.fleet(times: times))
    #expect(decisions.map(\.intent) == [.launch])
  }

  @Test("a recommendation alone replaces nothing")
  func recommended() { #expect(Self.decisions(Self.fleet(kind: .rebalance)).isEmpty) }

  @Test("where the cloud can drain, the node is drained though it is at work and the pool minimal")
  func drained() {
    let decisions = Self.decisions(Self.fleet(drains: true))
    #expect(Set(decisions.map(\.intent)) == [.launch, .terminate])
    #expect(decisions.first { $0.intent == .terminate }?.reason.isInterruption == true)
  }

  @Test("a person's halt holds a drain too")
  func halted() {
    var fleet = Self.fleet(drains: true)
    fleet.killSwitch = true
    #expect(Self.decisions(fleet).isEmpty)
  }

  @Test("the look before a drain asks for the cloud's word, not for idleness")
  func rechecked() throws {
    var fleet = Self.fleet(drains: true)
    let drain = try #require(Self.decisions(fleet).first { $0.intent == .terminate })
    let look = { (fleet: TestFleet, node: Node?) in
      recheck(drain, node: node, memory: fleet.memory, at: fleet.now, under: fleet.rulebook)
    }
    #expect(look(fleet, fleet.nodes[0]) == nil)
    var stopped = fleet.nodes[0]
    stopped.state = .stopping
    #expect(look(fleet, stopped) == .superseded)
    fleet.memory.notices = nil
    #expect(look(fleet, fleet.nodes[0]) == .superseded)
  }

  @Test("the sooner end, the graver word and every path of one notice are kept")
  func merged() {
    var memory = Memory()
    let now = TestFleet.start
    let word = { (kind: Interruption.Kind, minutes: Int64?, path: String) in
      Interruption(
        id: path, cloud: "aws", node: "i-1", kind: kind,
        endsAt: minutes.map { now.advanced(by: .minutes($0)) }, noticedAt: now, path: path)
    }
    memory.fold(word(.rebalance, nil, "sqs"), at: now)
    #expect(memory.endingNodes == nil)
    memory.fold(word(.preemption, 2, "imds"), at: now.advanced(by: .seconds(5)))
    memory.fold(word(.rebalance, 9, "sqs"), at: now.advanced(by: .seconds(9)))
    #expect(memory.notices?["i-1"]?.paths == ["imds", "sqs"])
    #expect(memory.endingNodes == ["i-1": now.advanced(by: .minutes(2))])
    #expect(memory.notices?["i-1"]?.heardAt == now.advanced(by: .seconds(5)))
  }

  @Test("a notice is forgotten when its node has ended, or fifteen minutes after its time")
  func forgotten() {
    var fleet = Self.fleet()
    let end = fleet.now.advanced(by: .minutes(17))
    fleet.memory.forgetNotices(at: end.advanced(by: .microseconds(-1)), listed: fleet.nodes)
    #expect(fleet.memory.notices != nil)
    var ended = fleet
    ended.nodes[0].state = .terminated
    ended.memory.forgetNotices(at: fleet.now, listed: ended.nodes)
    #expect(ended.memory.notices == nil)
    fleet.memory.forgetNotices(at: end, listed: fleet.nodes)
    #expect(fleet.memory.notices == nil)
  }

  @Test("people hear of an end once, whichever paths say it again")
  func told() {
    let fleet = Self.fleet(times: 3)
    let first = fleet.plan
    let heard = { (before: Plan?, now: Plan) in
      alerts(for: now, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
        .filter { $0.kind == .nodeInterrupted }
    }
    #expect(heard(nil, first).count == 1)
    #expect(heard(first, first).isEmpty)
  }
}
