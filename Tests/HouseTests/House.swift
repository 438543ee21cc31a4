import Foundation

/// The sources of this package as these tests read them.
enum House {
  /// The folder Package.swift is in.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A file with its path from the root and its text.
  struct File: Sendable {
    var path: String
    var text: String
    /// The text without comments and without what stands in string literals.
    var code: String

    init(path: String, text: String) {
      self.path = path
      self.text = text
      self.code = path.hasSuffix(".swift") ? stripped(text) : text
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    /// "Planner" of "Sources/Planner/Policies/All.swift".
    var room: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  static let sources = files(under: "Sources", ending: [".swift"])
  static let tests = files(under: "Tests", ending: [".swift"])
  static let manifest = text(of: "Package.swift")

  /// Everything people read or a machine runs, except what a build makes.
  static let everything: [File] =
    sources + tests
    + ["docs", "migrations", "dashboards", ".ci", "Benchmarks", "Tests", "Sources"].flatMap {
      files(
        under: $0,
        ending: [".md", ".sql", ".json", ".py", ".sh", ".txt", ".h", ".modulemap", ".yaml"])
    } + topFiles

  private static var topFiles: [File] {
    names(in: "").filter { name in
      [".md", ".yaml", ".yml", ".sql"].contains { name.hasSuffix($0) }
        || ["Makefile", "Package.swift", "LICENSE"].contains(name)
    }.map { File(path: $0, text: text(of: $0)) }
  }

  static func text(of path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  /// The names in a folder, sorted; empty when there is no such folder.
  static func names(in folder: String) -> [String] {
    let path = root.appending(path: folder).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  static func folders(in folder: String) -> [String] {
    names(in: folder).filter { name in
      var isFolder: ObjCBool = false
      let path = root.appending(path: folder).appending(path: name).path
      return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  static func files(under folder: String, ending: [String]) -> [File] {
    let path = root.appending(path: folder).path
    let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    let kept = all.filter { name in
      ending.contains { name.hasSuffix($0) }
        && !name.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    return kept.sorted().map { File(path: "\(folder)/\($0)", text: text(of: "\(folder)/\($0)")) }
  }
}

/// Places in files, as one text for a test's message.
func listed(_ found: [String]) -> String {
  found.isEmpty ? "" : "found in:\n  " + found.joined(separator: "\n  ")
}
