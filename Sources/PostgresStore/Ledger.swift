public import FleetModel
public import Planner
public import Ports

extension PostgresStore: Ledger {
  public func record(
    _ tick: Tick, under lease: Lease
  ) async throws(StoreError) -> [LedgerEvent] {
    let rows: TickRows
    do throws(Failure) { rows = try TickRows(tick) } catch { throw error.storeError }
    let channels = self.channels
    let kept = Int64(limits.ticksKept)
    let hours = Int64(limits.hoursKept)
    return try await transact { session throws(Failure) in
      try session.fence(lease)
      if !tick.isClockWrong { try session.dropFuture(after: rows.takenAt) }
      if try session.insertTick(rows, epoch: lease.epoch) {
        try session.add(usage: rows.usage)
        try session.put(off: rows.off)
        try session.put(nodes: rows.nodes, at: tick.snapshot.takenAt)
        try session.put(verdicts: rows.verdicts, at: tick.snapshot.takenAt)
        try session.insert(decisions: rows.decisions, at: tick.snapshot.takenAt, lease.epoch)
        try session.use(approvalsOf: rows.carriedOut)
        try session.insert(alerts: rows.alerts, into: channels)
        try session.dropTicks(beyond: kept, hours: hours)
      }
      return try session.newEvents(of: tick.snapshot.takenAt)
    }
  }

  public func append(
    _ event: LedgerEvent, alerts: [Alert], under lease: Lease
  ) async throws(StoreError) -> LedgerEvent {
    let body: String
    let rows: String
    do throws(Failure) {
      body = try JSON.text(event.kind)
      rows = try JSON.text(alerts)
    } catch { throw error.storeError }
    let channels = self.channels
    return try await transact { session throws(Failure) in
      try session.fence(lease)
      try session.query(
        """
        INSERT INTO ledger_event (at, key, kind, number, epoch, body)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb) ON CONFLICT (key, kind, number) DO NOTHING
        """,
        [
          .moment(event.at), .text(event.key.rawValue), .text(event.kind.name),
          .integer(event.kind.number), .integer(lease.epoch), .text(body),
        ])
      try session.insert(alerts: rows, into: channels)
      if event.kind.isFinal { try session.endApproval(of: event.key) }
      // A repeat after a lost answer to COMMIT changes nothing and gives the first one's id.
      let first = try session.query(
        "SELECT id FROM ledger_event WHERE key = $1 AND kind = $2 AND number = $3",
        [.text(event.key.rawValue), .text(event.kind.name), .integer(event.kind.number)])
      var stored = event
      stored.id = try first.integer(0, 0)
      return stored
    }
  }

  public func resume() async throws(StoreError) -> Remembered {
    try await transact { session throws(Failure) in
      try session.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
      let rows = try session.query(
        "SELECT snapshot, taken_at FROM tick ORDER BY taken_at DESC LIMIT 1")
      guard rows.rowCount == 1, let bytes = rows.bytes(0, 0) else {
        return Remembered(memory: Memory(), events: try session.events(after: 0, limit: nil))
      }
      let memory: Memory
      do throws(Failure) { memory = try JSON.value(StoredMemory.self, bytes).memory } catch {
        // Events rebuild what was decided and done; that time was billed until then is in the books.
        var fresh = Memory()
        fresh.accountedAt = try rows.moment(0, 1)
        return Remembered(
          memory: fresh, events: try session.events(after: 0, limit: nil), fault: "\(error)")
      }
      return Remembered(
        memory: memory, events: try session.events(after: memory.lastEvent, limit: nil))
    }
  }

  public func killSwitch() async throws(StoreError) -> Bool {
    try await transact { session throws(Failure) in
      let rows = try session.query("SELECT halted FROM kill_switch")
      guard rows.rowCount == 1 else { throw .malformed("the kill switch has no row") }
      return try rows.boolean(0, 0)
    }
  }

  /// Of a stored snapshot, what a start needs: a change of anything else does not stand in its way.
  private struct StoredMemory: Decodable {
    var memory: Memory
  }
}

extension LedgerEvent.Kind {
  /// What tells two events of one kind and decision apart.
  var number: Int64 {
    guard case .attempted(let number) = self else { return 0 }
    return Int64(number)
  }
}

extension Session {
  /// Events in the order they happened.
  func events(after id: Int64, limit: Int64?) throws(Failure) -> [LedgerEvent] {
    let rows = try query(
      "SELECT id, at, key, body::text FROM ledger_event WHERE id > $1 ORDER BY id LIMIT $2",
      [.integer(id), .optionalInteger(limit)])
    return try Session.events(rows)
  }

  static func events(_ rows: borrowing QueryResult) throws(Failure) -> [LedgerEvent] {
    var events: [LedgerEvent] = []
    for row in 0..<rows.rowCount {
      events.append(
        LedgerEvent(
          id: try rows.integer(row, 0), at: try rows.moment(row, 1),
          key: DecisionKey(try rows.text(row, 2)),
          kind: try JSON.value(LedgerEvent.Kind.self, rows.bytes(row, 3) ?? [])))
    }
    return events
  }
}

extension Tick {
  /// By a clock that every cloud calls wrong nothing is dropped: set back for a minute, it would
  /// take days of the record for a time that has yet to come.
  fileprivate var isClockWrong: Bool {
    (rulebook?.thresholds ?? Thresholds()).areWrong(snapshot.clockSkew)
  }
}
