import FleetModel
import Logging
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

/// What an act rests on has an age at the call. Measured on a controller that looked only before it
/// began: a cloud 6 s slow stopped nodes busy for 5.8 s, and a process paused for a minute one busy
/// for 62 s. Others were as late: autoscaler#5790 (a pod bound 371 ms before its node was deleted as
/// empty), karpenter-provider-aws#4310 and karpenter#651 (pods that came while a deletion was being
/// computed), karpenter#3185 (a look of the evidence before a wait, an act after it).
@Suite("The age of evidence at the call")
struct EvidenceAgeTests {
  struct Scene {
    var executor: Executor
    var ledger: MemoryLedger
    var cloud: SlowCloud
    var exporter: SlowExporter
    var decision: Decision

    /// Carries the decision out; gives the names of what is in the ledger then.
    func run() async throws -> [String] {
      try await executor.run(decision)
      return await ledger.events.map(\.kind.name)
    }

    func end() async -> LedgerEvent.Kind? { await ledger.events.last?.kind }
  }

  /// An idle node, the decision to stop it, and a world that is slow as told.
  static func scene(
    waits: [Duration], forEver: Bool = false, exporterTakes took: Duration = .seconds(1),
    saying script: [TestFleet.Signals] = [.idle], rereadAge: Duration? = nil, speed: Int = 1,
    lease: Duration? = nil
  ) async throws -> Scene {
    var fleet = TestFleet(gpus: 1)
    if let rereadAge { fleet.rulebook.thresholds.rereadAge = rereadAge }
    fleet.pass(.minutes(15))
    let clocks = TwoClocks(speed: speed)
    clocks.pass(fleet.now.duration(since: clocks.now()) / speed)
    let decision = try #require(fleet.plan.decisions.first { $0.intent.shrinks })
    let ledger = MemoryLedger()
    let term = try #require(try await ledger.acquire(holder: "t", term: .hours(1), renewing: nil))
    let watch = FleetWatch(rulebook: fleet.rulebook)
    await watch.resume(from: fleet.memory, events: [])
    await watch.take(Inventory(nodes: fleet.nodes), of: "aws", at: fleet.now)
    let journal = Journal(ledger: ledger, watch: watch, lease: term)
    let tick = Tick(
      snapshot: fleet.snapshot,
      plan: Plan(takenAt: fleet.now, verdicts: [], decisions: [decision]), usage: [], off: [],
      alerts: [])
    _ = try await journal.record(tick)
    let cloud = SlowCloud(fleet.nodes[0], clocks, waits: waits, forEver: forEver)
    let exporter = SlowExporter(fleet, clocks, took: took, saying: script)
    let executor = Executor(
      fleet: "test", watch: watch, journal: journal, ledger: ledger, actuators: ["aws": cloud],
      collector: exporter, clock: clocks, wall: clocks, counters: Counters(),
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      hold: lease.map { LeaseHold(askedAt: clocks.instant(), term: $0) },
      bootClock: { clocks.instant() })
    return Scene(
      executor: executor, ledger: ledger, cloud: cloud, exporter: exporter, decision: decision)
  }

  @Test("a cloud that is 6 s slow, with evidence that may be 5 s old: looked at anew, then sent")
  func slowCloud() async throws {
    let scene = try await Self.scene(waits: [.seconds(6)], rereadAge: .seconds(5))
    #expect(try await scene.run() == ["intended", "attempted", "attempted", "succeeded"])
    #expect(await scene.cloud.calls.count == 1)
    #expect(scene.exporter.reads == 2)
  }

  @Test("a node that went to work while the cloud was slow is not stopped")
  func wentToWork() async throws {
    let scene = try await Self.scene(
      waits: [.seconds(6)], saying: [.idle, .busy], rereadAge: .seconds(5))
    #expect(try await scene.run() == ["intended", "attempted", "cancelled"])
    #expect(await scene.end() == .cancelled(.busy(.engine)))
    #expect(await scene.cloud.calls.isEmpty)
  }

  @Test(
    "the age counts from the middle of the re-read: 1 s of an answer that took 2 s",
    arguments: [
      (28_999, true), (29_000, true), (29_001, false),
    ])
  func middle(milliseconds: Int64, leavesAtOnce: Bool) async throws {
    let scene = try await Self.scene(
      waits: [.milliseconds(milliseconds)], exporterTakes: .seconds(2))
    _ = try await scene.run()
    #expect(await scene.cloud.permits.count == (leavesAtOnce ? 1 : 2))
    #expect(await scene.cloud.calls.count == 1)
  }

  @Test("a process paused for 40 s looks anew, and finds out that the node is at work")
  func paused() async throws {
    let scene = try await Self.scene(waits: [.seconds(40)], saying: [.idle, .busy])
    _ = try await scene.run()
    #expect(await scene.end() == .cancelled(.busy(.engine)))
    #expect(await scene.cloud.calls.isEmpty)
  }

  @Test("a process paused past the decision's life drops the act as expired")
  func outlived() async throws {
    let scene = try await Self.scene(waits: [.seconds(60)])
    _ = try await scene.run()
    guard case .cancelled(.expired) = await scene.end() else {
      Issue.record("\(String(describing: await scene.end()))")
      return
    }
    #expect(await scene.cloud.calls.isEmpty)
    #expect(scene.exporter.reads == 1)
  }

  @Test("a cloud that is always slower than the evidence may be old gets nothing, and it ends")
  func neverYoung() async throws {
    let scene = try await Self.scene(
      waits: [.seconds(6)], forEver: true, rereadAge: .seconds(5))
    let events = try await scene.run()
    guard case .cancelled(.expired) = await scene.end() else {
      Issue.record("\(String(describing: await scene.end()))")
      return
    }
    #expect(await scene.cloud.calls.isEmpty)
    #expect(events.filter { $0 == "attempted" }.count <= ActionMachine.attemptLimit)
  }

  @Test(
    "whoever's lease has ended by the boot-time clock sends nothing and leaves the act open",
    arguments: [(13, true), (14, false), (20, false)])
  func lease(pause: Int64, sends: Bool) async throws {
    // A second of the lease's 15 goes by with the look.
    let scene = try await Self.scene(waits: [.seconds(pause)], lease: .seconds(15))
    let events = try await scene.run()
    #expect(events == ["intended", "attempted"] + (sends ? ["succeeded"] : []))
    #expect(await scene.cloud.calls.count == (sends ? 1 : 0))
  }

  @Test(
    "at sixty times the speed, evidence of 30 s of the fleet's time lasts half a second",
    arguments: [
      (Int64(400), 1), (600, 2),
    ])
  func scaled(milliseconds: Int64, looks: Int) async throws {
    let scene = try await Self.scene(
      waits: [.milliseconds(milliseconds)], exporterTakes: .milliseconds(10), speed: 60)
    _ = try await scene.run()
    #expect(
      await scene.cloud.permits.map(\.limit) == .init(repeating: .milliseconds(500), count: looks))
    #expect(scene.exporter.reads == looks)
  }

  @Test("an exporter that takes twice the age evidence may have is named, and nothing is sent")
  func slowExporter() async throws {
    let scene = try await Self.scene(
      waits: [], exporterTakes: .seconds(10), rereadAge: .seconds(5))
    _ = try await scene.run()
    #expect(
      await scene.end() == .cancelled(.exporterSlow(took: .seconds(10), limit: .seconds(5))))
    #expect(await scene.cloud.calls.isEmpty)
  }

  @Test("the act carries the node as the look saw it, so that its cloud is not asked again")
  func seen() async throws {
    let scene = try await Self.scene(waits: [])
    _ = try await scene.run()
    #expect(await scene.cloud.calls.first?.seen?.id == scene.decision.node)
  }
}
