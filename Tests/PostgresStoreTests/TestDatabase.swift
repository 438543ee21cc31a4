import EmbeddedPostgres
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

@testable import PostgresStore

/// A database of its own for each test, on one private server for the whole process.
///
/// The server is a real one and our child: when the test process ends, however it ends, it goes
/// too. Each database is a copy of one that was migrated once.
struct TestDatabase: Sendable {
  let conninfo: String

  private static let count = Atomic<Int>(0)
  static let server = Task {
    removeLeftovers()
    return try await startServer(named: "shared")
  }

  private static let template = Task {
    let conninfo = try await create("template_finops", from: "template0")
    let store = try await PostgresStore.open(conninfo: conninfo)
    await store.close()
    return "template_finops"
  }

  /// A migrated database.
  static func make() async throws -> TestDatabase {
    TestDatabase(conninfo: try await create(nextName(), from: try await template.value))
  }

  /// A database with nothing in it.
  static func makeEmpty() async throws -> TestDatabase {
    TestDatabase(conninfo: try await create(nextName(), from: "template0"))
  }

  func store(
    channels: [String] = ["hook"], limits: StoreLimits = StoreLimits()
  ) async throws -> PostgresStore {
    try await PostgresStore.open(conninfo: conninfo, channels: channels, limits: limits)
  }

  /// A store that has not connected yet.
  func reader(limits: StoreLimits) async throws -> PostgresStore {
    PostgresStore(conninfo: conninfo, limits: limits)
  }

  /// A connection of the test's own, outside the store.
  func session() throws -> Session { try Session(conninfo: conninfo, limits: StoreLimits()) }

  /// The one number a statement gives.
  func number(_ sql: SQL) throws -> Int64 {
    try session().query(sql).integer(0, 0)
  }

  func text(_ sql: SQL) throws -> String? {
    try session().query(sql).optionalText(0, 0)
  }

  func run(_ script: String) throws { try session().script(script) }

  static func startServer(named name: String) async throws -> EmbeddedPostgres {
    let folder = "/tmp/fp-\(getpid())-\(name)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    return try await EmbeddedPostgres.start(
      dataDirectory: folder,
      settings: ["max_connections": "150", "fsync": "off", "shared_buffers": "64MB"])
  }

  private static func nextName() -> String {
    "t\(count.add(1, ordering: .relaxed).newValue)"
  }

  private static func create(_ name: String, from template: String) async throws -> String {
    let server = try await server.value
    let session = try Session(conninfo: server.connectionString, limits: StoreLimits())
    try session.script("CREATE DATABASE \(name) TEMPLATE \(template)")
    return "\(server.connectionString) dbname=\(name)"
  }

  /// Folders of test processes that are no more.
  private static func removeLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
    for name in names where name.hasPrefix("fp-") {
      guard let process = pid_t(name.dropFirst(3).prefix { $0.isNumber }) else { continue }
      guard kill(process, 0) != 0, errno == ESRCH else { continue }
      // Thousands of files: not waited for.
      _ = try? Process.run(URL(filePath: "/bin/rm"), arguments: ["-rf", "/tmp/\(name)"])
    }
  }
}

/// Asks every 20 ms until the answer is yes; false after `limit`.
func eventually(
  within limit: Duration = .seconds(15), _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(20))
  }
  return false
}
