import CostModel
import FleetModel
import Logging
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

@Suite("Decisions that wait for people, in the loop")
struct ApprovalLoopTests {
  static let pool = PoolRules(
    name: "p", kind: .batch, mode: .approve, minimumNodes: 2,
    launch: LaunchSpec(cloud: "aws", region: "us-east-1", type: "g6.xlarge", image: "ami-1"))

  @Test("nothing is launched before a person says so, and people are told the command once")
  func waits() async throws {
    let ledger = MemoryLedger()
    let cloud = TokenCloud(nodes: [ReconcilerTests.node()])
    try await ReconcilerTests.run(ledger, until: 6, cloud: cloud, pool: Self.pool)
    #expect(await cloud.calls.isEmpty)
    #expect(await ledger.events.map(\.kind.name) == ["advised"])
    let asked = await ledger.alerts.filter { $0.kind == .awaitingApproval }
    let key = try #require(await ledger.events.first?.key)
    #expect(asked.count == 1)
    #expect(asked.first?.labels["command"] == "finops approve \(shortID(of: key))")
    #expect(shortID(of: key).count == 8)
  }

  @Test("once allowed it is carried out, once, with the person's name")
  func allowed() async throws {
    let ledger = MemoryLedger()
    let cloud = TokenCloud(nodes: [ReconcilerTests.node()])
    try await ReconcilerTests.run(ledger, until: 2, cloud: cloud, pool: Self.pool)
    let key = try #require(await ledger.events.first?.key)
    #expect(await ledger.grant(key, by: "ann", at: ReconcilerTests.now))
    try await ReconcilerTests.run(ledger, until: 10, cloud: cloud, pool: Self.pool)
    let life = await ledger.events.filter { $0.key == key }
    #expect(life.map(\.kind.name) == ["advised", "intended", "attempted", "succeeded"])
    guard case .intended(let decision) = try #require(life.dropFirst().first).kind else {
      Issue.record("no intent")
      return
    }
    #expect(decision.approval?.by == "ann")
    #expect(await cloud.calls.count == 1)
    #expect(await ledger.granted.isEmpty)
  }

  @Test("what was allowed and is not needed any more ends, and people are told")
  func notNeeded() async throws {
    let ledger = MemoryLedger()
    let cloud = TokenCloud(nodes: [ReconcilerTests.node()])
    try await ReconcilerTests.run(ledger, until: 2, cloud: cloud, pool: Self.pool)
    let key = try #require(await ledger.events.first?.key)
    #expect(await ledger.grant(key, by: "ann", at: ReconcilerTests.now))
    var enough = Self.pool
    enough.minimumNodes = 1
    try await ReconcilerTests.run(ledger, until: 6, cloud: cloud, pool: enough)
    #expect(await cloud.calls.isEmpty)
    let last = try #require(await ledger.events.last)
    #expect(last.key == key)
    #expect(last.kind == .cancelled(.enough(live: 1, minimum: 1)))
    #expect(await ledger.granted.isEmpty)
    #expect(await ledger.alerts.last?.kind == .actionCancelled)
  }

  @Test("a wake and a calendar stand in the snapshot as long as they last", arguments: [1, 0])
  func wakes(left: Int64) async throws {
    let watch = FleetWatch(rulebook: Rulebook(fleet: "f", pools: [], prices: .init()))
    let now = ReconcilerTests.now
    let until = now.advanced(by: .microseconds(left))
    let calendar = FleetCalendar(from: now, until: until)
    let seen = try #require(
      await watch.observe(
        at: now, clouds: [], killSwitch: false, wakes: ["p": until], calendar: calendar))
    #expect(seen.snapshot.wakes == (left > 0 ? ["p": until] : nil))
    #expect(seen.snapshot.calendar == calendar)
  }
}
