import Foundation

/// Holds a folder for one process of a kind; the kernel lets go when the process ends, however.
final class FolderHold: Sendable {
  private let descriptor: Int32

  /// nil while another process holds it. `name` is the lock's file, as "demo.lock".
  init?(_ folder: String, as name: String) {
    try? FileManager.default.createDirectory(
      at: URL(filePath: folder), withIntermediateDirectories: true)
    descriptor = unsafe open(folder + "/" + name, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  func release() { close(descriptor) }
}
