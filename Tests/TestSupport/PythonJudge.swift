import Foundation

/// Runs a Python script as a judge written by others would: a child process with a time limit.
/// Tests that need a Python package are skipped where it is not installed.
public enum PythonJudge {
  /// The interpreter: FINOPS_TEST_PYTHON (the environment `make test` makes), else python3.
  public static var python: String {
    ProcessInfo.processInfo.environment["FINOPS_TEST_PYTHON"] ?? "python3"
  }

  /// Whether it can import all of these.
  public static func has(_ modules: String...) -> Bool {
    let source = modules.map { "import \($0)" }.joined(separator: "\n")
    return (try? run([python, "-c", source], limit: 60))?.status == 0
  }

  public struct Outcome: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
  }

  /// Runs a command to its end, or ends it after `limit` seconds; holds its thread until then.
  public static func run(
    _ command: [String], input: String = "", limit: Double
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: a full pipe would hold the child.
    for name in ["in", "out", "err"] {
      try Data(name == "in" ? Array(input.utf8) : []).write(to: folder.appending(path: name))
    }
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
    try process.run()
    let deadline = Date(timeIntervalSinceNow: limit)
    while process.isRunning, Date() < deadline { usleep(20_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
    return Outcome(
      status: process.terminationStatus, output: try text("out"), errors: try text("err"))
  }
}
