public import FleetModel
public import Ports
import Synchronization

/// What is known of the database's dimensions, so that it is not asked again for every scrape.
final class Dimensions: Sendable {
  struct GPU: Hashable, Sendable {
    var target: Target
    var id: AcceleratorID
  }

  private let gpus = Mutex<[GPU: Int32]>([:])
  private let days = Mutex<Set<Int64>>([])

  func number(of gpu: GPU) -> Int32? { gpus.withLock { $0[gpu] } }
  func keep(_ numbers: [GPU: Int32]) {
    gpus.withLock { $0.merge(numbers) { _, new in new } }
  }

  func isMade(day: Int64) -> Bool { days.withLock { $0.contains(day) } }
  func keepMade(_ made: Set<Int64>) { days.withLock { $0.formUnion(made) } }
  func forgetDays() { days.withLock { $0 = [] } }
}

extension PostgresStore: SampleStore {
  public func append(_ readings: [NodeReading], batch: String) async throws(StoreError) {
    guard readings.contains(where: { !$0.accelerators.isEmpty }) else { return }
    try await makePartitions(for: readings)
    let numbers = try await numbers(of: readings)
    let rows = CopyRows(readings, numbers: numbers)
    let count = rows.count
    let bytes = rows.finished()
    try await transact { session throws(Failure) in
      let new = try session.query(
        """
        INSERT INTO sample_batch (id, stored_at, row_count) VALUES ($1, clock_timestamp(), $2)
        ON CONFLICT (id) DO NOTHING
        """, [.text(batch), .integer(Int64(count))])
      guard new.affected == 1 else { return }
      let stored = try session.copy(Session.copySamples, bytes)
      guard stored == count else { throw .malformed("\(stored) of \(count) samples stored") }
    }
  }

  /// Drops the samples of days that ended before `moment`, and the traces of batches and delivered
  /// alerts as old; how many days were dropped.
  @discardableResult
  public func dropSamples(before moment: Timestamp) async throws(StoreError) -> Int {
    let dropped = try await transact { session throws(Failure) in
      try session.query("DELETE FROM sample_batch WHERE stored_at < $1", [.moment(moment)])
      try session.query("DELETE FROM outbox WHERE ended_at < $1", [.moment(moment)])
      return try session.query("SELECT sample_partitions_drop($1)", [.moment(moment)])
        .integer(0, 0)
    }
    dimensions.forgetDays()
    return Int(dropped)
  }

  /// The day of each reading and the one after it, made before they are needed.
  private func makePartitions(for readings: [NodeReading]) async throws(StoreError) {
    let seen = Set(readings.map { $0.receivedAt.day })
    let days = seen.union(seen.map { $0 + 1 })
    let missing = days.filter { !dimensions.isMade(day: $0) }.sorted()
    guard !missing.isEmpty else { return }
    try await transact { session throws(Failure) in
      for day in missing {
        try session.query(
          "SELECT sample_partition_make(date '1970-01-01' + $1::integer)",
          [.text(String(day))])
      }
    }
    dimensions.keepMade(days)
  }

  /// The number of every GPU in the readings; those not seen before are given one.
  private func numbers(
    of readings: [NodeReading]
  ) async throws(StoreError) -> [Dimensions.GPU: Int32] {
    var known: [Dimensions.GPU: Int32] = [:]
    var missing: [GPURow] = []
    for reading in readings {
      for accelerator in reading.accelerators {
        let gpu = Dimensions.GPU(target: reading.target, id: accelerator.id)
        if let number = dimensions.number(of: gpu) {
          known[gpu] = number
        } else {
          missing.append(GPURow(gpu, accelerator.model))
        }
      }
    }
    guard !missing.isEmpty else { return known }
    let made = try await make(missing)
    dimensions.keep(made)
    return known.merging(made) { _, new in new }
  }

  private func make(_ missing: [GPURow]) async throws(StoreError) -> [Dimensions.GPU: Int32] {
    let list: String
    do throws(Failure) { list = try JSON.text(missing) } catch { throw error.storeError }
    return try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        INSERT INTO gpu (target, uuid, model)
        SELECT DISTINCT ON (target, uuid) target, uuid, model FROM jsonb_to_recordset($1::jsonb)
          AS g (target text, uuid text, model text) ORDER BY target, uuid
        ON CONFLICT (target, uuid) DO UPDATE SET model = excluded.model
        RETURNING id, target, uuid
        """, [.text(list)])
      var made: [Dimensions.GPU: Int32] = [:]
      for row in 0..<rows.rowCount {
        let gpu = Dimensions.GPU(
          target: Target(try rows.text(row, 1)), id: AcceleratorID(try rows.text(row, 2)))
        made[gpu] = Int32(truncatingIfNeeded: try rows.integer(row, 0))
      }
      return made
    }
  }

  private struct GPURow: Encodable {
    var target, uuid, model: String
    init(_ gpu: Dimensions.GPU, _ model: String) {
      target = gpu.target.rawValue
      uuid = gpu.id.rawValue
      self.model = model
    }
  }
}

extension CopyRows {
  /// One row for each accelerator of each reading.
  init(_ readings: [NodeReading], numbers: [Dimensions.GPU: Int32]) {
    self.init(capacity: 256 * readings.reduce(0) { $0 + $1.accelerators.count } + 32)
    for reading in readings {
      for accelerator in reading.accelerators {
        let gpu = Dimensions.GPU(target: reading.target, id: accelerator.id)
        guard let number = numbers[gpu] else { continue }
        SampleLayout.write(
          accelerator.fields, gpu: number, at: reading.receivedAt, into: &self)
      }
    }
  }
}

extension Timestamp {
  /// Whole days since 1970-01-01, in UTC.
  var day: Int64 { Int64((Double(microseconds) / 86_400_000_000).rounded(.down)) }
}

extension Session {
  static let copySamples: SQL = """
    COPY sample (ts, total_energy, nvlink_bandwidth, pcie_transmit, pcie_receive, xid_errors,
      pcie_replays, uncorrectable_remapped_rows, correctable_remapped_rows, gpu_id, power_usage,
      gpu_utilization, memory_copy_utilization, encoder_utilization, decoder_utilization,
      engine_active, tensor_active, dram_active, memory_free, memory_used, memory_reserved,
      sm_clock, memory_clock, memory_temperature, gpu_temperature, vgpu_license,
      row_remap_failure)
    FROM STDIN (FORMAT binary)
    """
}
