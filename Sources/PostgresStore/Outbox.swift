import FleetModel
public import Ports

extension PostgresStore: Outbox {
  /// How long a claim holds. Longer than any one delivery takes (10 s); after it, somebody else
  /// may try, so a claimer that died delays a message by no more than this.
  private static let claimTerm: Int64 = 60_000_000

  public func claim(limit: Int) async throws(StoreError) -> [OutboxMessage] {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        WITH due AS MATERIALIZED (
          SELECT id, channel FROM outbox
          WHERE ended_at IS NULL AND due_at <= clock_timestamp()
          ORDER BY due_at, number LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        UPDATE outbox o SET attempts = o.attempts + 1,
          due_at = clock_timestamp() + $2 * interval '1 microsecond'
        FROM due WHERE o.id = due.id AND o.channel = due.channel
        RETURNING o.number, o.id, o.channel, o.alert::text, o.attempts - 1
        """, [.integer(Int64(limit)), .integer(Self.claimTerm)])
      var claimed: [(number: Int64, message: OutboxMessage)] = []
      for row in 0..<rows.rowCount {
        let message = OutboxMessage(
          id: try rows.text(row, 1), channel: try rows.text(row, 2),
          alert: try JSON.value(Alert.self, rows.bytes(row, 3) ?? []),
          attempts: Int(try rows.integer(row, 4)))
        claimed.append((try rows.integer(row, 0), message))
      }
      return claimed.sorted { $0.number < $1.number }.map(\.message)
    }
  }

  public func delivered(_ id: String, channel: String) async throws(StoreError) {
    try await end(id, channel, "delivered", nil)
  }

  public func bury(_ id: String, channel: String, error: String) async throws(StoreError) {
    try await end(id, channel, "buried", error)
  }

  public func retry(
    _ id: String, channel: String, after: Duration, error: String
  ) async throws(StoreError) {
    try await transact { session throws(Failure) in
      try session.query(
        """
        UPDATE outbox SET due_at = clock_timestamp() + $3 * interval '1 microsecond',
          last_error = $4
        WHERE id = $1 AND channel = $2 AND ended_at IS NULL
        """,
        [.text(id), .text(channel), .integer(after.microseconds), .text(error)])
    }
  }

  private func end(
    _ id: String, _ channel: String, _ state: String, _ error: String?
  ) async throws(StoreError) {
    try await transact { session throws(Failure) in
      try session.query(
        """
        UPDATE outbox SET ended_at = clock_timestamp(), end_state = $3,
          last_error = coalesce($4, last_error)
        WHERE id = $1 AND channel = $2 AND ended_at IS NULL
        """, [.text(id), .text(channel), .text(state), .optionalText(error)])
    }
  }
}
