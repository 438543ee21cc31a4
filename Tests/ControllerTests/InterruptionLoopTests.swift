import CostModel
import FleetModel
import Logging
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Controller

/// A path in memory: gives what it is told to, and keeps what was acknowledged.
final class ScriptedSource: InterruptionSource {
  let cloud: CloudName = "aws"
  private let state = Mutex(State())

  private struct State {
    var batches: [Result<[Interruption], ActuateError>] = []
    var refusals = 0
    var acknowledged: [Interruption] = []
    var looks = 0
  }

  init(_ batches: [Result<[Interruption], ActuateError>] = [], refusals: Int = 0) {
    state.withLock { state in
      state.batches = batches
      state.refusals = refusals
    }
  }

  var acknowledged: [Interruption] { state.withLock(\.acknowledged) }
  var looks: Int { state.withLock(\.looks) }

  func give(_ batch: [Interruption]) { state.withLock { $0.batches.append(.success(batch)) } }

  func notices() async throws(ActuateError) -> [Interruption] {
    await Task.yield()
    let batch = state.withLock { state -> Result<[Interruption], ActuateError> in
      state.looks += 1
      return state.batches.isEmpty ? .success([]) : state.batches.removeFirst()
    }
    return try batch.get()
  }

  func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    let isRefused = state.withLock { state in
      guard state.refusals == 0 else {
        state.refusals -= 1
        return true
      }
      state.acknowledged += notices
      return false
    }
    if isRefused { throw Self.away }
  }

  static let away = ActuateError.retryLater(
    after: nil, ActFailure(kind: .unknown, code: "Away", message: "away"))
}

@Suite("Hearing of interruptions")
struct InterruptionLoopTests {
  static let now = ReconcilerTests.now

  static func notice(
    _ node: NodeID = "i-1", _ kind: Interruption.Kind = .preemption, endsAt: Timestamp? = nil
  ) -> Interruption {
    Interruption(
      id: "aws/\(node)/\(kind)", cloud: "aws", node: node, kind: kind, endsAt: endsAt,
      noticedAt: now, path: "test")
  }

  static func watch(_ nodes: [Node] = [ReconcilerTests.node()]) async -> FleetWatch {
    let watch = FleetWatch(rulebook: Rulebook(fleet: "f", pools: [], prices: PriceBook()))
    await watch.take(Inventory(nodes: nodes), of: "aws", at: now)
    _ = await watch.observe(at: now, clouds: [], killSwitch: false)
    return watch
  }

  /// Runs the loop over a source until something has come true; false when it never did.
  static func run(
    _ source: ScriptedSource, _ watch: FleetWatch, bell: Bell = Bell(),
    counters: Counters = Counters(), until isDone: () async -> Bool
  ) async -> Bool {
    let ledger = MemoryLedger()
    let time = VirtualTime(now)
    let parts = ControllerParts(
      rulebook: Rulebook(fleet: "f", pools: [], prices: PriceBook()), collector: NoCollector(),
      targets: { [] }, actuators: [], ledger: ledger, leadership: ledger, samples: NoSamples(),
      outbox: NoOutbox(), notifiers: [], retryDelay: { _ in nil }, clock: time, wall: time,
      identity: "t", counters: counters,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, interruptions: [source])
    let loop = InterruptionLoop(parts: parts, watch: watch, bell: bell)
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await loop.run() }
      defer { group.cancelAll() }
      for _ in 0..<50_000 {
        if await isDone() { return true }
        await Task.yield()
      }
      return false
    }
  }

  @Test("a notice rings the bell, and is acknowledged once a tick that knows it is stored")
  func acknowledges() async throws {
    let (source, watch) = (ScriptedSource([.success([Self.notice()])]), await Self.watch())
    // Many looks later nothing was acknowledged: the ledger knows nothing of it.
    #expect(await Self.run(source, watch) { source.looks > 50 })
    #expect(source.acknowledged.isEmpty)
    source.give([Self.notice()])
    await watch.recorded(notices: 2)
    #expect(await Self.run(source, watch) { !source.acknowledged.isEmpty })
    #expect(source.acknowledged == [Self.notice()])
    let seen = try #require(await watch.observe(at: Self.now, clouds: ["aws"], killSwitch: false))
    #expect(seen.snapshot.notices == ["i-1": Self.now])
  }

  @Test("the bell is rung for a node of the fleet", arguments: [("i-1", true), ("i-9", false)])
  func rings(node: NodeID, isRung: Bool) async throws {
    let (source, watch) = (ScriptedSource([.success([Self.notice(node)])]), await Self.watch())
    let bell = Bell()
    #expect(await Self.run(source, watch, bell: bell) { source.looks > 3 })
    #expect(try await bell.wait(atMost: .seconds(1), on: VirtualTime(Self.now)) == isRung)
  }

  @Test("a stranger waits for two listings, and is let go then without an effect")
  func strangers() async throws {
    let (source, watch) = (ScriptedSource([.success([Self.notice("i-9")])]), await Self.watch())
    let counters = Counters()
    let listed = Inventory(nodes: [ReconcilerTests.node()])
    #expect(
      await Self.run(source, watch, counters: counters) {
        await watch.take(listed, of: "aws", at: Self.now.advanced(by: .hours(1)))
        return !source.acknowledged.isEmpty
      })
    #expect(await watch.memory.notices == nil)
    #expect(
      counters.values().contains { $0.key.name == "finops_interruptions_foreign_total" })
  }

  @Test("while its cloud is away nobody is a stranger, and nothing is let go")
  func away() async throws {
    let (source, watch) = (ScriptedSource([.success([Self.notice("i-9")])]), await Self.watch())
    #expect(await !Self.run(source, watch) { !source.acknowledged.isEmpty })
  }

  @Test("before the first look at the fleet nobody is known, and nothing is lost")
  func early() async throws {
    let watch = FleetWatch(rulebook: Rulebook(fleet: "f", pools: [], prices: PriceBook()))
    await watch.take(Inventory(nodes: [ReconcilerTests.node()]), of: "aws", at: Self.now)
    #expect(await watch.sift([Self.notice()]).strangers == [Self.notice()])
    _ = await watch.observe(at: Self.now, clouds: [], killSwitch: false)
    #expect(await watch.sift([Self.notice()]).news == [Self.notice()])
  }

  @Test("a stranger that is listed in time is taken in")
  func listedLate() async throws {
    let (source, watch) = (ScriptedSource([.success([Self.notice("i-9")])]), await Self.watch())
    var late = ReconcilerTests.node()
    late.id = "i-9"
    let nodes = [ReconcilerTests.node(), late]
    #expect(
      await Self.run(source, watch) {
        await watch.take(Inventory(nodes: nodes), of: "aws", at: Self.now)
        return await watch.memory.notices?["i-9"] != nil
      })
  }

  @Test(
    "that a node stopped is news only when we did not stop it",
    arguments: [(Interruption.Kind.stopped, false), (.preemption, true)])
  func ours(kind: Interruption.Kind, isNews: Bool) async throws {
    let watch = await Self.watch()
    let stop = Decision(
      key: "f/p/i-1/stop/0", subject: .node("i-1"), pool: "p", intent: .stop, reason: .killSwitch,
      mode: .auto, generation: 0, madeAt: Self.now, expiresAt: Self.now.advanced(by: .minutes(1)))
    for kind in [LedgerEvent.Kind.intended(stop), .attempted(number: 1)] {
      await watch.take(LedgerEvent(at: Self.now, key: stop.key, kind: kind))
    }
    // Under way, and when it is done.
    for end in [nil, Receipt(node: "i-1", state: .stopping)] {
      if let end {
        await watch.take(LedgerEvent(at: Self.now, key: stop.key, kind: .succeeded(end)))
      }
      let sifted = await watch.sift([Self.notice("i-1", kind)])
      #expect(sifted.news.isEmpty == !isNews)
      #expect(sifted.ours.isEmpty == isNews)
    }
  }

  @Test(
    "an end that is announced far ahead is remembered, and acted on when it is near",
    arguments: [(Duration.minutes(15), true), (.minutes(15) + .microseconds(1), false)])
  func farAhead(ahead: Duration, isNear: Bool) async throws {
    let watch = await Self.watch()
    let end = Self.now.advanced(by: ahead)
    _ = await watch.take([Self.notice("i-1", .maintenance, endsAt: end)], at: Self.now)
    let seen = try #require(await watch.observe(at: Self.now, clouds: ["aws"], killSwitch: false))
    #expect((seen.snapshot.notices != nil) == isNear)
    #expect(await watch.memory.notices?["i-1"]?.endsAt == end)
  }

  @Test("an acknowledgement that fails is tried again, of the same notices")
  func failing() async throws {
    let source = ScriptedSource([.success([Self.notice()])], refusals: 3)
    let watch = await Self.watch()
    await watch.recorded(notices: 1)
    #expect(await Self.run(source, watch) { !source.acknowledged.isEmpty })
    #expect(source.acknowledged == [Self.notice()])
  }

  @Test("a path that fails is asked again, and counted")
  func broken() async throws {
    let source = ScriptedSource([
      .failure(ScriptedSource.away), .failure(ScriptedSource.away), .success([Self.notice()]),
    ])
    let (watch, counters) = (await Self.watch(), Counters())
    #expect(
      await Self.run(source, watch, counters: counters) {
        await watch.memory.notices?["i-1"] != nil
      })
    let errors = counters.values().first { $0.key.name == "finops_interruption_errors_total" }
    #expect(errors?.value == 2)
  }

  @Test("more strangers than are kept lets the oldest go")
  func excess() {
    let desk = NoticeDesk()
    let many = (0...NoticeDesk.mostStrangers).map { Self.notice(NodeID("i-\($0)")) }
    desk.keep(strangers: many, since: Self.now)
    #expect(desk.acknowledgeable(recorded: 0).map(\.node) == ["i-0"])
    desk.acknowledged(recorded: 0, 1)
    #expect(desk.acknowledgeable(recorded: 0).isEmpty)
    #expect(desk.takeStrangers().count == NoticeDesk.mostStrangers)
    #expect(desk.isEmpty)
  }

  @Test("reading waits when more than 4096 notices are not in the ledger")
  func full() {
    let desk = NoticeDesk()
    desk.take(Array(repeating: Self.notice(), count: NoticeDesk.most), mark: 1)
    #expect(!desk.isFull)
    desk.take([Self.notice()], mark: 2)
    #expect(desk.isFull)
    desk.acknowledged(recorded: 1, NoticeDesk.most)
    #expect(!desk.isFull)
    #expect(desk.acknowledgeable(recorded: 2).count == 1)
  }
}
