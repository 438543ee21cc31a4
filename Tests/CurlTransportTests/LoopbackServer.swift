import Foundation
import Glibc
import Synchronization

/// An HTTP peer that does what a test tells it, byte by byte: a thread for each connection.
///
/// It reads one request at a time and runs the script with it; the script writes what it likes,
/// right or wrong. Everything it waits for is bounded.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var line: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What a script answers with, in this order; the connection stays open unless closed.
  enum Step: Sendable {
    case write([UInt8])
    case wait(milliseconds: Int)
    /// Writes a piece `times` times with a pause after each; ends early when the peer is gone.
    case repeating([UInt8], times: Int, pause: Int)
    case close
    /// Closes with a reset instead of an end.
    case reset
  }

  typealias Script = @Sendable (Request) -> [Step]

  let port: UInt16
  private let listener: Int32
  private let log = Mutex<(requests: [Request], connections: Int)>(([], 0))
  private let isStopped = Atomic<Bool>(false)

  var authority: String { "127.0.0.1:\(port)" }
  var url: String { "http://\(authority)/" }
  var requests: [Request] { log.withLock { $0.requests } }
  var connections: Int { log.withLock { $0.connections } }

  init(_ script: @escaping Script) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe bind(listener, raw, size) == 0 && getsockname(listener, raw, &size) == 0
      }
    }
    guard listener >= 0, bound, listen(listener, 128) == 0 else { throw POSIXError(.EADDRINUSE) }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    Thread { [self] in accept(script) }.start()
  }

  /// Ends the listening; call it, or the thread stays until the process ends.
  func stop() {
    isStopped.store(true, ordering: .releasing)
    Glibc.shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  static func isListening(port: UInt16) -> Bool {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = port.bigEndian
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe connect(client, raw, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private func accept(_ script: @escaping Script) {
    for _ in 0..<10_000 {
      let peer = Glibc.accept(listener, nil, nil)
      guard peer >= 0, !isStopped.load(ordering: .acquiring) else { return }
      log.withLock { $0.connections += 1 }
      Thread { [self] in
        serve(Connection(socket: peer), script)
        close(peer)
      }.start()
    }
  }

  private func serve(_ connection: Connection, _ script: Script) {
    for _ in 0..<10_000 {
      guard let request = connection.readRequest() else { return }
      log.withLock { $0.requests.append(request) }
      for step in script(request) {
        guard connection.carryOut(step) else { return }
      }
    }
  }
}

/// The server's end of one connection.
final class Connection {
  private let socket: Int32
  private var pending: [UInt8] = []

  init(socket: Int32) {
    self.socket = socket
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    unsafe setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  func readRequest() -> LoopbackServer.Request? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = pending.firstRange(of: end) {
        let head = String(decoding: pending[..<range.lowerBound], as: UTF8.self)
        pending.removeSubrange(..<range.upperBound)
        return request(head)
      }
      guard readMore() else { return nil }
    }
  }

  private func request(_ head: String) -> LoopbackServer.Request? {
    var lines = head.components(separatedBy: "\r\n")
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (
        name: String(parts[0]),
        value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      )
    }
    var request = LoopbackServer.Request(line: lines.removeFirst(), headers: headers, body: [])
    let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
    while pending.count < length { guard readMore() else { return nil } }
    request.body = Array(pending.prefix(length))
    pending.removeFirst(length)
    return request
  }

  private func readMore() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = unsafe recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    pending.append(contentsOf: buffer.prefix(count))
    return true
  }

  /// False when the connection is over.
  func carryOut(_ step: LoopbackServer.Step) -> Bool {
    switch step {
    case .write(let bytes): return write(bytes)
    case .wait(let milliseconds):
      usleep(UInt32(milliseconds) * 1000)
      return true
    case .repeating(let bytes, let times, let pause):
      for _ in 0..<times {
        guard write(bytes) else { return false }
        if pause > 0 { usleep(UInt32(pause) * 1000) }
      }
      return true
    case .close: return false
    case .reset:
      var option = linger(l_onoff: 1, l_linger: 0)
      unsafe setsockopt(
        socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      return false
    }
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { chunk in
        unsafe send(socket, chunk.baseAddress, chunk.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
