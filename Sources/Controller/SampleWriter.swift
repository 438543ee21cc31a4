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
      guard swept.map({ ContinuousClock.now - $0 >= .hours(1) }) ?? true else { continue }
      swept = .now
      await sweep()
    }
  }

  private func sweep() async {
    let oldest = parts.clock.now().advanced(by: .zero - Self.retention)
    do throws(StoreError) {
      let days = try await parts.samples.dropSamples(before: oldest)
      if days > 0 { parts.log.info("old samples dropped", metadata: ["days": "\(days)"]) }
    } catch {
      parts.log.warning("old samples stay", metadata: ["error": "\(error)"])
    }
  }

  private func flush() async {
    let readings = await watch.drain()
    guard let first = readings.first, let last = readings.last else { return }
    // Derived from its content: the same readings stored twice are one batch.
    let batch =
      "\(parts.identity)/\(first.target)/\(first.receivedAt.microseconds)"
      + "/\(last.target)/\(last.receivedAt.microseconds)/\(readings.count)"
    do throws(StoreError) {
      try await parts.samples.append(readings, batch: batch)
      let rows = readings.reduce(0) { $0 + $1.accelerators.count }
      parts.counters.count("finops_sample_rows_total", by: rows)
    } catch {
      await watch.putBack(readings)
      parts.counters.count("finops_store_errors_total")
      parts.log.warning("samples wait", metadata: ["error": "\(error)"])
    }
    parts.counters.set(
      "finops_readings_dropped", to: Double(await watch.droppedReadings))
  }
}
