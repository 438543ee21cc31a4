import Foundation
import Glibc

/// The files of the private cluster: made once, configured at every start.
struct Cluster: Sendable {
  /// Holds everything of the server's; owned by its user.
  var home: String
  var socketFolder: String
  var user: ServerUser
  var binaries: Binaries
  /// Lines for postgresql.conf beyond ours.
  var settings: [String: String]

  var data: String { home + "/data" }
  var log: Log { Log(path: home + "/server.log") }
  private var setUpLog: String { home + "/setup.log" }

  init(
    dataDirectory: String, environment: [String: String], settings: [String: String]
  ) throws(EmbeddedPostgresError) {
    let absolute = URL(filePath: dataDirectory).standardizedFileURL.path
    home = absolute + "/postgres"
    self.settings = settings
    user = try ServerUser.current()
    socketFolder = try SocketFolder.choose(
      home: home, environment: environment, isRoot: geteuid() == 0)
    let version = try? String(contentsOfFile: home + "/data/PG_VERSION", encoding: .utf8)
    binaries = try Binaries.find(
      environment: environment,
      clusterVersion: version?.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// libpq's words for connecting.
  var connectionString: String {
    "host='\(socketFolder)' port=\(SocketFolder.port) user=finops dbname=finops"
  }

  /// The server's command line, as our own child.
  var serverCommand: [String] {
    user.prefix(dyingWithUs: true) + ["\(binaries.folder)/postgres", "-D", data]
  }

  /// Folders, the cluster itself if there is none, and its configuration.
  func prepare() throws(EmbeddedPostgresError) {
    try makeFolder(home)
    try makeFolder(socketFolder)
    guard canWrite(home) else { throw .unreachable(path: home, user: user.name) }
    log.rotate(past: 16 << 20)
    if !FileManager.default.fileExists(atPath: data + "/PG_VERSION") { try create() }
    try write(configuration, to: "\(data)/postgresql.conf")
    try write("local all all peer map=finops\n", to: "\(data)/pg_hba.conf")
    let names = Set([user.owner, user.name]).sorted()
    try write(
      names.map { "finops \($0) finops\n" }.joined(), to: "\(data)/pg_ident.conf")
  }

  /// initdb into a folder beside, our database, then the rename that makes it real: a crash on the
  /// way leaves nothing half made. Not synced: what it wrote can be made again.
  private func create() throws(EmbeddedPostgresError) {
    let fresh = home + "/data.new"
    try? FileManager.default.removeItem(atPath: fresh)
    try? FileManager.default.removeItem(atPath: setUpLog)
    let prefix = user.prefix(dyingWithUs: true)
    try Spawn.run(
      "initdb",
      prefix + [
        "\(binaries.folder)/initdb", "-D", fresh, "-U", "finops", "--auth=peer",
        "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync",
      ], output: setUpLog)
    let statement = home + "/create.sql"
    try write("CREATE DATABASE finops;\n", to: statement)
    try Spawn.run(
      "postgres --single",
      prefix + [
        "\(binaries.folder)/postgres", "--single", "-D", fresh,
        "-c", "fsync=off", "template1",
      ],
      input: statement, output: setUpLog)
    guard unsafe rename(fresh, data) == 0 else { throw .system("\(data) can not be put in place") }
  }

  private var configuration: String {
    let ours = [
      "listen_addresses": "''", "unix_socket_directories": "'\(socketFolder)'",
      "unix_socket_permissions": "0700", "port": "\(SocketFolder.port)",
      "max_connections": "40", "shared_buffers": "128MB", "wal_level": "minimal",
      "max_wal_senders": "0", "jit": "off", "logging_collector": "off",
      "log_timezone": "'UTC'", "timezone": "'UTC'",
    ]
    let all = ours.merging(settings) { _, theirs in theirs }.sorted { $0.key < $1.key }
    return "# Written at every start; lines of your own go into local.conf beside this file.\n"
      + all.map { "\($0.key) = \($0.value)\n" }.joined()
      + "include_if_exists = 'local.conf'\n"
  }

  private func makeFolder(_ path: String) throws(EmbeddedPostgresError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .system("\(path) can not be made: \(error.localizedDescription)")
    }
    guard unsafe chown(path, user.id, user.group) == 0, unsafe chmod(path, 0o700) == 0 else {
      throw .system("\(path) can not be given to \(user.name)")
    }
  }

  private func write(_ text: String, to path: String) throws(EmbeddedPostgresError) {
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)),
      unsafe chown(path, user.id, user.group) == 0, unsafe chmod(path, 0o600) == 0
    else { throw .system("\(path) can not be written") }
  }

  /// Asked of the server's user: a folder above may be closed to it.
  private func canWrite(_ path: String) -> Bool {
    let command = user.prefix(dyingWithUs: false) + ["/usr/bin/test", "-w", path]
    guard let child = try? Spawn.start(command, output: "/dev/null") else { return false }
    return Spawn.wait(for: child) == 0
  }

  /// What postmaster.pid says: the server's process, and whether it takes connections.
  func postmaster() -> (process: pid_t, isReady: Bool)? {
    guard let text = try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8) else {
      return nil
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, let process = pid_t(first) else { return nil }
    // The eighth line is the status that pg_ctl reads too (miscadmin.h, LOCK_FILE_LINE_PM_STATUS).
    let status = lines.count >= 8 ? lines[7].trimmingCharacters(in: .whitespaces) : ""
    return (process, status == "ready")
  }

  /// A live server of someone else's whose socket answers.
  func runningServer() -> pid_t? {
    guard let (process, isReady) = postmaster(), isReady, Self.isAlive(process),
      SocketFolder.answers(socketFolder)
    else { return nil }
    return process
  }

  static func isAlive(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno == EPERM }
}
