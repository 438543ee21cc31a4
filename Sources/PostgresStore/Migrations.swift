public import Foundation
public import Ports

/// The numbered SQL files that make the schema, oldest first.
public struct Migrations: Sendable, Hashable {
  var steps: [Step]

  struct Step: Sendable, Hashable {
    var version: Int64
    var name: String
    var text: String
  }

  /// Reads `NNNN_name.sql` from a folder; numbers count from 1 without a gap.
  public init(folder: String) throws(StoreError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    steps = []
    for name in names.sorted() where name != "schema.sql" && name.hasSuffix(".sql") {
      guard let version = Int64(name.prefix(4)), name.dropFirst(4).first == "_",
        let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      else { throw .refused("migrations: \(folder)/\(name) is not NNNN_name.sql, or unreadable") }
      steps.append(Step(version: version, name: String(name.dropLast(4)), text: text))
    }
    guard !steps.isEmpty, steps.enumerated().allSatisfy({ $1.version == $0 + 1 }) else {
      throw .refused("migrations: \(folder) has none, or a number is missing or there twice")
    }
  }

  /// The folder that belongs to this program: FINOPS_MIGRATIONS, else `../share/finops/migrations`
  /// beside the executable, else the source tree it was built from.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(StoreError) -> Migrations {
    if let named = environment["FINOPS_MIGRATIONS"], !named.isEmpty {
      return try Migrations(folder: named)
    }
    let executable = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    let running =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? executable.path
    let installed = URL(filePath: running).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "share/finops/migrations")
    let built = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "migrations")
    let folders = [installed.path, built.path]
    guard let folder = folders.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw .refused(
        "migrations not found in \(folders.joined(separator: ", ")): set FINOPS_MIGRATIONS")
    }
    return try Migrations(folder: folder)
  }
}

extension PostgresStore {
  /// Applies what is missing, each step in one transaction; safe with many starters at once.
  ///
  /// The lock is a transaction's, so that it holds behind a pooler and is gone with its holder. A
  /// starter that waits too long for it tries again for a minute.
  func migrate(_ given: Migrations?) async throws(StoreError) {
    let migrations: Migrations
    if let given { migrations = given } else { migrations = try Migrations.standard() }
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do throws(StoreError) {
        var isMissing = true
        while isMissing { isMissing = try await applyNext(migrations) }
        return
      } catch {
        guard case .unavailable(let text) = error, text.contains("55P03"),
          ContinuousClock.now < deadline
        else { throw error }
      }
    }
  }

  /// Applies the first step that is missing; false when nothing is.
  private func applyNext(_ migrations: Migrations) async throws(StoreError) -> Bool {
    try await transact { session throws(Failure) in
      try session.query("SELECT pg_advisory_xact_lock(hashtext('finops.migrations'))")
      try session.query(
        """
        CREATE TABLE IF NOT EXISTS schema_migration (
          version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
          applied_at timestamptz NOT NULL)
        """)
      let applied = try migrations.check(session)
      guard applied < migrations.steps.count else { return false }
      let step = migrations.steps[applied]
      try session.script(step.text)
      guard session.isInTransaction else {
        throw .malformed("migration \(step.name) ends its own transaction")
      }
      try session.query(
        """
        INSERT INTO schema_migration (version, name, checksum, applied_at)
        VALUES ($1, $2, encode(sha256($3), 'hex'), clock_timestamp())
        """, [.integer(step.version), .text(step.name), .bytes(Array(step.text.utf8))])
      return true
    }
  }
}

extension Migrations {
  /// How many steps are applied; throws when one was changed since, or one is not known here.
  fileprivate func check(_ session: Session) throws(Failure) -> Int {
    let rows = try session.query(
      "SELECT version, name, checksum FROM schema_migration ORDER BY version")
    for row in 0..<rows.rowCount {
      let version = try rows.integer(row, 0)
      guard row < steps.count, steps[row].version == version else {
        let name = try rows.text(row, 1)
        throw .malformed(
          "the database is newer than this program: it has migration \(version) (\(name)); "
            + "run the newer finops")
      }
      let sum = try session.query(
        "SELECT encode(sha256($1), 'hex')", [.bytes(Array(steps[row].text.utf8))])
      guard try sum.text(0, 0) == rows.text(row, 2) else {
        throw .malformed(
          "migration \(steps[row].name) was changed after it was applied; "
            + "put the file back and write a new one")
      }
    }
    return rows.rowCount
  }
}
