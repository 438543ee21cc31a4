public import CostModel
public import FleetModel
public import Ports

extension PostgresStore: UsageStore {
  public func usage(in range: Range<Timestamp>) async throws(StoreError) -> Usage {
    let bounds: [Parameter] = [.moment(range.lowerBound), .moment(range.upperBound)]
    return try await transact { session throws(Failure) in
      try session.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
      return Usage(hours: try session.hours(bounds), off: try session.off(bounds))
    }
  }

  /// Puts history in place, all or nothing: an hour or interval that is there already is replaced,
  /// so the same history twice is there once.
  public func addHistory(
    hours: [UsageHour], off: [OffInterval]
  ) async throws(StoreError) {
    let rows = CopyRows(hours).finished()
    let intervals: String
    do throws(Failure) { intervals = try JSON.text(off.map(OffRow.init)) } catch {
      throw error.storeError
    }
    try await transact { session throws(Failure) in
      try session.query(
        "CREATE TEMPORARY TABLE history (LIKE node_hour INCLUDING CONSTRAINTS) ON COMMIT DROP")
      _ = try session.copy("COPY history FROM STDIN (FORMAT binary)", rows)
      try session.query(
        """
        INSERT INTO node_hour SELECT * FROM history ORDER BY hour, node
        ON CONFLICT (hour, node, pool, type, capacity, accelerators, coalesce(rate_nanos, -1))
        DO UPDATE SET billed_us = excluded.billed_us, work_us = excluded.work_us,
          warm_idle_us = excluded.warm_idle_us, allocated_idle_us = excluded.allocated_idle_us,
          free_idle_us = excluded.free_idle_us, loading_us = excluded.loading_us,
          draining_us = excluded.draining_us, faulty_us = excluded.faulty_us,
          unobserved_us = excluded.unobserved_us
        """)
      try session.put(off: intervals)
    }
  }
}

extension CopyRows {
  /// The columns of `node_hour` in its own order.
  init(_ hours: [UsageHour]) {
    self.init(capacity: 256 * hours.count + 32)
    for hour in hours {
      startRow(columns: 18)
      value(hour.hour.wire)
      for text in [
        hour.node.rawValue, hour.pool.rawValue, hour.cloud.rawValue, hour.region.rawValue,
        hour.type.rawValue, hour.capacity.rawValue,
      ] { value(text) }
      value(Int32(clamping: hour.accelerators))
      if let rate = hour.rate { value(rate.perHour.nanos) } else { null() }
      value(hour.billedMicroseconds)
      for time in hour.buckets.microseconds { value(time) }
    }
  }
}

extension Session {
  fileprivate func hours(_ bounds: [Parameter]) throws(Failure) -> [UsageHour] {
    let rows = try query(
      """
      SELECT hour, node, pool, cloud, region, type, capacity, accelerators, rate_nanos, billed_us,
        work_us, warm_idle_us, allocated_idle_us, free_idle_us, loading_us, draining_us, faulty_us,
        unobserved_us
      FROM node_hour WHERE hour >= $1 AND hour < $2
      ORDER BY hour, node, pool, type, capacity, accelerators, rate_nanos
      """, bounds)
    var hours: [UsageHour] = []
    hours.reserveCapacity(rows.rowCount)
    for row in 0..<rows.rowCount { hours.append(try Session.hour(rows, row)) }
    return hours
  }

  private static func hour(
    _ rows: borrowing QueryResult, _ row: Int
  ) throws(Failure) -> UsageHour {
    var times: [Int64] = []
    for column in 10..<18 { times.append(try rows.integer(row, column)) }
    guard let buckets = BucketTimes(microseconds: times),
      let capacity = CapacityType(rawValue: try rows.text(row, 6))
    else { throw .malformed("a node-hour that this program does not know") }
    return UsageHour(
      node: NodeID(try rows.text(row, 1)), pool: PoolName(try rows.text(row, 2)),
      cloud: CloudName(try rows.text(row, 3)), region: Region(try rows.text(row, 4)),
      type: InstanceType(try rows.text(row, 5)), capacity: capacity,
      accelerators: Int(try rows.integer(row, 7)), hour: try rows.moment(row, 0),
      rate: try rows.optionalInteger(row, 8).map { HourlyRate(perHour: Money(nanos: $0)) },
      billedMicroseconds: try rows.integer(row, 9), buckets: buckets)
  }

  fileprivate func off(_ bounds: [Parameter]) throws(Failure) -> [OffInterval] {
    let rows = try query(
      """
      SELECT node, pool, decision, off_from, off_until, rate_nanos, storage_nanos, restart_us,
        covered_us
      FROM off_interval WHERE off_from < $2 AND (off_until IS NULL OR off_until > $1)
      ORDER BY off_from, node
      """, bounds)
    var intervals: [OffInterval] = []
    for row in 0..<rows.rowCount {
      let covered = try rows.integer(row, 8)
      intervals.append(
        OffInterval(
          node: NodeID(try rows.text(row, 0)), pool: PoolName(try rows.text(row, 1)),
          decision: try rows.text(row, 2), from: try rows.moment(row, 3),
          until: try rows.optionalMoment(row, 4),
          rate: HourlyRate(perHour: Money(nanos: try rows.integer(row, 5))),
          storage: HourlyRate(perHour: Money(nanos: try rows.integer(row, 6))),
          restartMicroseconds: try rows.integer(row, 7),
          coveredMicroseconds: covered == 0 ? nil : covered))
    }
    return intervals
  }
}
