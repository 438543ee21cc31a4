public import FleetModel
import Foundation
public import Simulator

/// Reads a recorded fleet from a file: rows of t_s,pod,gpu_duty_pct,gpu_mem_used_mib, the file
/// decompressed by `gzip -dc` when its name ends in ".gz".
public enum Replay {
  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(String)
    /// Names the row, counted from 1.
    case recording(RecordingError)

    public var description: String {
      switch self {
      case .unreadable(let why): why
      case .recording(let error): error.description
      }
    }
  }

  /// - Parameters:
  ///   - start: the moment of the recording's second 0.
  ///   - acceleratorsPerNode: how many of the recording's pods, one GPU each, make a node.
  public static func read(
    file: String, start: Timestamp, acceleratorsPerNode: Int = 8
  ) throws(Failure) -> RecordedActivity {
    switch RecordedActivity.parse(csv: try content(of: file)) {
    case .failure(let error): throw .recording(error)
    case .success(let rows):
      return RecordedActivity(rows, start: start, acceleratorsPerNode: acceleratorsPerNode)
    }
  }

  private static func content(of file: String) throws(Failure) -> [UInt8] {
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw .unreadable("\(file) can not be read, or is not there")
    }
    guard file.hasSuffix(".gz") else {
      guard let content = FileManager.default.contents(atPath: file) else {
        throw .unreadable("\(file) can not be read")
      }
      return Array(content)
    }
    return try gunzip(file)
  }

  private static func gunzip(_ file: String) throws(Failure) -> [UInt8] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", "--", file]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let content: Data
    do {
      try process.run()
      content = try output.fileHandleForReading.readToEnd() ?? Data()
    } catch {
      throw .unreadable("gzip can not be run: \(error)")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw .unreadable("\(file) is not a whole gzip file")
    }
    return Array(content)
  }
}
