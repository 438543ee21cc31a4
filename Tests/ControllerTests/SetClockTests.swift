import CostModel
import FleetModel
import Logging
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Controller

/// The machine's clock, which a test sets as an administrator does: the wall clock moves, the clock
/// that counts since boot does not.
private final class SetTime: TimeSource {
  private let system = SystemTime()
  private let offset = Mutex(Duration.zero)

  func now() -> Timestamp { system.now().advanced(by: offset.withLock { $0 }) }
  var steady: Duration { system.steady }
  func set(by step: Duration) { offset.withLock { $0 += step } }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await system.sleep(for: duration)
  }
}

private final class OneGPU: Collector {
  private let count = Mutex(0)
  var scrapes: Int { count.withLock { $0 } }

  func collect(_ target: Target, at moment: Timestamp) async throws(CollectError) -> NodeReading {
    count.withLock { $0 += 1 }
    return TermTests.idle(0, target: target)
  }
}

/// Counts how often old samples were dropped.
private actor Sweeps: SampleStore {
  private(set) var count = 0
  func append(_ readings: [NodeReading], batch: String) async throws(StoreError) {}
  func dropSamples(before moment: Timestamp) async throws(StoreError) -> Int {
    count += 1
    return 1
  }
}

@Suite("A wall clock that is set under a running controller")
struct SetClockTests {
  @Test(
    "targets are scraped, notices read, and idle windows kept, as if nobody had set it",
    arguments: [-86_400, -60, 86_400 * 3] as [Int64])
  func goesOn(step: Int64) async throws {
    let (time, collector, source) = (SetTime(), OneGPU(), ScriptedSource())
    let ledger = MemoryLedger()
    let rulebook = Rulebook(
      fleet: "f", pools: [], prices: PriceBook(), scrapeInterval: .seconds(20))
    let parts = ControllerParts(
      rulebook: rulebook, collector: collector,
      targets: { [WatchedTarget(target: "a:9400", every: .milliseconds(50))] }, actuators: [],
      ledger: ledger, leadership: ledger, samples: NoSamples(), outbox: NoOutbox(),
      notifiers: [], retryDelay: { _ in nil }, clock: time, wall: time, identity: "t",
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, interruptions: [source])
    let watch = FleetWatch(rulebook: rulebook)
    let loops = Task {
      await withDiscardingTaskGroup { group in
        group.addTask { await ScrapeLoop(parts: parts, watch: watch, health: Health()).run() }
        group.addTask { await InterruptionLoop(parts: parts, watch: watch, bell: Bell()).run() }
      }
    }
    defer { loops.cancel() }
    /// True once `isDone`, asked for at most half a minute.
    func waited(_ isDone: () -> Bool) async throws -> Bool {
      for _ in 0..<1_500 {
        if isDone() { return true }
        try await Task.sleep(for: .milliseconds(20))
      }
      return false
    }
    try #require(await waited { collector.scrapes > 5 && source.looks > 1 })
    let before = (scrapes: collector.scrapes, looks: source.looks)
    time.set(by: .seconds(step))
    let setAt = time.now()
    #expect(try await waited { collector.scrapes > before.scrapes + 20 })
    #expect(try await waited { source.looks > before.looks + 2 })
    // An hour's window is not lost to a clock, unless so much may have passed unseen.
    let device = await watch.memory.targets["a:9400"]?.accelerators["GPU-a:9400"]
    let heard = try #require(device?.lastSampleAt)
    let idle = try #require(device?.idleSince)
    #expect(abs(time.now().duration(since: heard).inSeconds) < 30)
    #expect((0..<60).contains(heard.duration(since: idle).inSeconds))
    #expect((idle < setAt) == (step < 0))
  }

  /// Samples are dropped when they are a week old: a clock a week ahead makes all of them so.
  @Test(
    "old samples are dropped by the leader alone, and by a clock that is believed",
    arguments: [
      (true, 0, 1), (true, 86_400 * 8, 0), (false, 0, 0), (true, nil, 0),
    ] as [(Bool, Int64?, Int)])
  func sweeps(isLeading: Bool, skew: Int64?, count: Int) async throws {
    let (time, ledger, sweeps) = (SetTime(), MemoryLedger(), Sweeps())
    let rulebook = Rulebook(fleet: "f", pools: [], prices: PriceBook())
    var pace = Pace()
    pace.flush = .milliseconds(20)
    let parts = ControllerParts(
      rulebook: rulebook, pace: pace, collector: OneGPU(), targets: { [] }, actuators: [],
      ledger: ledger, leadership: ledger, samples: sweeps, outbox: NoOutbox(), notifiers: [],
      retryDelay: { _ in nil }, clock: time, wall: time, identity: "t",
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let (watch, health) = (FleetWatch(rulebook: rulebook), Health())
    if isLeading { await health.led(epoch: 1) }
    // A cloud that was not heard yet says nothing of our clock.
    if let skew {
      var listed = Inventory(nodes: [])
      listed.clockSkew = .seconds(skew)
      await watch.take(listed, of: "aws", at: time.now())
    }
    let writer = Task {
      await SampleWriter(parts: parts, watch: watch, health: health).run()
    }
    for _ in 0..<100 where await sweeps.count < 1 {
      try await Task.sleep(for: .milliseconds(5))
    }
    writer.cancel()
    #expect(await sweeps.count == count)
  }

  /// Reviewed live: a node that came back while the clock was two hours ahead had its saving end
  /// there, and nobody took it out of the books.
  @Test("by a clock that every cloud calls wrong no saving ends, and no listing is too old or new")
  func wrongClock() async throws {
    let rulebook = Rulebook(fleet: "f", pools: [], prices: PriceBook())
    let watch = FleetWatch(rulebook: rulebook)
    var remembered = Memory()
    var off = NodeMemory()
    (off.stoppedBy, off.offSince) = ("k", TermTests.start)
    off.lastState = .stopped
    remembered.nodes["i-1"] = off
    await watch.resume(from: remembered, events: [])
    var listed = Inventory(nodes: [ReconcilerTests.node()])
    listed.clockSkew = .hours(-2)
    await watch.take(listed, of: "aws", at: TermTests.start.advanced(by: .hours(3)))
    #expect(await watch.memory.nodes["i-1"]?.offSince == TermTests.start)
    listed.clockSkew = .zero
    await watch.take(listed, of: "aws", at: TermTests.start.advanced(by: .hours(1)))
    #expect(await watch.memory.nodes["i-1"]?.offSince == nil)
  }

  @Test("readings that wait for the store are dated anew, in their order")
  func buffered() {
    var buffer = ReadingBuffer()
    for second in 0..<3 as Range<Int64> { buffer.append(TermTests.idle(second), heard: .now) }
    buffer.follow(clockStep: .hours(-2))
    var dates: [Timestamp] = []
    buffer.forEach { dates.append($0.receivedAt) }
    #expect(dates == (0..<3).map { TermTests.start.advanced(by: .seconds($0) - .hours(2)) })
  }
}
