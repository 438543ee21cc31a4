import CostModel
import FleetModel
import Logging
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Controller

@Suite("From one term to the next", .timeLimit(.minutes(1)))
struct TermTests {
  static let start = Timestamp(seconds: 1_795_251_600)
  static let rulebook = Rulebook(fleet: "f", pools: [], prices: PriceBook())

  static func idle(_ seconds: Int64, target: Target = "a:9400") -> NodeReading {
    var fields = DeviceReading()
    (fields[.engineActive], fields[.gpuUtilization], fields[.memoryUsed]) = (0, 0, 500)
    return NodeReading(
      target: target, receivedAt: start.advanced(by: .seconds(seconds)),
      accelerators: [AcceleratorReading(id: AcceleratorID("GPU-\(target)"), fields: fields)])
  }

  /// What another leader stored: it heard the target for ten minutes.
  static func stored(until seconds: Int64) -> Memory {
    var memory = Memory()
    for second in stride(from: Int64(0), through: seconds, by: 15) {
      memory.fold(idle(second), under: rulebook)
    }
    memory.accountedAt = start.advanced(by: .seconds(seconds))
    memory.lastEvent = 7
    return memory
  }

  static func idleSince(_ watch: FleetWatch) async -> Timestamp? {
    await watch.memory.targets["a:9400"]?.accelerators["GPU-a:9400"]?.idleSince
  }

  @Test("who takes over knows what the last leader heard and what it heard itself since")
  func takeOver() async {
    let watch = FleetWatch(rulebook: Self.rulebook)
    for second in stride(from: Int64(570), through: 630, by: 15) {
      await watch.take(Self.idle(second))
    }
    await watch.resume(from: Self.stored(until: 600), events: [])
    #expect(await Self.idleSince(watch) == Self.start)
    let heard = await watch.memory.targets["a:9400"]?.lastReadingAt
    #expect(heard == Self.start.advanced(by: .seconds(630)))
    #expect(await watch.memory.lastEvent == 7)
    #expect(await watch.memory.accountedAt == Self.start.advanced(by: .seconds(600)))
  }

  @Test("a new term of the same process goes on from what it heard, not from what was stored")
  func again() async {
    let watch = FleetWatch(rulebook: Self.rulebook)
    await watch.resume(from: Self.stored(until: 600), events: [])
    for second in stride(from: Int64(615), through: 1800, by: 15) {
      await watch.take(Self.idle(second))
    }
    while let next = await watch.unstored(atMost: 10_000) { await watch.stored(upTo: next.upTo) }
    // The database was away for twenty minutes: the newest tick is still the old one.
    await watch.resume(from: Self.stored(until: 600), events: [])
    #expect(await Self.idleSince(watch) == Self.start)
    let heard = await watch.memory.targets["a:9400"]?.lastReadingAt
    #expect(heard == Self.start.advanced(by: .seconds(1800)))
    #expect(await watch.memory.accountedAt == Self.start.advanced(by: .seconds(600)))
  }

  @Test("a process that was stopped takes up what another leader heard meanwhile")
  func stopped() async {
    let watch = FleetWatch(rulebook: Self.rulebook)
    await watch.resume(from: Self.stored(until: 60), events: [])
    await watch.resume(from: Self.stored(until: 3600), events: [])
    #expect(await Self.idleSince(watch) == Self.start)
    let heard = await watch.memory.targets["a:9400"]?.lastReadingAt
    #expect(heard == Self.start.advanced(by: .seconds(3600)))
  }

  /// ATTACK S9: 0 of 310 readings of a 90 s outage were stored, and scraping stopped with the term.
  @Test("a database that is away for longer than the lease costs no reading")
  func outage() async throws {
    let ledger = MemoryLedger()
    let store = AwayStore(ledger)
    let collector = Counting()
    var pace = Pace()
    (pace.lease, pace.renew, pace.flush) = (
      .milliseconds(300), .milliseconds(100), .milliseconds(100)
    )
    let counters = Counters()
    let controller = Controller(
      ControllerParts(
        rulebook: Self.rulebook, pace: pace, collector: collector,
        targets: { [WatchedTarget(target: "a:9400", every: .milliseconds(50))] }, actuators: [],
        ledger: ledger, leadership: store, samples: store, outbox: NoOutbox(), notifiers: [],
        retryDelay: { _ in nil }, clock: SystemTime(), identity: "t", counters: counters,
        log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let running = Task { try await controller.run() }
    while await store.stored < 5 { try await Task.sleep(for: .milliseconds(20)) }
    await store.leave()
    // The lease runs out, and scraping goes on: waited for, since a busy machine scrapes less often.
    let before = collector.scrapes
    for _ in 0..<1500 {
      if await controller.health.isLeading == false, collector.scrapes > before + 20 { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(await controller.health.isLeading == false)
    let during = collector.scrapes
    #expect(during > before + 20)
    await store.comeBack()
    for _ in 0..<500 where await store.stored < during {
      try await Task.sleep(for: .milliseconds(20))
    }
    running.cancel()
    _ = try? await running.value
    #expect(await store.stored >= during)
    #expect(counters.values().first { $0.key.name == "finops_readings_dropped" }?.value == 0)
  }
}

/// Says that its GPU is idle, and counts how often it was asked.
private final class Counting: Collector {
  private let count = Mutex(0)
  var scrapes: Int { count.withLock { $0 } }

  func collect(_ target: Target, at moment: Timestamp) async throws(CollectError) -> NodeReading {
    count.withLock { $0 += 1 }
    var reading = TermTests.idle(0, target: target)
    reading.receivedAt = moment
    return reading
  }
}

/// A database that can be away.
private actor AwayStore: Leadership, SampleStore {
  private(set) var stored = 0
  private var isAway = false
  private let ledger: MemoryLedger

  init(_ ledger: MemoryLedger) { self.ledger = ledger }

  func leave() { isAway = true }
  func comeBack() { isAway = false }

  func acquire(
    holder: String, term: Duration, renewing: Lease?
  ) async throws(StoreError) -> Lease? {
    guard !isAway else { throw .unavailable("away") }
    return try await ledger.acquire(holder: holder, term: term, renewing: renewing)
  }

  func release(_ lease: Lease) async throws(StoreError) {}

  func append(_ readings: [NodeReading], batch: String) async throws(StoreError) {
    guard !isAway else { throw .unavailable("away") }
    stored += readings.count
  }

  func dropSamples(before moment: Timestamp) async throws(StoreError) -> Int { 0 }
}
