import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

/// SpotFallback in a whole plan: limits and evidence hold for it as for every policy.
@Suite("Spot in a plan")
struct SpotPlanTests {
  static func spec(_ zone: String?) -> LaunchSpec {
    LaunchSpec(
      cloud: "aws", region: "us-east-1", zone: zone, type: "p4d.24xlarge",
      capacity: zone == nil ? .onDemand : .spot, image: "ami-1")
  }

  /// A pool of nodes that buys in two zones, with so many that run in the first.
  static func fleet(_ running: Int, least: Int, most: Int?, kind: PoolKind = .batch) -> TestFleet {
    var fleet = TestFleet(running, kind: kind)
    fleet.rulebook.pools[0].minimumNodes = least
    fleet.rulebook.pools[0].maximumNodes = most
    fleet.rulebook.pools[0].spot = SpotPlaces(
      offerings: ["us-east-1a", "us-east-1b"].map {
        SpotPlaces.Offering(name: $0, launch: spec($0), share: 0.3)
      }, onDemand: spec(nil))
    for index in fleet.nodes.indices {
      fleet.nodes[index].zone = "us-east-1a"
      fleet.nodes[index].capacity = .spot
    }
    return fleet
  }

  static func plan(_ fleet: TestFleet) -> Plan {
    var snapshot = fleet.snapshot
    snapshot.learn(every: .seconds(15), under: fleet.rulebook)
    return Planner.plan(snapshot, under: fleet.rulebook)
  }

  @Test(
    "spares and moves never take a pool beyond its most",
    arguments: [(0, 2, 2), (0, 2, 3), (1, 2, 2), (2, 2, 2), (2, 2, 3), (0, 4, 5), (4, 4, 5)])
  func ceiling(running: Int, least: Int, most: Int) {
    var fleet = Self.fleet(running, least: least, most: most)
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    let plan = Self.plan(fleet)
    let launches = plan.decisions.count { $0.intent == .launch }
    #expect(running + launches <= most)
    #expect(running + launches >= least)
  }

  @Test("nodes that no place of the pool makes are capacity of it too")
  func others() {
    var fleet = Self.fleet(2, least: 2, most: 4)
    for index in fleet.nodes.indices { fleet.nodes[index].zone = "us-east-1z" }
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    #expect(Self.plan(fleet).decisions.allSatisfy { $0.intent != .launch })
  }

  @Test(
    "a refused launch holds its place back, whatever the reason",
    arguments: [
      ActFailure.Kind.capacity, .quota, .throttled, .auth, .invalid, .unknown, .unsupported,
    ])
  func refusal(kind: ActFailure.Kind) {
    var fleet = Self.fleet(0, least: 1, most: 1)
    // Both zones have been up for ten hours: long enough to be trusted.
    for _ in 0..<2400 {
      var look = fleet.snapshot
      look.learn(every: .seconds(15), under: fleet.rulebook)
      fleet.memory = look.memory
      fleet.step()
    }
    #expect(Self.plan(fleet).decisions.map(\.launch?.zone) == ["us-east-1a"])
    fleet.memory.pools["pool"]?.refused = [
      RefusedLaunch(launch: Self.spec("us-east-1a"), kind: kind, at: fleet.now)
    ]
    fleet.step()
    let next = Self.plan(fleet).decisions.filter { $0.intent == .launch }
    #expect(!next.contains { $0.launch?.zone == "us-east-1a" })
    #expect(next.count == 1)
  }

  @Test("a development pool's node is not given back for a minute's rest")
  func window() {
    var fleet = Self.fleet(4, least: 2, most: 4, kind: .dev)
    fleet.rulebook.thresholds.cycleShare = 1
    fleet.rulebook.thresholds.windowShare = 1
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.pass(.minutes(5))
    #expect(Self.plan(fleet).decisions.allSatisfy { !$0.intent.shrinks })
  }

  @Test("a launch that was never listed counts for fifteen minutes, and no longer")
  func unlisted() {
    var fleet = Self.fleet(0, least: 1, most: 1)
    var ghost = NodeMemory()
    ghost.launchedFor = "pool"
    ghost.launchedAs = Self.spec("us-east-1a")
    ghost.lastActAt = fleet.now
    fleet.memory.nodes["i-ghost"] = ghost
    #expect(Self.plan(fleet).decisions.isEmpty)
    fleet.now = fleet.now.advanced(by: .minutes(15) + .seconds(1))
    #expect(Self.plan(fleet).decisions.count == 1)
  }
}
