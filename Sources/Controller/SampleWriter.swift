import FleetModel
import Logging
import Ports

/// Stores readings in batches; what could not be stored is kept and tried again.
struct SampleWriter: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let health: Health

  /// Raw samples are kept this long: evidence for last week's questions. At 5.7 bytes a sample,
  /// 1000 GPUs every 15 s are about 0.8 GB a day.
  static let retention = Duration.days(7)

  func run() async {
    var swept: ContinuousClock.Instant?
    while !Task.isCancelled {
      try? await parts.wall.sleep(for: parts.pace.flush)
      await flush()
      guard swept.map({ ContinuousClock.now - $0 >= .hours(1) }) ?? true,
        await health.isLeading, await watch.isClockBelieved
      else { continue }
      swept = .now
      await sweep()
    }
  }

  /// Whoever leads, by a clock that is believed: one that was set a week ahead would drop every
  /// sample there is, and a controller beside the leader may have such a clock.
  private func sweep() async {
    let oldest = parts.clock.now().advanced(by: .zero - Self.retention)
    do throws(StoreError) {
      let days = try await parts.samples.dropSamples(before: oldest)
      if days > 0 { parts.log.info("old samples dropped", metadata: ["days": "\(days)"]) }
    } catch {
      parts.log.warning("old samples stay", metadata: ["error": "\(error)"])
    }
  }

  /// Readings in one transaction: a minute of a thousand targets, so that what waited ten minutes
  /// is stored in a few seconds and not in one long stall.
  private static let batch = 4096

  /// Only the leader stores: two who hear the same fleet would store everything twice. Who follows
  /// keeps the last minute, to go on without a hole when it takes over; while nobody is known to
  /// lead, everything is kept.
  private func flush() async {
    if await health.isLeading {
      while !Task.isCancelled, let next = await watch.unstored(atMost: Self.batch) {
        guard await store(next.readings, upTo: next.upTo) else { break }
      }
    } else if await health.isFollowing {
      await watch.letGo()
    }
    parts.counters.set("finops_readings_dropped", to: Double(await watch.droppedReadings))
    parts.counters.set("finops_readings_buffer_bytes", to: Double(await watch.bufferedBytes))
  }

  private func store(_ readings: [NodeReading], upTo number: Int) async -> Bool {
    guard let first = readings.first, let last = readings.last else { return false }
    // Derived from its content: the same readings stored twice are one batch.
    let batch =
      "\(parts.identity)/\(first.target)/\(first.receivedAt.microseconds)"
      + "/\(last.target)/\(last.receivedAt.microseconds)/\(readings.count)"
    do throws(StoreError) {
      try await parts.samples.append(readings, batch: batch)
      await watch.stored(upTo: number)
      let rows = readings.reduce(0) { $0 + $1.accelerators.count }
      parts.counters.count("finops_sample_rows_total", by: rows)
      return true
    } catch {
      parts.counters.count("finops_store_errors_total")
      parts.log.warning("samples wait", metadata: ["error": "\(error)"])
      return false
    }
  }
}
