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

/// Holds a folder for one demo at a time; the kernel lets go when the process ends, however.
final class DemoLock: Sendable {
  private let descriptor: Int32

  /// nil while another process holds it.
  init?(_ folder: String) {
    try? FileManager.default.createDirectory(
      at: URL(filePath: folder), withIntermediateDirectories: true)
    descriptor = unsafe open(folder + "/demo.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  func release() { close(descriptor) }
}
