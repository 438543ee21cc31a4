import Foundation

/// Answers of an HTTP server, in bytes.
enum Answers {
  static func plain(_ body: String, status: String = "200 OK", headers: [String] = []) -> [UInt8] {
    with(Array(body.utf8), status: status, headers: headers)
  }

  static func with(
    _ body: [UInt8], status: String = "200 OK", headers: [String] = []
  ) -> [UInt8] {
    head(status, headers + ["Content-Length: \(body.count)"]) + body
  }

  static func head(_ status: String = "200 OK", _ headers: [String]) -> [UInt8] {
    Array((["HTTP/1.1 \(status)"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
  }

  /// A chunked body, a chunk for each piece.
  static func chunked(_ pieces: [String]) -> [UInt8] {
    head("200 OK", ["Transfer-Encoding: chunked"]) + pieces.flatMap { chunk(Array($0.utf8)) }
      + Array("0\r\n\r\n".utf8)
  }

  static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
  }

  /// The output of gzip for what `command` prints.
  static func gzip(of command: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "\(command) | gzip -9"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Foundation.Data()
    process.waitUntilExit()
    return Array(bytes)
  }
}
