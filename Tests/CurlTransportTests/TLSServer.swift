import Foundation
import Glibc

/// openssl's own test server with a certificate made for the occasion.
final class TLSServer {
  let port: Int
  let certificate: URL
  private let process = Process()

  /// - Parameters:
  ///   - subject: the name in the certificate.
  ///   - more: options of s_server besides; to ask for a client's certificate, ours is trusted.
  init(in folder: URL, subject: String = "IP:127.0.0.1", more: [String] = []) throws {
    certificate = folder.appending(path: "certificate.pem")
    let key = folder.appending(path: "key.pem").path
    try Self.run([
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
      "-addext", "subjectAltName=\(subject)", "-keyout", key, "-out", certificate.path,
    ])
    // s_server cannot tell the port it was given; this one was free a moment ago.
    let free = try LoopbackServer { _ in [.close] }
    free.stop()
    port = Int(free.port)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [
        "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-key", key, "-cert",
        certificate.path, "-CAfile", certificate.path,
      ] + more
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It listens soon after; 5 s are enough on a busy machine.
    for _ in 0..<100 {
      if LoopbackServer.isListening(port: free.port) { return }
      usleep(50_000)
    }
    stop()
    throw CocoaError(.featureUnsupported)
  }

  /// Killed, because a child of a test's thread inherits its blocked SIGTERM.
  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }
}
