import FleetModel
import Planner
import TestSupport
import Testing

/// Fleets that grew, or asked to grow, without end.
@Suite("Incidents of growth")
struct GrowthTests {
  @Test("I11: a cloud without capacity is asked after 3, 6, 12, then every 24 min, never in a loop")
  func capacityLoop() {
    var fleet = Growing.fleet(missing: 1)
    let none = ActFailure(kind: .capacity, code: "InsufficientInstanceCapacity", message: "")
    var asked: [Timestamp] = []
    // Six hours, a plan every 15 s.
    for _ in 0..<1440 {
      for decision in fleet.plan.decisions {
        asked.append(fleet.now)
        fleet.note(decision, .attempted(number: 1), .failed(none))
      }
      fleet.step()
    }
    let waits = zip(asked, asked.dropFirst()).map { $1.duration(since: $0) }
    #expect(waits.prefix(4) == [.minutes(3), .minutes(6), .minutes(12), .minutes(24)])
    #expect(waits.dropFirst(4).allSatisfy { $0 == .minutes(24) })
    #expect(asked.count == 18)
  }

  @Test("I12: a node counts once from its decision until it works, however its state is seen")
  func countedOnce() throws {
    var fleet = Growing.fleet(missing: 1)
    let launch = try #require(fleet.plan.decisions.first)
    var phases = 0
    /// Nothing more is asked for at any look of the next minutes.
    func stays(for minutes: Int64, _ change: (inout TestFleet) -> Void) {
      change(&fleet)
      phases += 1
      for _ in 0..<(minutes * 4) {
        fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
        #expect(fleet.plan.decisions.isEmpty, "in phase \(phases)")
        fleet.step()
      }
    }
    stays(for: 1) { $0.note(launch) }
    stays(for: 1) { $0.note(launch, .attempted(number: 1)) }
    let receipt = Receipt(node: "i-000001", state: .pending)
    stays(for: 3) { $0.note(launch, .succeeded(receipt)) }
    stays(for: 3) { $0.nodes.append(TestFleet.node(1, gpus: nil, state: .pending)) }
    // Up, and for a long while without drivers, metrics or a known number of GPUs.
    stays(for: 12) { $0.nodes[1].state = .running }
    stays(for: 12) { $0.nodes[1].acceleratorCount = 1 }
  }

  /// A pool of replicas whose cloud takes every order, and how many it has.
  private struct Endpoint {
    var fleet = TestFleet(0, kind: .serving)
    var count: ReplicaCount
    var most = 0

    init(ready: Int) {
      count = ReplicaCount(ready: ready, pending: 0)
      fleet.rulebook.pools[0].scaling = ScalingRules()
    }

    /// One look: the demand, the plan, and what the cloud makes of it; the plan's own word.
    mutating func look(offered: Double, comesUp: Bool) -> [ReplicaChange] {
      fleet.silence(.seconds(15))
      let demand = PoolDemand(
        at: fleet.now, interval: .seconds(15), offered: offered, running: offered)
      fleet.memory.fold(demand, of: fleet.rulebook.pools[0], serving: count)
      let plan = ScaleToZeroTests.plan(fleet, count)
      most = max(most, fleet.memory.pools["pool"]?.scaler?.wanted ?? 0)
      let changes = plan.decisions.compactMap(\.replicas)
      for change in changes where change.to > change.from { count.pending += change.size }
      if comesUp { (count.ready, count.pending) = (count.total, 0) }
      return changes
    }
  }

  @Test(
    "fixture: pending replicas not reporting (2->4->8->16): no more than demand wants, ever",
    arguments: [2, 5, 16])
  func pendingReplicas(offered: Int) {
    var silent = Endpoint(ready: 2)
    var prompt = Endpoint(ready: 2)
    for _ in 0..<4 { _ = silent.look(offered: 2, comesUp: true) }
    for _ in 0..<4 { _ = prompt.look(offered: 2, comesUp: true) }
    let before = silent.count.total
    #expect(before == prompt.count.total)
    var orders = 0
    for look in 0..<20 {
      for change in silent.look(offered: Double(offered), comesUp: false) {
        orders += 1
        #expect(change.to <= silent.most, "at look \(look)")
      }
      _ = prompt.look(offered: Double(offered), comesUp: true)
      #expect(silent.count.total <= max(before, silent.most))
      // What is on its way is as good as what is there: neither is ordered twice.
      #expect(silent.count.total == prompt.count.total)
    }
    if offered > 2 { #expect(orders > 0 && silent.count.pending > 0) }
  }

  @Test(
    "nodes on their way that do not report yet are counted, and demand stays known without them")
  func pendingNodes() {
    var fleet = TestFleet(2, kind: .serving, gpus: 1)
    fleet.rulebook.pools[0].scaling = ScalingRules(targetInFlight: 4)
    fleet.rulebook.pools[0].launch = Growing.spec
    fleet.pass(.minutes(5), .busy, requests: RequestReading(running: 4, waiting: 0, finished: 1))
    var wanted = 0
    for _ in 0..<20 {
      fleet.step()
      for node in 0..<2 {
        fleet.hear(node, .busy, requests: RequestReading(running: 8, waiting: 0, finished: 1))
      }
      let since = fleet.now.advanced(by: .zero - .seconds(15))
      let rules = fleet.rulebook.pools[0]
      if let demand = poolDemand(of: rules, in: fleet.snapshot, since: since, under: fleet.rulebook)
      {
        let pending = fleet.nodes.count - 2
        fleet.memory.fold(
          demand, of: rules, serving: ReplicaCount(ready: 2, pending: pending))
      }
      wanted = max(wanted, fleet.memory.pools["pool"]?.scaler?.wanted ?? 0)
      for decision in fleet.plan.decisions where decision.intent == .launch {
        var node = TestFleet.node(fleet.nodes.count, gpus: 1)
        node.launchedAt = fleet.now
        fleet.nodes.append(node)
        fleet.note(decision, .succeeded(Receipt(node: node.id, state: .pending)))
      }
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
      #expect(fleet.nodes.count <= wanted)
    }
    #expect(fleet.nodes.count > 2)
  }
}
