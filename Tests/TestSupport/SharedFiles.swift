public import Foundation

/// Where development data lies that is not part of the repository: the one place that knows.
///
/// The folder named by FINOPS_SHARED, else `../shared` beside the package. A user's clone has
/// neither; tests that need such a file are then skipped with a message.
public enum SharedFiles {
  /// The file at `path` below the folder; nil when it is not there.
  public static func url(_ path: String) -> URL? {
    let url = root.appending(path: path)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  public static func exists(_ path: String) -> Bool { url(path) != nil }

  private static var root: URL {
    if let folder = ProcessInfo.processInfo.environment["FINOPS_SHARED"] {
      return URL(filePath: folder)
    }
    return packageRoot.deletingLastPathComponent().appending(path: "shared")
  }

  /// The folder Package.swift is in.
  public static var packageRoot: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }
}
