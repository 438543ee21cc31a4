import Foundation

/// Where PostgreSQL's programs are, and of which major version.
struct Binaries: Sendable, Hashable {
  var folder: String
  /// The major version, "15"; empty when the folder's name does not say.
  var major: String

  /// Folders to look in, best first: what the user named, what pg_config says, Debian's folders
  /// from the highest version down, then hand-built ones.
  static func candidates(environment: [String: String], root: String = "") -> [String] {
    var folders: [String] = []
    if let named = environment["FINOPS_PG_BIN"], !named.isEmpty { return [named] }
    if let folder = folderOfPgConfig(environment) { folders.append(folder) }
    let debian = root + "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
    let newestFirst = versions.compactMap(Int.init).sorted(by: >)
    folders += newestFirst.map { "\(debian)/\($0)/bin" }
    folders += [root + "/usr/local/pgsql/bin", root + "/usr/local/bin"]
    return folders
  }

  /// The first folder that has a server; for a cluster that exists, one of its own version.
  static func find(
    environment: [String: String], clusterVersion: String?, root: String = ""
  ) throws(EmbeddedPostgresError) -> Binaries {
    let searched = candidates(environment: environment, root: root)
    let found = searched.filter(hasServer).map { Binaries(folder: $0, major: major(of: $0)) }
    guard let first = found.first else { throw .missingBinaries(searched: searched) }
    guard let clusterVersion else { return first }
    if let same = found.first(where: { $0.major == clusterVersion }) { return same }
    guard first.major.isEmpty else {
      throw .wrongVersion(cluster: clusterVersion, binaries: first.major)
    }
    return first
  }

  private static func hasServer(_ folder: String) -> Bool {
    ["postgres", "initdb"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
    }
  }

  /// ".../postgresql/15/bin" says 15.
  static func major(of folder: String) -> String {
    let parts = folder.split(separator: "/")
    guard parts.count >= 2, Int(parts[parts.count - 2]) != nil else { return "" }
    return String(parts[parts.count - 2])
  }

  /// What `pg_config --bindir` prints, for the pg_config on the PATH; nil where there is none.
  private static func folderOfPgConfig(_ environment: [String: String]) -> String? {
    let path = environment["PATH"] ?? "/usr/bin:/bin"
    let tool = path.split(separator: ":").map { "\($0)/pg_config" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let tool else { return nil }
    guard let output = try? Spawn.capture([tool, "--bindir"]) else { return nil }
    return output.split(separator: "\n").first.map(String.init)
  }
}
