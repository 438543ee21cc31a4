import Foundation
import Glibc

/// A peer whose queue of connections is full until it is opened: whoever connects meanwhile has its
/// first packets dropped and comes through when it tries again, a second or more later.
final class SlowPeer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let fillers: [Int32]

  struct Seen: Sendable {
    var connected: Bool
    /// Of the request, until nothing more comes for two seconds.
    var bytes: Int
  }

  var url: String { "http://127.0.0.1:\(port)/" }

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe bind(listener, raw, size) == 0 && getsockname(listener, raw, &size) == 0
      }
    }
    guard listener >= 0, isBound, listen(listener, 0) == 0 else { throw POSIXError(.EADDRINUSE) }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    // A queue of none takes one all the same.
    fillers = [Self.connecting(to: port)]
    usleep(50_000)
  }

  func stop() {
    for filler in fillers { close(filler) }
    close(listener)
  }

  /// Whether somebody has sent a first packet to this port, by the kernel's own table.
  func isAsked(within limit: Duration) async -> Bool {
    let wanted = String(format: ":%04X 02 ", port)
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      let file = FileHandle(forReadingAtPath: "/proc/net/tcp")
      let table = (try? file?.readToEnd()) ?? Data()
      if String(decoding: table, as: UTF8.self).contains(wanted) { return true }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  /// Takes all that come, from then on, and tells what the first of them that is no filler sends.
  func open(after pause: Duration) async -> Seen {
    try? await Task.sleep(for: pause)
    return await Task.detached { [self] in take() }.value
  }

  private func take() -> Seen {
    let filler = accepted(within: 5000)
    let peer = accepted(within: 15_000)
    defer {
      for socket in [filler, peer] where socket >= 0 { close(socket) }
    }
    guard peer >= 0 else { return Seen(connected: false, bytes: 0) }
    return Seen(connected: true, bytes: count(from: peer))
  }

  private func accepted(within milliseconds: Int32) -> Int32 {
    var wanted = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&wanted, 1, milliseconds) == 1 else { return -1 }
    return accept(listener, nil, nil)
  }

  private func count(from peer: Int32) -> Int {
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    unsafe setsockopt(
      peer, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(peer, &buffer, buffer.count, 0)
    if count > 0 { unsafe send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38, 0) }
    return max(0, count)
  }

  private static func connecting(to port: UInt16) -> Int32 {
    let client = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = loopback(port: port)
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe connect(client, raw, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return client
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }
}
