import CostModel
import FleetModel
import Logging
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

@Suite("Carrying a decision out")
struct ExecutorTests {
  static let now = Timestamp(seconds: 1_795_251_600)

  static func launch() -> Decision {
    Decision(
      key: "f/p/slot-0/launch/0", subject: .slot("p", 0), pool: "p", intent: .launch,
      reason: .belowMinimum(live: 0, minimum: 1), mode: .auto, generation: 0, madeAt: now,
      expiresAt: now.advanced(by: .seconds(60)),
      launch: LaunchSpec(cloud: "aws", region: "us-east-1", type: "g6.xlarge", image: "ami-1"))
  }

  /// A ledger with a decision recorded, and others beside it, and the executor that is to carry
  /// them out.
  static func ready(
    _ cloud: TokenCloud, _ decision: Decision, beside others: [Decision] = [],
    ledger: MemoryLedger = MemoryLedger()
  ) async throws -> (Executor, MemoryLedger) {
    let lease = try #require(
      try await ledger.acquire(holder: "test", term: .seconds(15), renewing: nil))
    let pool = PoolRules(name: "p", mode: .auto)
    let watch = FleetWatch(rulebook: Rulebook(fleet: "f", pools: [pool], prices: .init()))
    let journal = Journal(ledger: ledger, watch: watch, lease: lease)
    let snapshot = Snapshot(
      takenAt: now, nodes: [], inventoryAt: now, targets: [:], memory: Memory())
    _ = try await journal.record(
      Tick(
        snapshot: snapshot, plan: Plan(takenAt: now, verdicts: [], decisions: [decision] + others),
        usage: [], off: [], alerts: []))
    let time = VirtualTime(now)
    let executor = Executor(
      fleet: "f", watch: watch, journal: journal, ledger: ledger, actuators: ["aws": cloud],
      collector: NoCollector(), clock: time, wall: time, counters: Counters(),
      log: Logger(label: "test"))
    return (executor, ledger)
  }

  @Test("writes intent, attempt and outcome, and makes one node")
  func launches() async throws {
    let cloud = TokenCloud()
    let (executor, ledger) = try await Self.ready(cloud, Self.launch())
    try await executor.run(Self.launch())
    #expect(await ledger.events.map(\.kind.name) == ["intended", "attempted", "succeeded"])
    #expect(await cloud.nodes.count == 1)
    #expect(await ledger.alerts.map(\.kind) == [.nodeLaunched])
  }

  @Test("an answer lost after the effect is adopted: one node, one call")
  func adopts() async throws {
    let cloud = TokenCloud()
    await cloud.loseAnswers(1)
    let (executor, ledger) = try await Self.ready(cloud, Self.launch())
    try await executor.run(Self.launch())
    #expect(await cloud.nodes.count == 1)
    #expect(await cloud.calls.count == 1)
    guard case .succeeded(let receipt) = await ledger.events.last?.kind else {
      Issue.record("not adopted")
      return
    }
    #expect(receipt.adopted)
  }

  @Test("a controller that comes back after the call finds the effect and makes no second")
  func resumes() async throws {
    let cloud = TokenCloud()
    let (first, ledger) = try await Self.ready(cloud, Self.launch())
    try await first.run(Self.launch())
    let (second, _) = try await Self.ready(cloud, Self.launch(), ledger: ledger)
    try await second.run(Self.launch(), resuming: .attempted)
    #expect(await cloud.nodes.count == 1)
    #expect(await cloud.calls.count == 1)
  }

  @Test("the kill switch is read before the call")
  func halted() async throws {
    let cloud = TokenCloud()
    let (executor, ledger) = try await Self.ready(cloud, Self.launch())
    await ledger.halt(true)
    try await executor.run(Self.launch())
    #expect(await ledger.events.last?.kind == .cancelled(.killSwitch))
    #expect(await cloud.calls.isEmpty)
  }

  @Test("a controller whose epoch has passed sends nothing")
  func deposed() async throws {
    let cloud = TokenCloud()
    let (executor, ledger) = try await Self.ready(cloud, Self.launch())
    await ledger.depose()
    await #expect(throws: StoreError.fenced) { try await executor.run(Self.launch()) }
    #expect(await cloud.calls.isEmpty)
  }

  @Test("a capacity error is not retried in place")
  func capacity() async throws {
    let cloud = TokenCloud()
    let none = ActFailure(kind: .capacity, code: "InsufficientInstanceCapacity", message: "")
    await cloud.refuse(.refused(none))
    let (executor, ledger) = try await Self.ready(cloud, Self.launch())
    try await executor.run(Self.launch())
    #expect(await cloud.calls.count == 1)
    #expect(await ledger.events.last?.kind == .failed(none))
  }

  @Test("the token is 52 characters of base32, the same for the same key and only for it")
  func token() {
    let token = intentToken(for: "f/p/i-1/stop/0")
    #expect(token.count == 52)
    #expect(token.allSatisfy { "abcdefghijklmnopqrstuvwxyz234567".contains($0) })
    #expect(token == intentToken(for: "f/p/i-1/stop/0"))
    #expect(token != intentToken(for: "f/p/i-1/stop/1"))
    // From Python: base64.b32encode(hashlib.sha256(b"finops").digest()).lower()[:52]
    #expect(intentToken(for: "finops") == Self.knownToken)
  }

  static let knownToken = "b7lt2qvlsn2z7ipfrramptnft42cnlsehvao6rkauitubvl65zga"
}

/// A fleet without metrics: launches need none.
struct NoCollector: Collector {
  func collect(
    _ target: Target, at moment: Timestamp
  ) async throws(CollectError) -> NodeReading {
    throw .unreachable("no exporter in this test")
  }
}
