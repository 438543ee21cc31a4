import Foundation

/// A client that sends exactly what a test says, also what no real client would.
enum RawHTTP {
  struct Answer: Sendable {
    var status: Int
    /// Lower-case names.
    var headers: [String: String]
    var body: String
  }

  static func get(_ path: String, host: String = "localhost", port: Int) async -> Answer? {
    await send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n", port: port)
  }

  /// On a thread of its own: waiting on a socket must not hold up the server's tasks.
  static func send(_ text: String, port: Int) async -> Answer? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: exchange(text, port: port)) }
    }
  }

  private static func exchange(_ text: String, port: Int) -> Answer? {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var timeout = timeval(tv_sec: 10, tv_usec: 0)
    unsafe setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe connect(socket, address, size)
      }
    }
    guard connected == 0 else { return nil }
    let bytes = Array(text.utf8)
    guard unsafe Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    else {
      return nil
    }
    return parse(receive(socket))
  }

  private static func receive(_ socket: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while all.count < 4_000_000 {
      let count = unsafe recv(socket, &chunk, chunk.count, 0)
      guard count > 0 else { break }
      all += chunk.prefix(count)
      if isComplete(all) { break }
    }
    return all
  }

  /// The length the head promises is there; a server may leave the connection open.
  private static func isComplete(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let split = text.range(of: "\r\n\r\n"), let answer = parse(bytes) else { return false }
    guard let length = answer.headers["content-length"].flatMap({ Int($0) }) else { return false }
    return text[split.upperBound...].utf8.count >= length
  }

  private static func parse(_ bytes: [UInt8]) -> Answer? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let split = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<split.lowerBound].components(separatedBy: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2 else { continue }
      headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces)
    }
    return Answer(status: status, headers: headers, body: String(text[split.upperBound...]))
  }
}
