import EmbeddedPostgres
import Foundation
import Ports
import Testing
import TestSupport

@testable import PostgresStore

struct MigrationTests {
  private let folder = SharedFiles.packageRoot.appending(path: "migrations")

  /// A copy of the migrations to change.
  private func copy() throws -> URL {
    let copy = FileManager.default.temporaryDirectory.appending(path: "m-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: folder, to: copy)
    return copy
  }

  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  @Test func `ten starters at once apply every step once`() async throws {
    let database = try await TestDatabase.makeEmpty()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { await (try database.store()).close() } }
      try await group.waitForAll()
    }
    let steps = try Migrations(folder: folder.path).steps
    #expect(try database.number("SELECT count(*) FROM schema_migration") == Int64(steps.count))
    let sum = try database.text("SELECT checksum FROM schema_migration WHERE version = 1")
    #expect(sum?.count == 64)
  }

  @Test func `a file changed after it was applied is refused by name`() async throws {
    let database = try await TestDatabase.make()
    let changed = try copy()
    defer { try? FileManager.default.removeItem(at: changed) }
    let file = changed.appending(path: "0002_ledger.sql")
    try (String(contentsOf: file, encoding: .utf8) + "\n-- more").write(
      to: file, atomically: true, encoding: .utf8)
    let migrations = try Migrations(folder: changed.path)
    let error = await #expect(throws: StoreError.self) {
      try await PostgresStore.open(conninfo: database.conninfo, migrations: migrations)
    }
    guard case .refused(let text) = error else { throw error ?? .fenced }
    #expect(text.contains("0002_ledger"))
  }

  @Test func `a database that is newer than the program is refused`() async throws {
    let database = try await TestDatabase.make()
    let newer = try copy()
    defer { try? FileManager.default.removeItem(at: newer) }
    let count = try Migrations(folder: folder.path).steps.count
    try write("CREATE TABLE later (x int);", "000\(count + 1)_later.sql", in: newer)
    let store = try await PostgresStore.open(
      conninfo: database.conninfo, migrations: try Migrations(folder: newer.path))
    await store.close()
    #expect(try database.number("SELECT count(*) FROM later") == 0)
    let error = await #expect(throws: StoreError.self) { try await database.store() }
    guard case .refused(let text) = error else { throw error ?? .fenced }
    #expect(text.contains("newer"))
  }

  @Test func `a step that fails leaves nothing of itself, and the next start goes on`() async throws
  {
    let database = try await TestDatabase.make()
    let broken = try copy()
    defer { try? FileManager.default.removeItem(at: broken) }
    let name = "000\(try Migrations(folder: folder.path).steps.count + 1)_broken.sql"
    for text in ["CREATE TABLE half (x int); SELECT nothing();", "COMMIT;"] {
      try write(text, name, in: broken)
      let migrations = try Migrations(folder: broken.path)
      await #expect(throws: StoreError.self) {
        try await PostgresStore.open(conninfo: database.conninfo, migrations: migrations)
      }
    }
    #expect(try database.number("SELECT count(*) FROM pg_class WHERE relname = 'half'") == 0)
    try write("CREATE TABLE half (x int);", name, in: broken)
    let store = try await PostgresStore.open(
      conninfo: database.conninfo, migrations: try Migrations(folder: broken.path))
    await store.close()
    #expect(try database.number("SELECT count(*) FROM half") == 0)
  }

  @Test(arguments: [
    ["0002_b.sql"], ["0001_a.sql", "0003_c.sql"], ["0001_a.sql", "0001_b.sql"], [],
  ])
  func `numbers count from one without a gap`(names: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "g-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in names { try write("SELECT 1;", name, in: folder) }
    #expect(throws: StoreError.self) { try Migrations(folder: folder.path) }
  }

  @Test func `schema.sql is what all migrations together make`() async throws {
    let database = try await TestDatabase.make()
    let dumped = try await Schema.dump(database)
    let file = folder.appending(path: "schema.sql")
    if ProcessInfo.processInfo.environment["FINOPS_WRITE_SCHEMA"] == "1" {
      try dumped.write(to: file, atomically: true, encoding: .utf8)
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    #expect(dumped == stored, "FINOPS_WRITE_SCHEMA=1 swift test --filter MigrationTests writes it")
  }

  @Test func `the dashboards' role reads the views and nothing else`() async throws {
    let database = try await TestDatabase.make()
    let session = try database.session()
    try session.script("SET ROLE finops_reader")
    try session.query("SELECT count(*) FROM report_node_hour")
    #expect(throws: Failure.self) { try session.query("SELECT count(*) FROM node_hour") }
    #expect(throws: Failure.self) { try session.query("DELETE FROM report_node_hour") }
  }
}

enum Schema {
  /// pg_dump's words without what changes with its version: comments, the names of the versions,
  /// settings that only newer servers know.
  static func dump(_ database: TestDatabase) async throws -> String {
    let tool = try await TestDatabase.server.value.binaries + "/pg_dump"
    var arguments = ["--schema-only", "--no-owner", "--no-privileges", "-d", database.conninfo]
    if try run(tool, ["--help"]).contains("--restrict-key") {
      arguments.append("--restrict-key=finops")
    }
    let volatile = ["--", "SET transaction_timeout", "\\restrict", "\\unrestrict"]
    var lines: [Substring] = []
    for line in try run(tool, arguments).split(separator: "\n", omittingEmptySubsequences: false) {
      if volatile.contains(where: { line.hasPrefix($0) }) { continue }
      if line.isEmpty && lines.last?.isEmpty != false { continue }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  private static func run(_ tool: String, _ arguments: [String]) throws -> String {
    let pipe = Pipe()
    let process = Process()
    process.executableURL = URL(filePath: tool)
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure.malformed("pg_dump failed") }
    return String(decoding: output, as: UTF8.self)
  }
}
