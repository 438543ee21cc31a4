import Foundation

/// openssl's own test server with a certificate made for the occasion.
final class TLSServer {
  let port: Int
  let certificate: URL
  private let process = Process()

  init(in folder: URL) throws {
    certificate = folder.appending(path: "certificate.pem")
    let key = folder.appending(path: "key.pem").path
    try Self.run([
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
      "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate.path,
    ])
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", key, "-cert",
      certificate.path,
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It prints "ACCEPT 127.0.0.1:PORT" once it listens.
    var text = ""
    for _ in 0..<20 where !text.contains("ACCEPT") || !text.hasSuffix("\n") {
      text += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    }
    let word = text.split(separator: "\n").first { $0.contains("ACCEPT") }?.split(separator: ":")
      .last
    guard let word, let port = Int(word) else {
      process.terminate()
      throw CocoaError(.featureUnsupported)
    }
    self.port = port
  }

  func stop() {
    process.terminate()
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
