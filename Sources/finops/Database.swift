import EmbeddedPostgres
import Foundation
import Ports
import PostgresStore
import Settings

/// The database the settings name, open; with the private server behind it where that is ours.
struct Database: Sendable {
  let store: PostgresStore
  let server: EmbeddedPostgres?

  /// Opens, starting the private PostgreSQL when that is what the settings say.
  ///
  /// A server that already runs in the directory (a controller's) is used, not started again.
  ///
  /// - Parameter named: The database in the private server; its default when nil.
  static func open(_ settings: Settings, named: String? = nil) async throws -> Database {
    let channels = settings.channels.map(\.name)
    switch settings.database {
    case .url(let reference):
      let conninfo = try reference.resolve()
      return Database(
        store: try await PostgresStore.open(conninfo: conninfo, channels: channels), server: nil)
    case .embedded(let directory):
      let server = try await EmbeddedPostgres.start(dataDirectory: directory)
      do {
        let store = try await PostgresStore.open(
          conninfo: server.connectionString + (named.map { " dbname=\($0)" } ?? ""),
          channels: channels)
        return Database(store: store, server: server)
      } catch {
        await server.stop()
        throw error
      }
    }
  }

  func close() async {
    await store.close()
    await server?.stop()
  }
}
