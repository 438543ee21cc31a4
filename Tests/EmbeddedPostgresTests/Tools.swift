import EmbeddedPostgres
import Foundation

/// Folders and programs for these tests.
enum Tools {
  /// A new folder with a short path that the server's user may enter.
  static func folder(_ name: String) throws -> String {
    let path = "/tmp/fe-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o755])
    return path
  }

  static func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs a program; its status and everything it said.
  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, text: String)
  {
    let pipe = Pipe()
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// The answer of one SQL statement, as psql prints it; nil when it fails.
  static func ask(_ server: EmbeddedPostgres, _ sql: String) throws -> String? {
    let answer = try run(
      "\(server.binaries)/psql", ["-X", "-At", "-d", server.connectionString, "-c", sql])
    guard answer.status == 0 else { return nil }
    return answer.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Asks every 20 ms until the answer is yes; false after `limit`.
  static func eventually(
    within limit: Duration = .seconds(10), _ condition: () throws -> Bool
  ) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if try condition() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}
