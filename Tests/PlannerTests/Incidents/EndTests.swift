import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

/// How nodes went, or were said to have gone.
@Suite("Incidents of ends")
struct EndTests {
  private func tick(_ fleet: inout TestFleet) -> (usage: [UsageHour], off: [OffInterval]) {
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    let result = account(fleet.snapshot, under: fleet.rulebook)
    fleet.memory = result.memory
    return (result.usage, result.off)
  }

  @Test(
    "I8: a node is off in the books from the first listing that shows it, whatever the call answered",
    arguments: [
      (Intent.stop, InstanceState.stopping, InstanceState.stopped),
      (.terminate, .shuttingDown, .terminated),
    ])
  func confirmed(intent: Intent, between: InstanceState, end: InstanceState) throws {
    var fleet = GuardTests.idle()
    fleet.rulebook.pools[0].idleIntent = intent
    let decision = try #require(fleet.decision())
    #expect(decision.intent == intent)
    _ = tick(&fleet)
    // The call says it is done; the listing does not yet.
    fleet.note(decision, .succeeded(Receipt(node: fleet.nodes[0].id, state: end)))
    for state in [InstanceState.running, between] {
      fleet.nodes[0].state = state
      for _ in 0..<20 {
        fleet.step()
        let books = tick(&fleet)
        #expect(books.off.isEmpty)
        #expect(books.usage.map(\.billedMicroseconds) == [15_000_000])
      }
    }
    fleet.step()
    fleet.nodes[0].state = end
    let seen = fleet.now
    #expect(tick(&fleet).off.map(\.from) == [seen])
    fleet.step()
    #expect(tick(&fleet).usage.isEmpty)
  }

  @Test("I8: a node that vanishes from the listing has no confirmed end, and saves nothing")
  func vanished() throws {
    var fleet = GuardTests.idle()
    let decision = try #require(fleet.decision())
    fleet.note(decision, .succeeded(Receipt(node: fleet.nodes[0].id, state: .stopped)))
    fleet.nodes = []
    for _ in 0..<40 {
      fleet.step()
      #expect(tick(&fleet).off.isEmpty)
    }
  }

  @Test(
    "I10: what is taken away is named, and never a node at work", arguments: PropertyTests.seeds)
  func named(seed: UInt64) {
    let fleet = PropertyTests.random(seed)
    for decision in fleet.plan.decisions where decision.intent.shrinks {
      guard let node = fleet.nodes.first(where: { $0.id == decision.node }) else {
        Issue.record("\(decision.key) names no node: the cloud would choose one")
        continue
      }
      let target = fleet.targets[node.id].flatMap { fleet.memory.targets[$0] }
      let isAtRest =
        target?.accelerators.values.allSatisfy { $0.idleSince != nil || $0.restSince != nil }
      #expect(node.state == .stopped || isAtRest == true, "\(decision.key)")
    }
  }

  @Test("I10: such decisions are made: the property is not empty")
  func notEmpty() {
    #expect(
      PropertyTests.seeds.contains { seed in
        PropertyTests.random(seed).plan.decisions.contains { $0.intent.shrinks }
      })
  }

  /// A pool of two nodes bought in one spot zone, beside another and on-demand.
  private func spot() -> TestFleet {
    var fleet = TestFleet(2, kind: .batch, gpus: 1)
    var here = Growing.spec
    here.zone = "us-east-1a"
    here.capacity = .spot
    var there = here
    there.zone = "us-east-1b"
    fleet.rulebook.pools[0].launch = Growing.spec
    fleet.rulebook.pools[0].minimumNodes = 2
    fleet.rulebook.pools[0].spot = SpotPlaces(
      offerings: [
        SpotPlaces.Offering(name: "a", launch: here, share: 0.3),
        SpotPlaces.Offering(name: "b", launch: there, share: 0.3),
      ], onDemand: Growing.spec)
    for node in fleet.nodes.indices {
      fleet.nodes[node].capacity = .spot
      fleet.nodes[node].zone = "us-east-1a"
    }
    return fleet
  }

  /// Five minutes between two looks: two days of them are soon made.
  private static let interval = Duration.minutes(5)

  /// The plan one look later.
  private func look(_ fleet: inout TestFleet, notices: [NodeID: Timestamp] = [:]) -> Plan {
    fleet.silence(Self.interval)
    for node in fleet.nodes.indices where fleet.nodes[node].state == .running {
      fleet.hear(node, .busy)
    }
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    var snapshot = fleet.snapshot
    snapshot.notices = notices
    let pool = fleet.rulebook.pools[0]
    if let sight = spotSight(
      of: pool, in: snapshot, under: fleet.rulebook, interval: Self.interval)
    {
      fleet.memory.fold(sight, of: pool)
      snapshot.memory = fleet.memory
      snapshot.spot = [pool.name: sight]
    }
    return plan(snapshot, under: fleet.rulebook)
  }

  @Test(
    "I16: a spot node that goes without notice, or is announced to go, is replaced at the next look",
    arguments: ["terminated", "vanished", "noticed"])
  func interrupted(how: String) {
    var fleet = spot()
    // After two days the zone is known to be good.
    for _ in 0..<576 { _ = look(&fleet) }
    #expect(look(&fleet).decisions.isEmpty)
    var notices: [NodeID: Timestamp] = [:]
    switch how {
    case "terminated": fleet.nodes[1].state = .terminated
    case "vanished": fleet.nodes.removeLast()
    default: notices[fleet.nodes[1].id] = fleet.now.advanced(by: .minutes(2))
    }
    let launches = look(&fleet, notices: notices).decisions.filter { $0.intent == .launch }
    #expect(!launches.isEmpty && launches.count <= 2)
  }
}
