import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Orphans")
struct OrphansTests {
  /// A pool that wants one node more, and the launch decided for it.
  private func launching() throws -> (TestFleet, Decision) {
    let fleet = Growing.fleet(missing: 1)
    return (fleet, try #require(fleet.plan.decisions.first { $0.intent == .launch }))
  }

  /// What the cloud lists now; nodes are numbered from 0, number 1 is the new one.
  private func list(_ fleet: inout TestFleet, state: InstanceState = .pending) {
    if fleet.nodes.count == 1 {
      var node = TestFleet.node(1, gpus: 1, state: state)
      node.launchedAt = fleet.now
      node.tags[Tag.intent] = "b7lt2qvlsn2z"
      fleet.nodes.append(node)
    }
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
  }

  private func orphans(_ fleet: TestFleet) -> [Advice] {
    (fleet.plan.advice ?? []).filter { $0.kind == .orphan }
  }

  private func told(_ fleet: TestFleet, before: Plan?) -> [Alert] {
    alerts(for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
      .filter { $0.kind == .nodeOrphan }
  }

  /// Sweeps of 30 s go by.
  private func sweep(_ fleet: inout TestFleet, _ count: Int) {
    for _ in 0..<count {
      fleet.silence(.seconds(30))
      list(&fleet)
    }
  }

  @Test("I7: an instance with our tags that no launch explains is told of, once, after two minutes")
  func found() throws {
    var fleet = Growing.fleet(missing: 0)
    list(&fleet)
    sweep(&fleet, 3)
    #expect(orphans(fleet).isEmpty)
    var before = fleet.plan
    sweep(&fleet, 1)
    let advice = try #require(orphans(fleet).first)
    #expect(advice.subject == .node("i-000001") && advice.pool == "pool")
    #expect(advice.monthlySaving == Growing.price.cost(of: .hours(720)))
    let first = told(fleet, before: before)
    #expect(first.map(\.key) == ["node.orphan/i-000001"])
    #expect(first.map { $0.labels["node"] } == ["i-000001"])
    before = fleet.plan
    sweep(&fleet, 20)
    #expect(told(fleet, before: before).isEmpty)
    // A controller that has just started says it again, under the same key.
    #expect(told(fleet, before: nil).map(\.key) == ["node.orphan/i-000001"])
  }

  @Test("I7: nothing is done to an orphan for being one")
  func leftAlone() {
    var fleet = Growing.fleet(missing: 0)
    list(&fleet, state: .running)
    sweep(&fleet, 40)
    #expect(!orphans(fleet).isEmpty)
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test(
    "a launch that succeeded explains its node, listed before its end or after it",
    arguments: [
      true, false,
    ])
  func explained(isListedFirst: Bool) throws {
    var (fleet, launch) = try launching()
    fleet.note(launch, .attempted(number: 1))
    if isListedFirst { list(&fleet) }
    let receipt = Receipt(node: "i-000001", state: .pending)
    fleet.memory.fold(
      LedgerEvent(at: fleet.now, key: launch.key, kind: .succeeded(receipt)))
    list(&fleet)
    sweep(&fleet, 40)
    #expect(orphans(fleet).isEmpty)
  }

  @Test("I7: while its launch is open an instance is no orphan; when that ends without it, it is")
  func openLaunch() throws {
    var (fleet, launch) = try launching()
    fleet.note(launch, .attempted(number: 1))
    list(&fleet)
    sweep(&fleet, 10)
    #expect(orphans(fleet).isEmpty)
    let lost = ActFailure(kind: .unknown, code: "lost_answer", message: "")
    fleet.memory.fold(LedgerEvent(at: fleet.now, key: launch.key, kind: .failed(lost)))
    #expect(orphans(fleet).map(\.subject) == [.node("i-000001")])
  }

  @Test("a launch that began after it does not explain it")
  func laterLaunch() throws {
    var fleet = Growing.fleet(missing: 2)
    list(&fleet)
    sweep(&fleet, 10)
    let launch = try #require(fleet.plan.decisions.first { $0.intent == .launch })
    fleet.note(launch, .attempted(number: 1))
    #expect(orphans(fleet).map(\.subject) == [.node("i-000001")])
  }

  @Test(
    "only live instances with our fleet's tag and an intent's are orphans",
    arguments: [(Tag.fleet, InstanceState.running), (Tag.intent, .running), ("", .stopped)])
  func others(without tag: String, state: InstanceState) {
    var fleet = Growing.fleet(missing: 0)
    list(&fleet, state: state)
    fleet.memory = Growing.fleet(missing: 0).memory
    fleet.nodes[1].tags[tag] = nil
    sweep(&fleet, 40)
    #expect(orphans(fleet).isEmpty)
  }

  @Test("what an older version knew already is no orphan")
  func older() {
    var fleet = Growing.fleet(missing: 0)
    list(&fleet)
    fleet.memory.nodes["i-000001"]?.unexplainedSince = nil
    sweep(&fleet, 40)
    #expect(orphans(fleet).isEmpty)
  }

  @Test("I7: it is known by its id: another machine of the same name and address is another")
  func byID() throws {
    var (fleet, launch) = try launching()
    fleet.note(launch, .succeeded(Receipt(node: "i-000001", state: .pending)))
    list(&fleet)
    fleet.nodes[1].id = "i-000009"
    sweep(&fleet, 5)
    #expect(orphans(fleet).map(\.subject) == [.node("i-000009")])
  }
}
