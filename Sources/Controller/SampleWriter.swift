import FleetModel
import Logging
import Ports

/// Stores readings in batches; what could not be stored is kept and tried again.
struct SampleWriter: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let health: Health

  func run() async {
    while !Task.isCancelled {
      try? await parts.wall.sleep(for: parts.pace.flush)
      await flush()
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
