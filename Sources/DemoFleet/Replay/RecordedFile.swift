import Foundation

/// A recording on disk, plain or compressed.
public enum RecordedFile {
  /// Names the file and what is wrong with it.
  public struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
  }

  /// The file's bytes, decompressed by `gzip -dc` when it is a gzip file or is named ".gz".
  public static func content(of file: String) throws(Unreadable) -> [UInt8] {
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw Unreadable(description: "\(file) can not be read, or is not there")
    }
    guard let content = FileManager.default.contents(atPath: file) else {
      throw Unreadable(description: "\(file) can not be read")
    }
    guard file.hasSuffix(".gz") || content.starts(with: [0x1F, 0x8B]) else {
      return Array(content)
    }
    return try gunzip(file)
  }

  private static func gunzip(_ file: String) throws(Unreadable) -> [UInt8] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let content: Data
    do {
      // From standard input: gzip refuses files that are not named .gz.
      process.standardInput = try FileHandle(forReadingFrom: URL(filePath: file))
      try process.run()
      content = try output.fileHandleForReading.readToEnd() ?? Data()
    } catch {
      throw Unreadable(description: "gzip can not be run: \(error)")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Unreadable(description: "\(file) is not a whole gzip file")
    }
    return Array(content)
  }
}
