import ArgumentParser
import EmbeddedPostgres
import Ports
import Settings

/// Opens the database for a command, and says in one line what to do where that fails.
enum Doors {
  static func open(_ settings: Settings, named: String? = nil) async throws -> Database {
    do { return try await Database.open(settings, named: named) } catch let error
      as EmbeddedPostgresError
    {
      tell("finops: the private PostgreSQL did not start: \(error)")
    } catch let error as StoreError {
      tell("finops: the database \(error)")
    } catch let error as SecretError {
      tell("finops: database.url: \(error)")
    }
    throw Exit.unreachable
  }
}
