import Glibc

/// Held while a server is brought up, so that two starters make one cluster and one server.
struct FolderLock {
  private let descriptor: Int32

  /// Waits until nobody else holds it; the kernel frees it when its holder dies.
  init(_ path: String) throws(EmbeddedPostgresError) {
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("\(path) can not be opened") }
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
  }

  func release() { close(descriptor) }
}
