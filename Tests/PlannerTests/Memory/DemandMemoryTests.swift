import FleetModel
import Foundation
import Planner
import TestSupport
import Testing

@Suite("Demand as it is remembered")
struct DemandMemoryTests {
  private func demand(_ minute: Int64, _ offered: Double) -> PoolDemand {
    PoolDemand(
      at: TestFleet.start.advanced(by: .minutes(minute)), interval: .minutes(1),
      offered: offered)
  }

  private func folded(_ series: [(Int64, Double)]) -> PoolMemory? {
    var memory = Memory()
    for (minute, offered) in series { memory.fold(demand(minute, offered), of: "pool") }
    return memory.pools["pool"]
  }

  @Test(
    "what cannot be true changes nothing",
    arguments: [
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: .nan),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: .infinity),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: -1),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, backlog: -1),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, waiting: .nan),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, running: -0.5),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, cacheUsage: .nan),
      PoolDemand(at: TestFleet.start, interval: .minutes(1), offered: 0, tokensPerSecond: -1),
      PoolDemand(
        at: TestFleet.start, interval: .minutes(1), offered: 0, timeToFirstToken: .seconds(-1)),
      PoolDemand(at: TestFleet.start, interval: .zero, offered: 0),
    ])
  func impossible(demand: PoolDemand) {
    var memory = Memory()
    memory.fold(demand, of: "pool")
    #expect(memory == Memory())
  }

  @Test("what is not newer changes nothing")
  func older() {
    #expect(folded([(1, 0), (2, 0)]) == folded([(1, 0), (2, 0), (2, 5), (1, 5)]))
  }

  @Test("a gap is recorded when it ends, as long as it was heard to be one")
  func gap() {
    let memory = folded([(1, 2), (2, 0), (3, 0), (4, 0), (5, 1)])
    #expect(memory?.gaps?.total == 1)
    // 180 s lie in the bin from 160 to 192.
    #expect(memory?.gaps?.counts.firstIndex(of: 1) == 8 + 4 * 4 + 1)
    #expect(memory?.gaps?.quietSince == nil)
    #expect(folded([(1, 2), (2, 1)])?.gaps?.total == 0)
  }

  @Test("a hole in what is heard is no gap", arguments: [(5, 1), (6, 0)])
  func hole(minute: Int64, gaps: Int) {
    // Three intervals between two ends are no hole, four are.
    #expect(folded([(1, 1), (2, 0), (minute, 1)])?.gaps?.total == gaps)
    let quiet = folded([(1, 1), (2, 0), (minute, 0)])?.gaps?.quietSince
    let start = TestFleet.start.advanced(by: .minutes(gaps == 1 ? 1 : minute - 1))
    #expect(quiet == start)
  }

  @Test("old gaps weigh less, and nothing grows without end")
  func bounded() {
    var gaps = GapMemory()
    for _ in 0..<10_000 { gaps.record(.minutes(3)) }
    #expect((1000..<2000).contains(gaps.total))
    gaps.record(.days(1000))
    #expect(gaps.counts.last == 1)
    gaps.record(.zero)
    gaps.record(.seconds(-1))
    gaps.record(.milliseconds(300))
    #expect(gaps.counts.first == 1)
  }

  @Test("a memory of an older version, without these fields, still is read")
  func compatible() throws {
    let old = #"{"launchGeneration":3,"shrunk":[],"capacityErrors":0}"#
    let pool = try JSONDecoder().decode(PoolMemory.self, from: Data(old.utf8))
    #expect(pool.launchGeneration == 3 && pool.gaps == nil && pool.coldStarts == nil)
    let memory = folded([(1, 2), (2, 0), (3, 1)])
    let stored = try JSONDecoder().decode(PoolMemory.self, from: JSONEncoder().encode(memory))
    #expect(stored == memory)
  }
}

@Suite("Demand of a pool's nodes")
struct NodeDemandTests {
  private func fleet(_ requests: [RequestReading?]) -> TestFleet {
    var fleet = TestFleet(requests.count, kind: .serving, gpus: 1)
    fleet.rulebook.pools[0].scaling = ScalingRules(targetInFlight: 4)
    for (node, reading) in requests.enumerated() { fleet.hear(node, requests: reading) }
    return fleet
  }

  private func demand(_ fleet: TestFleet, counted: ReplicaCount? = nil) -> PoolDemand? {
    var snapshot = fleet.snapshot
    snapshot.replicas = counted.map { ["pool": $0] }
    return poolDemand(
      of: fleet.rulebook.pools[0], in: snapshot,
      since: fleet.now.advanced(by: .seconds(-30)), under: fleet.rulebook)
  }

  private let busy = RequestReading(running: 4, waiting: 2, finished: 100)
  private let quiet = RequestReading(running: 0, waiting: 0, finished: 100)

  @Test("what runs and waits on all nodes is added up, in replicas' worth")
  func sum() {
    var fleet = fleet([busy, quiet])
    let expected = PoolDemand(
      at: fleet.now, interval: .seconds(30), offered: 1.5, backlog: 15, waiting: 2, running: 4)
    #expect(demand(fleet) == expected)
    // Two requests a second and four in flight: each takes two seconds.
    fleet.rulebook.pools[0].scaling?.requestsPerSecond = 2
    #expect(demand(fleet)?.backlog == 1)
    #expect(demand(self.fleet([quiet, quiet]))?.offered == 0)
  }

  @Test("one node unheard makes it unknown, never less")
  func unheard() {
    #expect(demand(fleet([busy, nil])) == nil)
    var silent = fleet([busy, quiet])
    silent.silence(.seconds(45))
    #expect(demand(silent)?.offered == 1.5)
    silent.silence(.seconds(1))
    #expect(demand(silent) == nil)
  }

  @Test("a server that stops telling, or tells half, is unheard")
  func half() {
    var fleet = fleet([busy])
    fleet.step()
    fleet.hear()
    #expect(demand(fleet) == nil)
    #expect(demand(self.fleet([RequestReading(running: 3)])) == nil)
    #expect(demand(self.fleet([RequestReading(waiting: 3)])) == nil)
  }

  private func tokens(_ count: Double, _ seconds: Double, cache: Double) -> RequestReading {
    RequestReading(
      running: 1, waiting: 0, finished: 0, tokens: count * 100, firstTokenSeconds: seconds,
      firstTokens: count, cacheUsage: cache)
  }

  @Test("rates are those of the last two readings, the cache is the fullest")
  func rates() {
    var fleet = fleet([tokens(10, 5, cache: 0.2), tokens(10, 5, cache: 0.7)])
    #expect(demand(fleet)?.tokensPerSecond == nil)
    #expect(demand(fleet)?.cacheUsage == 0.7)
    fleet.step()
    fleet.hear(0, requests: tokens(13, 8, cache: 0.1))
    fleet.hear(1, requests: tokens(16, 8, cache: 0.3))
    // 900 tokens in 15 s; nine first tokens were waited for six seconds together.
    #expect(demand(fleet)?.tokensPerSecond == 60)
    #expect(demand(fleet)?.timeToFirstToken == .microseconds(666_666))
    #expect(demand(fleet)?.cacheUsage == 0.3)
  }

  @Test("a counter that begins anew loses no demand, and gives no rate")
  func counterReset() {
    var fleet = fleet([tokens(10, 5, cache: 0)])
    fleet.step()
    fleet.hear(requests: tokens(2, 1, cache: 0))
    #expect(demand(fleet)?.offered == 0.25)
    #expect(demand(fleet)?.tokensPerSecond == nil)
    #expect(demand(fleet)?.timeToFirstToken == nil)
    fleet.step()
    fleet.hear(requests: tokens(2, 1, cache: 0))
    #expect(demand(fleet)?.tokensPerSecond == 0)
    #expect(demand(fleet)?.timeToFirstToken == nil)
  }

  @Test(
    "a node in its start-up grace need not be heard yet", arguments: [(899, true), (900, false)])
  func young(age: Int64, isKnown: Bool) {
    var fleet = fleet([busy, nil])
    fleet.nodes[1].launchedAt = fleet.now.advanced(by: .seconds(-age))
    #expect((demand(fleet) != nil) == isKnown)
    fleet.nodes[1].launchedAt = TestFleet.start.advanced(by: .seconds(-90_000))
    fleet.memory.nodes[fleet.nodes[1].id] = NodeMemory()
    fleet.memory.nodes[fleet.nodes[1].id]?.startedAt = fleet.now.advanced(by: .seconds(-age))
    #expect((demand(fleet) != nil) == isKnown)
  }

  @Test("without running nodes it is unknown, save where the cloud counts none")
  func none() {
    var fleet = fleet([busy])
    fleet.nodes[0].state = .stopped
    #expect(demand(fleet) == nil)
    #expect(demand(fleet, counted: ReplicaCount(ready: 1, pending: 0)) == nil)
    #expect(demand(fleet, counted: ReplicaCount(ready: 0, pending: 0))?.offered == 0)
  }

  @Test("other fleets' nodes and other pools' are not in it")
  func scope() {
    var fleet = fleet([busy, busy, nil])
    fleet.nodes[1].tags[Tag.fleet] = "other"
    fleet.nodes[2].tags[Tag.pool] = "elsewhere"
    #expect(demand(fleet)?.offered == 1.5)
  }

  @Test("no time is no interval")
  func noTime() {
    let fleet = fleet([busy])
    #expect(
      poolDemand(
        of: fleet.rulebook.pools[0], in: fleet.snapshot, since: fleet.now,
        under: fleet.rulebook) == nil)
  }
}
