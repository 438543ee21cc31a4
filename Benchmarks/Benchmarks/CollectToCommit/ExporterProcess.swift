import FleetModel
import Foundation

/// The exporters, in their own process; it ends with us, because its standard input does.
struct ExporterProcess: Sendable {
  private let process: Process
  private let input: Pipe
  let targets: [Target]

  init(nodes: Int) throws {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    process = Process()
    process.executableURL = URL(filePath: own).deletingLastPathComponent()
      .appending(path: "ExporterFleet")
    process.arguments = ["\(nodes)"]
    input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var text = ""
    while text.utf8.count(where: { $0 == 0x0a }) < nodes {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw StageError.exportersEnded }
      text += String(decoding: more, as: UTF8.self)
    }
    targets = text.split(separator: "\n").map { Target("127.0.0.1:\($0)") }
  }

  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

enum StageError: Error { case exportersEnded, noServerProcess, scrapesFailed(Int), nothingStored }
