public import Foundation

/// A private PostgreSQL for people who did not bring one.
///
/// The cluster is ours alone: a unix socket, peer authentication, no network. The server is our
/// child and goes down cleanly with us, also when we are killed. While we live it is started again
/// whenever it dies. A server that already answers in the same data directory is adopted: used,
/// watched, taken over when it ends, and not stopped by us while it is another's.
public struct EmbeddedPostgres: Sendable {
  /// What libpq needs to connect, as a conninfo string.
  public let connectionString: String
  /// The folder of the server's programs (pg_dump and the like).
  public let binaries: String
  /// What the server says.
  public let logPath: String
  private let supervisor: Supervisor

  /// Brings a server up in `dataDirectory` and returns when it takes connections.
  ///
  /// A new cluster takes a few seconds, one that exists less than half of one. Everything is kept
  /// in the folder `postgres` there. When we are root the server runs as user `finops`, else
  /// `postgres`, and that user must be able to enter the directory.
  ///
  /// - Parameter settings: lines for postgresql.conf, values quoted as they are written there.
  public static func start(
    dataDirectory: String,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    settings: [String: String] = [:]
  ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
    let cluster = try Cluster(
      dataDirectory: dataDirectory, environment: environment, settings: settings)
    let supervisor = Supervisor(cluster)
    try await supervisor.start()
    return EmbeddedPostgres(
      connectionString: cluster.connectionString, binaries: cluster.binaries.folder,
      logPath: cluster.log.path, supervisor: supervisor)
  }

  /// The server's process id; nil while it is down or was adopted.
  public var processID: Int32? { supervisor.child }

  /// Shuts the server down and returns when it has ended; harmless when repeated.
  public func stop() async { await supervisor.stop() }
}
