import CostModel
import FleetModel
import Logging
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

@Suite("The loop")
struct ReconcilerTests {
  static let now = Timestamp(seconds: 1_795_251_600)

  static func node() -> Node {
    Node(
      id: "i-1", cloud: "aws", region: "us-east-1", type: "g6.xlarge", state: .running,
      launchedAt: now, tags: [Tag.fleet: "f"], acceleratorCount: 1)
  }

  /// Runs the loop on a clock of its own until `ticks` are in the ledger.
  static func run(
    _ ledger: MemoryLedger, until ticks: Int, cloud: TokenCloud = TokenCloud(nodes: [node()]),
    pool: PoolRules = PoolRules(name: "p", kind: .batch)
  ) async throws {
    let lease = try #require(
      try await ledger.acquire(holder: "t", term: .seconds(15), renewing: nil))
    let rulebook = Rulebook(
      fleet: "f", pools: [pool], prices: PriceBook())
    let time = VirtualTime(now)
    let watch = FleetWatch(rulebook: rulebook)
    await watch.take(Inventory(nodes: [node()]), of: "aws", at: now)
    let parts = ControllerParts(
      rulebook: rulebook, collector: NoCollector(), targets: { [] },
      actuators: [cloud], ledger: ledger, leadership: ledger,
      samples: NoSamples(), outbox: NoOutbox(), notifiers: [], retryDelay: { _ in nil },
      clock: time, wall: time, identity: "t",
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let reconciler = Reconciler(
      parts: parts, watch: watch,
      journal: Journal(ledger: ledger, watch: watch, lease: lease), health: Health(),
      bell: Bell())
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await reconciler.run() }
      for _ in 0..<100_000 where await ledger.ticks < ticks { await Task.yield() }
      group.cancelAll()
    }
  }

  @Test(
    "a tick the store does not take is given again: no second is billed twice, none is lost",
    arguments: [0, 1, 5])
  func outage(failures: Int) async throws {
    let ledger = MemoryLedger()
    await ledger.fail(next: failures)
    try await Self.run(ledger, until: 8)
    let last = try #require(await ledger.recordedAt.last)
    #expect(await ledger.ticks >= 8)
    #expect(await ledger.billed == last.duration(since: Self.now).microseconds)
    #expect(await Set(ledger.recordedAt).count == ledger.ticks)
  }

  @Test(
    "an act whose line the store did not take is taken up again: one node, one end",
    arguments: [1, 2, 3])
  func lostAppend(failures: Int) async throws {
    let ledger = MemoryLedger()
    await ledger.fail(nextAppends: failures)
    let cloud = TokenCloud()
    var pool = PoolRules(name: "p", kind: .batch)
    pool.minimumNodes = 2
    pool.mode = .auto
    pool.launch = LaunchSpec(
      cloud: "aws", region: "us-east-1", type: "g6.xlarge", image: "ami-1")
    try await Self.run(ledger, until: 12, cloud: cloud, pool: pool)
    #expect(await cloud.nodes.count == 1)
    let names = await ledger.events.map(\.kind.name)
    #expect(names.first == "intended")
    #expect(names.last == "succeeded")
    #expect(names.count { $0 == "succeeded" } == 1)
  }

  /// ATTACK S2: a CHECK refused every tick for ever, and /readyz said 200.
  @Test(
    "a tick the store refuses for its content is told, set aside after three tries, got past")
  func refused() async throws {
    let ledger = MemoryLedger()
    await ledger.refuseUsage()
    try await Self.run(ledger, until: 4)
    #expect(await ledger.ticks >= 4)
    #expect(await ledger.billed == 0)
    #expect(await ledger.alerts.contains { $0.kind == .storeRefused })
  }

  @Test("a loop whose epoch has passed ends")
  func fenced() async throws {
    let ledger = MemoryLedger()
    let lease = try #require(
      try await ledger.acquire(holder: "t", term: .seconds(15), renewing: nil))
    await ledger.depose()
    await #expect(throws: StoreError.fenced) {
      _ = try await Journal(
        ledger: ledger,
        watch: FleetWatch(rulebook: Rulebook(fleet: "f", pools: [], prices: .init())),
        lease: lease
      ).record(
        Tick(
          snapshot: Snapshot(
            takenAt: Self.now, nodes: [], inventoryAt: Self.now, targets: [:], memory: Memory()),
          plan: Plan(takenAt: Self.now, verdicts: [], decisions: []), usage: [], off: [], alerts: []
        ))
    }
  }
}

struct NoSamples: SampleStore {
  func append(_ readings: [NodeReading], batch: String) async throws(StoreError) {}
  func dropSamples(before moment: Timestamp) async throws(StoreError) -> Int { 0 }
}

struct NoOutbox: Outbox {
  func claim(limit: Int) async throws(StoreError) -> [OutboxMessage] { [] }
  func delivered(_ id: String, channel: String) async throws(StoreError) {}
  func retry(_ id: String, channel: String, after: Duration, error: String) async throws(StoreError)
  {}
  func bury(_ id: String, channel: String, error: String) async throws(StoreError) {}
}
