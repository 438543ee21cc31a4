public import Ports

/// The durable memory in PostgreSQL: lease, ledger, samples, usage, outbox, capabilities.
///
/// Every call is one transaction that may be repeated without a second effect, so a conflict or a
/// lost connection is tried again here a few times, also when the answer to COMMIT was lost. What
/// then still fails is thrown; the caller waits and tries again.
public struct PostgresStore: Sendable {
  let pool: Pool
  let limits: StoreLimits
  /// Where alerts go: each gets a row for each of these.
  let channels: [String]
  let dimensions = Dimensions()

  /// Connects, brings the schema up to date, and returns a store that is ready.
  ///
  /// - Parameters:
  ///   - conninfo: a libpq conninfo string or postgresql:// URI.
  ///   - channels: the names of the notifiers.
  public static func open(
    conninfo: String, channels: [String] = [], limits: StoreLimits = StoreLimits(),
    migrations: Migrations? = nil
  ) async throws(StoreError) -> PostgresStore {
    let store = PostgresStore(conninfo: conninfo, channels: channels, limits: limits)
    try await store.migrate(migrations)
    return store
  }

  /// A store that has not connected yet.
  init(conninfo: String, channels: [String] = [], limits: StoreLimits = StoreLimits()) {
    pool = Pool(conninfo: conninfo, limits: limits)
    self.limits = limits
    self.channels = channels
  }

  /// Closes every connection; a later call opens them anew.
  public func close() async { await pool.close() }

  /// Runs the work in one transaction, again after a conflict or a lost connection.
  func transact<Value: Sendable>(
    _ work: @escaping @Sendable (Session) throws(Failure) -> Value
  ) async throws(StoreError) -> Value {
    var attempt = 0
    while true {
      let outcome = await pool.withConnection { await $0.transact(work) }
      switch outcome {
      case .success(let value): return value
      case .failure(let failure):
        guard failure.isTransient, attempt < limits.retries else { throw failure.storeError }
        attempt += 1
        guard await pause(before: attempt) else { throw failure.storeError }
      }
    }
  }

  /// A random part of a time that doubles from 50 ms; false when cancelled.
  private func pause(before attempt: Int) async -> Bool {
    let longest = 50 << min(attempt - 1, 5)
    let wait = Int.random(in: longest / 2...longest)
    do {
      try await Task.sleep(for: .milliseconds(wait))
      return true
    } catch {
      return false
    }
  }
}
