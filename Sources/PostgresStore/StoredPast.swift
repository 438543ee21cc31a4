public import FleetModel
public import Planner
public import Ports

/// What a question about the past asks, beside the looks themselves. Looks are thinned to one an
/// hour; rules, decisions and what came of them are kept whole.
extension PostgresStore {
  /// Every rulebook the looks since a moment were planned under, oldest first; nil where a look was
  /// stored without one or with one this version cannot read.
  public func rulebooks(since start: Timestamp) async throws(StoreError) -> [Rulebook]? {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT r.body FROM tick t LEFT JOIN rulebook r ON r.digest = t.rulebook_digest
        WHERE t.taken_at >= $1 GROUP BY r.digest, r.body ORDER BY min(t.taken_at)
        """, [.moment(start)])
      var rulebooks: [Rulebook] = []
      for row in 0..<rows.rowCount {
        guard let body = rows.bytes(row, 0),
          let stored = try? JSON.value(StoredRulebook.self, body)
        else { return nil }
        rulebooks.append(stored.rulebook)
      }
      return rulebooks
    }
  }

  /// Decisions that a cloud carried out in a time, in the order they were made.
  public func carriedOut(
    in range: Range<Timestamp>
  ) async throws(StoreError) -> [Decision] {
    try await transact { session throws(Failure) in
      let events = try Session.events(
        session.query(
          """
          SELECT i.id, i.at, i.key, i.body::text FROM ledger_event i
          WHERE i.kind = 'intended' AND EXISTS (
            SELECT 1 FROM ledger_event s WHERE s.key = i.key AND s.kind = 'succeeded'
              AND s.at >= $1 AND s.at < $2)
          ORDER BY i.id
          """, [.moment(range.lowerBound), .moment(range.upperBound)]))
      return events.compactMap(\.decision)
    }
  }
}

extension LedgerEvent {
  fileprivate var decision: Decision? {
    switch kind {
    case .advised(let decision), .intended(let decision): decision
    case .attempted, .succeeded, .failed, .cancelled: nil
    }
  }
}
