import EmbeddedPostgres
import Foundation
import PostgresStore

/// An empty database with our schema, made once and copied for every scene: making one takes
/// seconds, copying it a tenth of one.
actor DatabaseTemplate {
  static let shared = DatabaseTemplate()
  private var making: Task<URL, any Error>?

  /// A data directory at `folder`, as a controller that was stopped would have left it.
  func copy(to folder: URL) async throws {
    let template = try await made()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    // Not FileManager: the files belong to the server's user, and must go on doing so.
    let copy = Process()
    copy.executableURL = URL(filePath: "/bin/cp")
    copy.arguments = ["-a", template.appending(path: "postgres").path, folder.path]
    try copy.run()
    copy.waitUntilExit()
    guard copy.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  private func made() async throws -> URL {
    if let making { return try await making.value }
    let task = Task { try await Self.make() }
    making = task
    return try await task.value
  }

  private static let folder = URL(filePath: "/tmp/fe-\(getpid())-template")

  private static func make() async throws -> URL {
    atexit { try? FileManager.default.removeItem(at: DatabaseTemplate.folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    let server = try await EmbeddedPostgres.start(dataDirectory: folder.path)
    do {
      let store = try await PostgresStore.open(conninfo: server.connectionString)
      await store.close()
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
    return folder
  }
}
