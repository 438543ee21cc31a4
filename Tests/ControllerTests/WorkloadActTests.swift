import CostModel
import FleetModel
import Logging
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

@Suite("Asking a workload for another number")
struct WorkloadActTests {
  static let now = ExecutorTests.now

  static func decision(from: Int, to: Int) -> Decision {
    Decision(
      key: "f/p/p/scale/0", subject: .pool("p"), pool: "p",
      intent: to < from ? .scaleDown : .scaleUp, reason: .enough(live: from, minimum: to),
      mode: .auto, generation: 0, madeAt: now, expiresAt: now.advanced(by: .seconds(60)),
      cloud: "hf", replicas: ReplicaChange(from: from, to: to), workload: "acme/llama")
  }

  static func cloud(_ replicas: Int, load: Workload.Load? = nil) -> CountedCloud {
    CountedCloud(
      Workload(
        id: "acme/llama", cloud: "hf", desired: replicas, ready: replicas, state: .running,
        load: load))
  }

  /// The outcome in the ledger of one act, and the cloud afterwards.
  static func outcome(
    of decision: Decision, at cloud: CountedCloud, resuming: OpenAction.Phase? = nil
  ) async throws -> LedgerEvent.Kind? {
    let ledger = MemoryLedger()
    let lease = try #require(
      try await ledger.acquire(holder: "test", term: .seconds(15), renewing: nil))
    let pool = PoolRules(name: "p", mode: .auto)
    let watch = FleetWatch(rulebook: Rulebook(fleet: "f", pools: [pool], prices: .init()))
    let journal = Journal(ledger: ledger, watch: watch, lease: lease)
    _ = try await journal.record(
      Tick(
        snapshot: Snapshot(
          takenAt: now, nodes: [], inventoryAt: now, targets: [:], memory: Memory()),
        plan: Plan(takenAt: now, verdicts: [], decisions: [decision]), usage: [], off: [],
        alerts: []))
    let time = VirtualTime(now)
    let executor = Executor(
      fleet: "f", watch: watch, journal: journal, ledger: ledger, actuators: ["hf": cloud],
      collector: NoCollector(), clock: time, wall: time, counters: Counters(),
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await executor.run(decision, resuming: resuming)
    return await ledger.events.last?.kind
  }

  @Test("the cloud is asked once for the absolute number", arguments: [(1, 3), (3, 0)])
  func asked(from: Int, to: Int) async throws {
    let cloud = Self.cloud(from)
    let end = try await Self.outcome(of: Self.decision(from: from, to: to), at: cloud)
    #expect(end == .succeeded(Receipt(workload: "acme/llama", replicas: to)))
    #expect(await cloud.calls.map(\.replicas?.to) == [to])
  }

  @Test("a lost answer is found in the cloud's own number: one call")
  func lost() async throws {
    let cloud = Self.cloud(1)
    await cloud.loseAnswers(1)
    let end = try await Self.outcome(of: Self.decision(from: 1, to: 2), at: cloud)
    #expect(end == .succeeded(Receipt(workload: "acme/llama", replicas: 2, adopted: true)))
    #expect(await cloud.calls.count == 1)
  }

  @Test("taken up after a crash that came after the call, nothing is sent again")
  func resumed() async throws {
    let cloud = Self.cloud(2)
    let end = try await Self.outcome(
      of: Self.decision(from: 1, to: 2), at: cloud, resuming: .attempted)
    #expect(end == .succeeded(Receipt(workload: "acme/llama", replicas: 2, adopted: true)))
    #expect(await cloud.calls.isEmpty)
  }

  @Test("somebody else changed the number meanwhile: the decision is void")
  func superseded() async throws {
    let cloud = Self.cloud(4)
    let end = try await Self.outcome(of: Self.decision(from: 3, to: 2), at: cloud)
    #expect(end == .cancelled(.superseded))
    #expect(await cloud.calls.isEmpty)
  }

  @Test("nothing goes to zero under a request that came meanwhile", arguments: [0.0, 1.0])
  func busy(running: Double) async throws {
    let cloud = Self.cloud(1, load: .init(at: Self.now, running: running, waiting: 0))
    let end = try await Self.outcome(of: Self.decision(from: 1, to: 0), at: cloud)
    #expect(await cloud.calls.isEmpty == (running > 0))
    #expect((end == .cancelled(.busy(.requests))) == (running > 0))
  }

  @Test("no capacity there is a failure with that kind, and is not repeated in place")
  func capacity() async throws {
    let cloud = Self.cloud(1)
    let failure = ActFailure(kind: .capacity, code: "NoGPU", message: "none left")
    await cloud.refuse(.refused(failure))
    let end = try await Self.outcome(of: Self.decision(from: 1, to: 2), at: cloud)
    #expect(end == .failed(failure))
    #expect(await cloud.calls.count == 1)
  }
}
