import CostModel
import FleetModel
import Logging
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Controller

/// A path that gives its notices until they are acknowledged.
private final class ScriptedPath: InterruptionSource {
  let cloud: CloudName = "aws"
  private let state: Mutex<(waiting: [Interruption], given: Int, failures: Int)>

  init(_ notices: [Interruption], failures: Int = 0) {
    state = Mutex((notices, 0, failures))
  }

  func notices() async throws(ActuateError) -> [Interruption] {
    let fails = state.withLock { state -> Bool in
      state.failures -= 1
      state.given += 1
      return state.failures >= 0
    }
    if fails {
      throw .retryLater(after: nil, ActFailure(kind: .throttled, code: "Slower", message: ""))
    }
    return state.withLock { $0.waiting }
  }

  func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    let ids = Set(notices.map(\.id))
    state.withLock { $0.waiting.removeAll { ids.contains($0.id) } }
  }

  var unacknowledged: Int { state.withLock { $0.waiting.count } }
  var given: Int { state.withLock { $0.given } }
}

@Suite("Hearing announced ends", .timeLimit(.minutes(1)))
struct InterruptionLoopTests {
  static let now = TestFleet.start

  static func notice(_ id: String) -> Interruption {
    Interruption(
      id: id, cloud: "aws", node: NodeID(id), kind: .preemption, noticedAt: now, path: "sqs")
  }

  private static func parts(_ source: ScriptedPath, _ rulebook: Rulebook) -> ControllerParts {
    let ledger = MemoryLedger()
    let time = VirtualTime(now)
    return ControllerParts(
      rulebook: rulebook, collector: NoCollector(), targets: { [] }, actuators: [],
      ledger: ledger, leadership: ledger, samples: NoSamples(), outbox: NoOutbox(),
      notifiers: [], retryDelay: { _ in nil }, clock: time, wall: time, identity: "t",
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, interruptions: [source])
  }

  /// Runs the loop until `done`, and says whether that came to be.
  private static func run(
    _ source: ScriptedPath, recording: Bool, until done: @Sendable (FleetWatch) async -> Bool
  ) async -> Bool {
    let rulebook = Rulebook(fleet: "f", pools: [], prices: .init())
    let watch = FleetWatch(rulebook: rulebook)
    let loop = InterruptionLoop(parts: parts(source, rulebook), watch: watch, bell: Bell())
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await loop.run() }
      var isDone = false
      for _ in 0..<20_000 where !isDone {
        if recording, let seen = await watch.observe(at: now, clouds: [], killSwitch: false) {
          await watch.recorded(notices: seen.notices)
        }
        isDone = await done(watch)
        await Task.yield()
      }
      group.cancelAll()
      return isDone
    }
  }

  @Test("a notice is acknowledged once a recorded tick knows it")
  func acknowledged() async {
    let source = ScriptedPath([Self.notice("i-1"), Self.notice("i-2")])
    #expect(await Self.run(source, recording: true) { _ in source.unacknowledged == 0 })
  }

  @Test("nothing is acknowledged before it is recorded: killed now, it would be given again")
  func kept() async {
    let source = ScriptedPath([Self.notice("i-1")])
    #expect(await Self.run(source, recording: false) { _ in source.given > 20 })
    #expect(source.unacknowledged == 1)
  }

  @Test("a path that fails is asked again")
  func failing() async {
    let source = ScriptedPath([Self.notice("i-1")], failures: 3)
    #expect(await Self.run(source, recording: true) { _ in source.unacknowledged == 0 })
  }
}

@Suite("The bell", .timeLimit(.minutes(1)))
struct BellTests {
  @Test("it ends a wait, and one that was rung before ends the next at its beginning")
  func rung() async throws {
    let bell = Bell()
    bell.ring()
    #expect(try await bell.wait(atMost: .hours(1), on: SystemTime()))
    async let waited = bell.wait(atMost: .hours(1), on: SystemTime())
    try await Task.sleep(for: .milliseconds(20))
    bell.ring()
    #expect(try await waited)
  }

  @Test("without it the time is waited for, and leaves no ring behind")
  func waited() async throws {
    let bell = Bell()
    for _ in 1...3 {
      #expect(try await !bell.wait(atMost: .milliseconds(5), on: SystemTime()))
    }
  }

  @Test("a cancelled wait ends")
  func cancelled() async {
    let task = Task { try await Bell().wait(atMost: .hours(1), on: SystemTime()) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
