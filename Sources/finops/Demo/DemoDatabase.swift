import EmbeddedPostgres
import Foundation
import Ports
import PostgresStore

/// The demo's records: made anew with every demo, in a private PostgreSQL of its own.
enum DemoDatabase {
  static let channel = "demo"

  static func fresh(in folder: String) async throws -> Database {
    do {
      let server = try await EmbeddedPostgres.start(dataDirectory: folder)
      try await PostgresStore.recreate(
        database: DemoSettings.database, conninfo: server.connectionString)
      let store = try await PostgresStore.open(
        conninfo: server.connectionString + " dbname=\(DemoSettings.database)",
        channels: [channel])
      return Database(store: store, server: server)
    } catch let error as EmbeddedPostgresError {
      tell("finops: the private PostgreSQL did not start: \(error)")
    } catch let error as StoreError {
      tell("finops: the database \(error)")
    }
    throw Exit.unreachable
  }
}
