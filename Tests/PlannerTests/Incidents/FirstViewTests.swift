import FleetModel
import Planner
import TestSupport
import Testing

/// What a controller believes of a world it has just met, or half sees.
@Suite("Incidents of a partial view")
struct FirstViewTests {
  /// One turn of the loop: every running node is heard, the plan is carried out at once.
  private func turn(_ fleet: inout TestFleet, _ signals: TestFleet.Signals = .idle) -> Int {
    for node in fleet.nodes.indices where fleet.nodes[node].state == .running {
      fleet.hear(node, signals)
    }
    let decisions = fleet.plan.decisions
    for decision in decisions {
      guard let node = fleet.nodes.firstIndex(where: { $0.id == decision.node }) else { continue }
      fleet.note(decision, .succeeded(Receipt(node: fleet.nodes[node].id, state: .stopped)))
      fleet.nodes[node].state = .stopped
    }
    fleet.step()
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    return decisions.count
  }

  @Test(
    "I2: a partial first view of the fleet stops nothing, and never more than the blast radius")
  func partialFirstView() {
    var fleet = TestFleet(20, gpus: 1)
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    // The first loops run before everything is there: some are not heard, the others say 0.
    for loop in 0..<5 {
      for node in 0..<(4 * loop) { fleet.hear(node) }
      #expect(fleet.plan.decisions.isEmpty)
      fleet.silence(.seconds(1))
    }
    // Then the truth comes, and 0 for one scrape again, as after a metrics server's restart.
    for loop in 0..<40 {
      fleet.step()
      #expect(turn(&fleet, loop == 20 ? .idle : .busy) == 0)
    }
    // And if all of them were idle indeed, they would go a few at a time.
    var idle = TestFleet(20, gpus: 1)
    var stops: [Int] = []
    for _ in 0..<120 { stops.append(turn(&idle)) }
    #expect(stops.max() == 2)
    for end in 39..<120 { #expect(stops[(end - 39)...end].reduce(0, +) <= 4) }
    // A fifth of twenty in the first ten minutes, then a fifth of the sixteen that are left.
    #expect(stops.reduce(0, +) == 7)
  }

  @Test("I9: a node the cloud lists no more is not acted on and not counted, from that listing on")
  func ghosts() throws {
    var fleet = Growing.fleet(missing: 0)
    fleet.nodes.append(TestFleet.node(1, gpus: 1))
    fleet.targets["i-000001"] = "10.0.0.1:9400"
    fleet.rulebook.pools[0].minimumNodes = 2
    fleet.step()
    fleet.pass(.minutes(20), .busy)
    #expect(fleet.plan.decisions.isEmpty)
    let heard = fleet.memory.targets["10.0.0.1:9400"]
    fleet.nodes.removeLast()
    fleet.step()
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    // Its last reading is still there, and it is replaced all the same.
    #expect(fleet.memory.targets["10.0.0.1:9400"] == heard)
    #expect(fleet.plan.decisions.map(\.intent) == [.launch])
    #expect(!fleet.plan.verdicts.contains { $0.subject == .node("i-000001") })
    // Nor is what is remembered of it kept for ever.
    fleet.memory.observe(
      fleet.nodes, at: fleet.now.advanced(by: .days(8)), under: fleet.rulebook)
    #expect(fleet.memory.nodes["i-000001"] == nil)
  }

  @Test("I9: a launch the cloud never lists counts for fifteen minutes, and no longer")
  func neverListed() throws {
    var fleet = Growing.fleet(missing: 1)
    let launch = try #require(fleet.plan.decisions.first)
    fleet.note(launch, .succeeded(Receipt(node: "i-ghost", state: .pending)))
    fleet.silence(.minutes(15))
    #expect(fleet.plan.decisions.isEmpty)
    fleet.silence(.seconds(1))
    #expect(fleet.plan.decisions.map(\.intent) == [.launch])
  }

  @Test(
    "I22: a cloud's clock 30 s off is told of, once for the cloud, before anything is refused for it",
    arguments: [(30, false), (31, true), (-31, true), (400, true)])
  func skew(seconds: Int64, isTold: Bool) {
    var fleet = GuardTests.idle(3)
    let before = fleet.plan
    fleet.clockSkew = ["aws": .seconds(seconds), "other": .zero]
    let told = { (fleet: TestFleet, before: Plan?) in
      alerts(for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
        .filter { $0.kind == .clockSkew }.map { $0.labels["cloud"] }
    }
    #expect(told(fleet, before) == (isTold ? ["aws"] : []))
    #expect(told(fleet, fleet.plan) == [])
    #expect(fleet.plan.decisions.isEmpty == (seconds == 400))
  }
}
