public import Ports

extension PostgresStore {
  /// Makes an empty database of this name, after dropping one that is there: for demos and tests.
  ///
  /// `database` is a name of lower-case letters, digits and underscores; anything else is refused,
  /// because a database's name can not be a parameter. "postgres" and templates are refused too.
  public static func recreate(database: String, conninfo: String) async throws(StoreError) {
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789_")
    guard !database.isEmpty, database.allSatisfy(allowed.contains),
      !["postgres", "template0", "template1"].contains(database)
    else { throw .refused("'\(database)' is not a name for a database of a demo") }
    let store = PostgresStore(conninfo: conninfo)
    let outcome = await store.pool.withConnection { connection in
      await connection.run { (session: Session) throws(Failure) in
        try session.script("DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
        try session.script("CREATE DATABASE \(database)")
      }
    }
    await store.close()
    if case .failure(let failure) = outcome { throw failure.storeError }
  }
}
