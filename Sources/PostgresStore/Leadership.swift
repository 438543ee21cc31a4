import FleetModel
public import Ports

extension PostgresStore: Leadership {
  /// One row, on the database's clock. Free for its own holder at once and for others once it has
  /// expired, then with the next epoch; a renewal of the current epoch keeps it.
  public func acquire(
    holder: String, term: Duration, renewing: Lease?
  ) async throws(StoreError) -> Lease? {
    let epoch = renewing.map(\.epoch)
    let parameters: [Parameter] = [
      .text(holder), .integer(term.microseconds), .optionalInteger(epoch),
    ]
    return try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        INSERT INTO controller_lease AS lease (name, holder, epoch, expires_at)
        VALUES ('controller', $1, 1, clock_timestamp() + $2 * interval '1 microsecond')
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,
          expires_at = clock_timestamp() + $2 * interval '1 microsecond',
          epoch = lease.epoch
            + CASE WHEN lease.holder = $1 AND lease.epoch = $3 THEN 0 ELSE 1 END
        WHERE lease.expires_at <= clock_timestamp()
          OR (lease.holder = $1 AND ($3 IS NULL OR lease.epoch = $3))
        RETURNING epoch
        """, parameters)
      guard rows.rowCount == 1 else { return nil }
      return Lease(holder: holder, epoch: try rows.integer(0, 0))
    }
  }

  /// Lets others take over at once; a lease that has passed on is left alone.
  public func release(_ lease: Lease) async throws(StoreError) {
    try await transact { session throws(Failure) in
      try session.query(
        """
        UPDATE controller_lease SET expires_at = clock_timestamp()
        WHERE name = 'controller' AND holder = $1 AND epoch = $2
        """, [.text(lease.holder), .integer(lease.epoch)])
    }
  }
}

extension Session {
  /// Holds the lease's row until the end of the transaction, so that nobody takes it meanwhile
  /// and one writer follows another; throws when it is no longer ours.
  func fence(_ lease: Lease) throws(Failure) {
    let rows = try query(
      """
      SELECT 1 FROM controller_lease
      WHERE name = 'controller' AND holder = $1 AND epoch = $2 FOR UPDATE
      """, [.text(lease.holder), .integer(lease.epoch)])
    guard rows.rowCount == 1 else { throw .fenced }
  }
}
