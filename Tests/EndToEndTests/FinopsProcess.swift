import Foundation
import Synchronization

/// A real `finops` process, its output in a file, stopped at the end whatever happens.
final class FinopsProcess: Sendable {
  let output: URL
  private let process: Mutex<Process>

  /// The binary beside the test bundle.
  static var binary: URL {
    let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appending(path: "finops")
  }

  init(
    _ arguments: [String], environment: [String: String] = [:], program: URL = binary,
    in folder: URL
  ) throws {
    output = folder.appending(path: "finops-\(UUID().uuidString.prefix(8)).log")
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    let child = Process()
    child.executableURL = program
    child.arguments = arguments
    child.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    child.currentDirectoryURL = folder
    child.standardInput = FileHandle.nullDevice
    child.standardOutput = handle
    child.standardError = handle
    try child.run()
    process = Mutex(child)
  }

  deinit { kill(SIGKILL) }

  var identifier: Int32 { process.withLock { $0.processIdentifier } }
  var isRunning: Bool { process.withLock { $0.isRunning } }
  var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
  /// The end of what it said, for a failed test.
  var tail: String { String(text.suffix(3000)) }
  var exitCode: Int32? { process.withLock { $0.isRunning ? nil : $0.terminationStatus } }
  /// Died of a signal, not by its own will.
  var wasKilled: Bool {
    process.withLock { !$0.isRunning && $0.terminationReason == .uncaughtSignal }
  }

  /// The address of the overview page, once it is served.
  var page: String? {
    text.split(separator: "\n").first { $0.hasPrefix("overview: ") }
      .map { String($0.dropFirst("overview: ".count).prefix { $0 != " " }) }
  }

  /// The most memory it ever had, in MiB; nil when it has ended.
  var peakMemory: Int? {
    let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 / 1024 }
  }

  func kill(_ signal: Int32) {
    process.withLock { if $0.isRunning { _ = Foundation.kill($0.processIdentifier, signal) } }
  }

  /// Waits until the process has ended; false when it has not within `limit`.
  func ended(within limit: Duration) async -> Bool {
    await eventually(within: limit) { !self.isRunning }
  }

  /// Waits for a text in the output; false when it does not come, or the process ends without it.
  func says(_ words: String, within limit: Duration) async -> Bool {
    _ = await eventually(within: limit) { !self.isRunning || self.text.contains(words) }
    return text.contains(words)
  }

  /// Runs to the end and gives back the exit code and everything it printed.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: URL,
    within limit: Duration = .seconds(60)
  ) async throws -> (code: Int32?, output: String) {
    let child = try FinopsProcess(arguments, environment: environment, in: folder)
    _ = await child.ended(within: limit)
    return (child.exitCode, child.text)
  }
}

/// Asks every 50 ms, at most for `limit`.
func eventually(within limit: Duration, _ condition: () async throws -> Bool) async -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if (try? await condition()) == true { return true }
    try? await Task.sleep(for: .milliseconds(50))
  }
  return (try? await condition()) == true
}

/// A folder of its own for each test, short enough for a socket path, gone afterwards.
struct Workshop: ~Copyable {
  let folder: URL

  init() throws {
    folder = URL(filePath: "/tmp/fe-\(UUID().uuidString.prefix(6))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // The embedded server may run as another user than we do.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, to name: String) throws -> URL {
    let file = folder.appending(path: name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file
  }
}
