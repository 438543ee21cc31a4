import Foundation

/// A file that a program writes to.
struct Log: Sendable {
  var path: String

  var size: UInt64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
  }

  /// What was written after `offset`, at most the last 4 KiB of it.
  func tail(from offset: UInt64) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: max(offset, end > 4096 ? end - 4096 : 0))
    let bytes = (try? file.readToEnd()) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Starts the file anew when it has grown past `limit` bytes; one old file is kept.
  func rotate(past limit: UInt64) {
    guard size > limit else { return }
    try? FileManager.default.removeItem(atPath: path + ".1")
    try? FileManager.default.moveItem(atPath: path, toPath: path + ".1")
  }
}
