import FleetModel
import Planner
import TestSupport
import Testing

/// A share of a large fleet is many, and moves with it (NVIDIA/NVSentinel#1686); a breaker that
/// counts what it can never touch moves with that (NVIDIA/NVSentinel#1228).
@Suite("A breaker's limit does not move with what may not be acted on")
struct BlastNumberTests {
  @Test(
    "at most ten nodes of the fleet are taken in ten minutes, whatever a tenth of it is",
    arguments: [(nil, 10), (3, 3), (15, 15)] as [(Int?, Int)])
  func number(most: Int?, taken: Int) {
    var fleet = GuardTests.idle(200)
    fleet.rulebook.safety.maxNodes = most
    fleet.rulebook.safety.actsPerMinute = 100
    #expect(fleet.plan.decisions.count == taken)
    #expect(
      fleet.reason(199)
        == .nodeLimit(taken: taken, allowed: taken, window: .minutes(10)))
  }

  @Test("what was taken lately in another pool counts")
  func otherPools() {
    var fleet = GuardTests.idle(20)
    var other = fleet.rulebook.pools[0]
    (other.name, other.match) = ("z", .init(tags: [Tag.pool: "z"]))
    fleet.rulebook.pools.append(other)
    var memory = PoolMemory()
    memory.shrunk = (0..<9).map { _ in fleet.now.advanced(by: .zero - .minutes(9)) }
    fleet.memory.pools["z"] = memory
    #expect(fleet.plan.decisions.count == 1)
    memory.shrunk = []
    fleet.memory.pools["z"] = memory
    #expect(fleet.plan.decisions.count == 2)
  }

  @Test("machines that a group gave back count as any others, its number does not")
  func groups() {
    let workload: WorkloadID = "asg/web"
    func shrunk(_ intent: Intent, replicas: ReplicaChange? = nil) -> TestFleet {
      var fleet = GuardTests.idle(20)
      var other = fleet.rulebook.pools[0]
      (other.name, other.match) = ("z", .init(workload: workload))
      fleet.rulebook.pools.append(other)
      fleet.replicas = ["z": ReplicaCount(ready: 20, pending: 0)]
      for number in 0..<9 {
        let node = NodeID("i-9\(number)")
        let subject: Subject = replicas == nil ? .node(node) : .pool("z")
        let key = DecisionKey("z/\(number)")
        let decision = Decision(
          key: key, subject: subject, pool: "z", intent: intent, reason: .neverHeard, mode: .auto,
          generation: number, madeAt: fleet.now, expiresAt: fleet.now.advanced(by: .minutes(1)),
          replicas: replicas, workload: workload)
        let receipt = Receipt(node: node, state: .stopping)
        for (place, kind) in [
          LedgerEvent.Kind.intended(decision), .attempted(number: 1), .succeeded(receipt),
        ].enumerated() {
          fleet.memory.fold(
            LedgerEvent(id: Int64(number * 3 + place + 1), at: fleet.now, key: key, kind: kind))
        }
      }
      return fleet
    }
    #expect(shrunk(.terminate).plan.decisions.count == 1)
    let number = ReplicaChange(from: 20, to: 19)
    #expect(shrunk(.scaleDown, replicas: number).plan.decisions.count == 2)
  }

  @Test(
    "I27: a share is of the nodes that may be acted on: others', protected and barred ones are out"
  )
  func shares() {
    var fleet = GuardTests.idle(40)
    #expect(fleet.plan.decisions.count == 4)
    for node in 0..<10 { fleet.nodes[node].tags[Tag.protect] = "true" }
    for node in 10..<20 { fleet.nodes[node].facts = NodeFacts(owner: NodeOwner(.karpenter)) }
    #expect(fleet.plan.decisions.count == 2)
  }

  @Test("a large pool that only watches does not make a small one's breaker blind")
  func watching() {
    var fleet = TestFleet(40, gpus: 1)
    var quiet = fleet.rulebook.pools[0]
    (quiet.name, quiet.mode, quiet.match) = ("watch", .observe, .init(tags: [Tag.pool: "watch"]))
    fleet.rulebook.pools.append(quiet)
    for node in 4..<40 { fleet.nodes[node].tags[Tag.pool] = "watch" }
    fleet.pass(.minutes(5), .busy)
    for _ in 0..<44 {
      fleet.step()
      for node in 0..<40 { fleet.hear(node, node < 3 ? .idle : .busy) }
    }
    #expect(fleet.reason(0) == .correlatedIdle(turned: 3, of: 4))
  }
}
