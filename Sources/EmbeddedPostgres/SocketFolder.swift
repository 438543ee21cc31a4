import Glibc

/// Where the server's unix socket lies: a short path, because the kernel takes 107 bytes at most.
enum SocketFolder {
  /// sun_path holds 108 bytes with its closing zero (unix(7)).
  static let longestPath = 107
  static let port = 5432

  static func socket(in folder: String) -> String { "\(folder)/.s.PGSQL.\(port)" }

  static func fits(_ folder: String) -> Bool { socket(in: folder).utf8.count <= longestPath }

  /// The folder `socket` in `home` where that is short enough, else one under the runtime folder
  /// that is always the same for this home.
  static func choose(
    home: String, environment: [String: String], isRoot: Bool
  ) throws(EmbeddedPostgresError) -> String {
    let near = home + "/socket"
    if fits(near) { return near }
    let name = "finops-" + String(digest(home), radix: 36)
    let runtime = isRoot ? "/run" : environment["XDG_RUNTIME_DIR"] ?? "/tmp"
    let far = "\(runtime)/\(name)"
    guard fits(far) else { throw .socketPathTooLong(socket(in: far)) }
    return far
  }

  /// FNV-1a: spreads names, protects nothing.
  private static func digest(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Someone takes connections on the socket in this folder.
  static func answers(_ folder: String) -> Bool {
    let path = socket(in: folder)
    guard fits(folder) else { return false }
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}
