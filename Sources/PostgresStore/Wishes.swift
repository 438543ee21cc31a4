public import FleetModel
public import Planner
public import Ports

/// A decision in a pool on `approve` that has not ended, and what people said of it.
public struct WaitingDecision: Sendable, Hashable {
  public var decision: Decision
  /// The last word on it; nil while nobody said anything.
  public var word: Word?

  public struct Word: Sendable, Hashable {
    public var isApproval: Bool
    public var by: String
    public var at: Timestamp
  }
}

extension PostgresStore {
  public func wishes() async throws(StoreError) -> Wishes {
    try await transact { session throws(Failure) in
      Wishes(
        grants: try session.grants(), wakes: try session.wakes(),
        resumedAt: try session.resumedAt())
    }
  }

  /// Decisions that wait for people, oldest first.
  public func waitingDecisions() async throws(StoreError) -> [WaitingDecision] {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT e.body::text, a.state, a.by, a.at FROM decision d
        JOIN ledger_event e ON e.key = d.key AND e.kind = 'advised'
        LEFT JOIN approval a ON a.key = d.key
        WHERE d.kind = 'advised' AND d.mode = 'approve' AND NOT EXISTS (
          SELECT 1 FROM ledger_event l WHERE l.key = d.key AND l.kind <> 'advised')
        ORDER BY e.id
        """)
      var waiting: [WaitingDecision] = []
      for row in 0..<rows.rowCount {
        guard case .advised(let decision) = try Session.kind(rows, row, 0) else { continue }
        waiting.append(WaitingDecision(decision: decision, word: try Session.word(rows, row)))
      }
      return waiting
    }
  }

  /// Writes a person's word on a decision that waits; false when it waits no longer.
  ///
  /// - Parameters:
  ///   - expires: When the word is worth nothing any more; later than `moment`.
  public func say(
    _ isApproval: Bool, on key: DecisionKey, by person: String, at moment: Timestamp,
    expires: Timestamp
  ) async throws(StoreError) -> Bool {
    try await transact { session throws(Failure) in
      try session.query(
        """
        INSERT INTO approval AS a (key, digest, by, at, expires_at, state)
        SELECT e.key, encode(sha256(convert_to(e.body::text, 'UTF8')), 'hex'), $2, $3, $4, $5
        FROM ledger_event e WHERE e.key = $1 AND e.kind = 'advised' AND NOT EXISTS (
          SELECT 1 FROM ledger_event l WHERE l.key = e.key AND l.kind <> 'advised')
        ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, by = excluded.by,
          at = excluded.at, expires_at = excluded.expires_at, state = excluded.state
        WHERE a.state IN ('given', 'rejected')
        """,
        [
          .text(key.rawValue), .text(person), .moment(moment), .moment(expires),
          .text(isApproval ? "given" : "rejected"),
        ]
      ).affected == 1
    }
  }

  /// Keeps a pool up until then, or longer where somebody asked for longer.
  public func wake(
    _ pool: PoolName, until end: Timestamp, by person: String, at moment: Timestamp
  ) async throws(StoreError) {
    try await transact { session throws(Failure) in
      try session.query(
        """
        INSERT INTO pool_wake AS w (pool, until, by, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (pool) DO UPDATE SET until = greatest(w.until, excluded.until),
          by = excluded.by, at = excluded.at
        """, [.text(pool.rawValue), .moment(end), .text(person), .moment(moment)])
    }
  }

  /// What was said on a decision, with what became of the word: "given", "used" …
  public func approval(
    of key: DecisionKey
  ) async throws(StoreError) -> (state: String, by: String, at: Timestamp)? {
    let found = try await transact { session throws(Failure) in
      let rows = try session.query(
        "SELECT state, by, at FROM approval WHERE key = $1", [.text(key.rawValue)])
      guard rows.rowCount == 1 else { return SaidWord?.none }
      return SaidWord(
        state: try rows.text(0, 0), by: try rows.text(0, 1), at: try rows.moment(0, 2))
    }
    return found.map { ($0.state, $0.by, $0.at) }
  }

  private struct SaidWord: Sendable {
    var state: String
    var by: String
    var at: Timestamp
  }
}

extension Session {
  /// Approvals of decisions as they were recorded; a word on anything else counts for nothing.
  fileprivate func grants() throws(Failure) -> [Grant] {
    let rows = try query(
      """
      SELECT e.body::text, a.by, a.at FROM approval a
      JOIN ledger_event e ON e.key = a.key AND e.kind = 'advised'
      WHERE a.state = 'given'
        AND a.digest = encode(sha256(convert_to(e.body::text, 'UTF8')), 'hex')
        AND NOT EXISTS (
          SELECT 1 FROM ledger_event l WHERE l.key = a.key AND l.kind <> 'advised')
      ORDER BY a.key
      """)
    var grants: [Grant] = []
    for row in 0..<rows.rowCount {
      guard case .advised(let decision) = try Session.kind(rows, row, 0) else { continue }
      grants.append(
        Grant(
          decision: decision,
          approval: Approval(by: try rows.text(row, 1), at: try rows.moment(row, 2))))
    }
    return grants
  }

  fileprivate func wakes() throws(Failure) -> [PoolName: Timestamp] {
    let rows = try query("SELECT pool, until FROM pool_wake")
    var wakes: [PoolName: Timestamp] = [:]
    for row in 0..<rows.rowCount {
      wakes[PoolName(try rows.text(row, 0))] = try rows.moment(row, 1)
    }
    return wakes
  }

  fileprivate func resumedAt() throws(Failure) -> Timestamp? {
    let rows = try query("SELECT set_at FROM kill_switch WHERE NOT halted")
    return rows.rowCount == 1 ? try rows.moment(0, 0) : nil
  }

  /// The words on decisions that this tick carries out are used.
  func use(approvalsOf keys: String) throws(Failure) {
    guard keys != "[]" else { return }
    try query(
      """
      UPDATE approval SET state = 'used' WHERE state = 'given'
        AND key IN (SELECT value #>> '{}' FROM jsonb_array_elements($1::jsonb))
      """, [.text(keys)])
  }

  /// The decision has ended, and with it every word on it.
  func endApproval(of key: DecisionKey) throws(Failure) {
    try query(
      """
      UPDATE approval SET state = 'ended' WHERE key = $1 AND state IN ('given', 'rejected')
      """, [.text(key.rawValue)])
  }

  fileprivate static func kind(
    _ rows: borrowing QueryResult, _ row: Int, _ column: Int
  ) throws(Failure) -> LedgerEvent.Kind {
    try JSON.value(LedgerEvent.Kind.self, rows.bytes(row, column) ?? [])
  }

  fileprivate static func word(
    _ rows: borrowing QueryResult, _ row: Int
  ) throws(Failure) -> WaitingDecision.Word? {
    guard let state = rows.optionalText(row, 1) else { return nil }
    return WaitingDecision.Word(
      isApproval: state == "given", by: try rows.text(row, 2), at: try rows.moment(row, 3))
  }
}
