public import FleetModel
public import Planner
public import Ports

/// One pass of the loop as it was stored.
public struct StoredTick: Sendable {
  public var snapshot: Snapshot
  public var plan: Plan
  /// What the plan was made under; nil in ticks of older versions.
  public var rulebook: Rulebook?
  /// The plan's own bytes.
  public var planBytes: [UInt8]
}

/// A verdict's code or intent changed.
public struct VerdictChange: Sendable, Hashable {
  public var at: Timestamp
  public var verdict: Verdict
}

/// What replays and explanations ask.
extension PostgresStore {
  /// When the stored ticks were taken, oldest first; of those since a moment, or all.
  public func tickTimes(since start: Timestamp? = nil) async throws(StoreError) -> [Timestamp] {
    let from = start ?? Timestamp(seconds: 0)
    return try await transact { session throws(Failure) in
      let rows = try session.query(
        "SELECT taken_at FROM tick WHERE taken_at >= $1 ORDER BY taken_at", [.moment(from)])
      var times: [Timestamp] = []
      for row in 0..<rows.rowCount { times.append(try rows.moment(row, 0)) }
      return times
    }
  }

  /// The newest tick taken at or before a moment; nil when there is none. Throws `.refused` when
  /// this version cannot read it.
  public func tick(at moment: Timestamp) async throws(StoreError) -> StoredTick? {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT t.snapshot, t.plan, r.body FROM tick t
        LEFT JOIN rulebook r ON r.digest = t.rulebook_digest
        WHERE t.taken_at <= $1 ORDER BY t.taken_at DESC LIMIT 1
        """, [.moment(moment)])
      guard rows.rowCount == 1 else { return nil }
      let bytes = rows.bytes(0, 1) ?? []
      var rulebook: Rulebook?
      if let body = rows.bytes(0, 2) {
        rulebook = try JSON.value(StoredRulebook.self, body).rulebook
      }
      return StoredTick(
        snapshot: try JSON.value(Snapshot.self, rows.bytes(0, 0) ?? []),
        plan: try JSON.value(Plan.self, bytes), rulebook: rulebook, planBytes: bytes)
    }
  }

  /// A plan as it would be stored; what a replay compares.
  public static func bytes(of plan: Plan) throws(StoreError) -> [UInt8] {
    do throws(Failure) { return try JSON.bytes(plan) } catch { throw error.storeError }
  }

  /// How a subject's verdict changed up to a moment, newest first.
  public func verdictChanges(
    of subject: Subject, until end: Timestamp, limit: Int = 12
  ) async throws(StoreError) -> [VerdictChange] {
    let key = subject.rowKey
    return try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT at, body::text FROM verdict_change WHERE subject = $1 AND at <= $2
        ORDER BY at DESC, id DESC LIMIT $3
        """, [.text(key), .moment(end), .integer(Int64(limit))])
      var changes: [VerdictChange] = []
      for row in 0..<rows.rowCount {
        changes.append(
          VerdictChange(
            at: try rows.moment(row, 0),
            verdict: try JSON.value(Verdict.self, rows.bytes(row, 1) ?? [])))
      }
      return changes
    }
  }

  /// Keys of decisions, the newest first, at most so many: of one subject, of one pool, or all.
  public func decisionKeys(
    of subject: Subject? = nil, in pool: PoolName? = nil, limit: Int = 10_000
  ) async throws(StoreError) -> [DecisionKey] {
    let key = subject?.rowKey
    return try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT key FROM decision
        WHERE ($1::text IS NULL OR subject = $1) AND ($2::text IS NULL OR pool = $2)
        GROUP BY key ORDER BY max(tick_at) DESC, key LIMIT $3
        """,
        [.optionalText(key), .optionalText(pool?.rawValue), .integer(Int64(limit))])
      var keys: [DecisionKey] = []
      for row in 0..<rows.rowCount { keys.append(DecisionKey(try rows.text(row, 0))) }
      return keys
    }
  }

  /// Everything that happened to a decision, in order.
  public func life(of key: DecisionKey) async throws(StoreError) -> [LedgerEvent] {
    try await transact { session throws(Failure) in
      try Session.events(
        session.query(
          "SELECT id, at, key, body::text FROM ledger_event WHERE key = $1 ORDER BY id",
          [.text(key.rawValue)]))
    }
  }

  /// Ledger events since a moment, newest first.
  public func decisions(
    since start: Timestamp, limit: Int
  ) async throws(StoreError) -> [LedgerEvent] {
    try await transact { session throws(Failure) in
      try Session.events(
        session.query(
          """
          SELECT id, at, key, body::text FROM ledger_event WHERE at >= $1 ORDER BY id DESC LIMIT $2
          """, [.moment(start), .integer(Int64(limit))]))
    }
  }
}
