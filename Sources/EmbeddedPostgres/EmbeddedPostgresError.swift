/// Why there is no embedded server; each text says what to do.
public enum EmbeddedPostgresError: Error, Sendable, Hashable, CustomStringConvertible {
  case missingBinaries(searched: [String])
  /// We are root, PostgreSQL refuses to run as root, and there is nobody to run it as.
  case noServerUser
  /// The user id we run as has no name, which peer authentication needs.
  case namelessUser(UInt32)
  /// The server's user may not enter or write the folder.
  case unreachable(path: String, user: String)
  case socketPathTooLong(String)
  case wrongVersion(cluster: String, binaries: String)
  /// A tool or the server ended; the end of what it said.
  case failed(String, log: String)
  case system(String)

  public var description: String {
    switch self {
    case .missingBinaries(let searched):
      "PostgreSQL was not found (looked in \(searched.joined(separator: ", "))): "
        + "apt install postgresql (or set database.url)"
    case .noServerUser:
      "PostgreSQL does not run as root and there is no user finops or postgres: "
        + "useradd --system --no-create-home finops (or set database.url)"
    case .namelessUser(let id):
      "user id \(id) has no name in the password database, which PostgreSQL needs: "
        + "run as a named user (or set database.url)"
    case .unreachable(let path, let user):
      "user \(user) can not write \(path): choose a data directory it can enter, "
        + "such as /var/lib/finops (or set database.url)"
    case .socketPathTooLong(let path):
      "the socket path \(path) is longer than 107 bytes: choose a shorter data directory"
    case .wrongVersion(let cluster, let binaries):
      "the data directory was made by PostgreSQL \(cluster), installed is \(binaries): "
        + "apt install postgresql-\(cluster), or set FINOPS_PG_BIN"
    case .failed(let tool, let log): "\(tool) ended: \(log)"
    case .system(let text): text
    }
  }
}
