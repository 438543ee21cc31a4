import Foundation

/// Who this controller is for the lease: the same after a restart, so that its own live lease is
/// taken back at once (DECISIONS 24).
enum Identity {
  static func kept(in folder: String) throws -> String {
    let file = URL(filePath: folder).appending(path: "identity")
    if let text = try? String(contentsOf: file, encoding: .utf8), !text.isEmpty {
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    try FileManager.default.createDirectory(
      at: URL(filePath: folder), withIntermediateDirectories: true)
    let name = "\(ProcessInfo.processInfo.hostName)-\(UUID().uuidString.prefix(8))"
    try name.write(to: file, atomically: true, encoding: .utf8)
    return name
  }
}
