import Collectors
import FleetModel
import Foundation
import PostgresStore
import Synchronization

/// Scrapes every target at its own place within the interval and stores once a second, as the
/// controller does; its clock wakes sleepers together, every 50 ms, and so does this.
final class Pipeline: Sendable {
  private let collector: DCGMCollector
  private let store: PostgresStore
  private let targets: [Target]
  private let every: Duration
  private let waiting = Mutex<[NodeReading]>([])
  private let stored = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)

  init(
    collector: DCGMCollector, store: PostgresStore, targets: [Target], every: Duration
  ) {
    self.collector = collector
    self.store = store
    self.targets = targets
    self.every = every
  }

  /// Values that were committed.
  var samples: Int { stored.load(ordering: .relaxed) }
  /// Scrapes and batches that failed.
  var failures: Int { failed.load(ordering: .relaxed) }

  /// Until cancelled.
  func run() async {
    let began = ContinuousClock.now
    await withDiscardingTaskGroup { group in
      for (index, target) in targets.enumerated() {
        let slot = (every * index / targets.count) / .milliseconds(50)
        let place = began + .milliseconds(50) * Int(slot.rounded(.up))
        group.addTask { await self.follow(target, from: place) }
      }
      group.addTask { await self.write() }
    }
  }

  private func follow(_ target: Target, from place: ContinuousClock.Instant) async {
    var next = place
    while (try? await Task.sleep(until: next, clock: .continuous)) != nil {
      next += every
      do {
        let reading = try await collector.collect(target, at: Self.now)
        waiting.withLock { $0.append(reading) }
      } catch {
        if !Task.isCancelled { failed.add(1, ordering: .relaxed) }
      }
    }
  }

  private func write() async {
    var batch = 0
    while (try? await Task.sleep(for: .seconds(1))) != nil {
      let readings = waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
      batch += 1
      do {
        try await store.append(readings, batch: "benchmark/\(batch)")
      } catch {
        failed.add(1, ordering: .relaxed)
      }
      let values = readings.reduce(0) { $0 + $1.accelerators.reduce(0) { $0 + $1.fields.count } }
      stored.add(values, ordering: .relaxed)
    }
  }

  private static var now: Timestamp {
    Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
  }
}
