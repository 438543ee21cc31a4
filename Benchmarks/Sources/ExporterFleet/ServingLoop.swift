import CEpoll
import Glibc
import ScrapeBodies

/// One thread that serves every port; level-triggered epoll.
struct ServingLoop {
  private struct Connection {
    var node: Int
    /// How much of the blank line that ends a request has come, of its four bytes.
    var matched = 0
    /// How much of the answer is out; nil between requests.
    var sent: Int?
  }

  private let epoll: Int32
  private var bodies: [LivingBody] = []
  private var listeners: [Int32: Int] = [:]
  private var connections: [Int32: Connection] = [:]

  init?() {
    epoll = epoll_create1(0)
    guard epoll >= 0 else { return nil }
    watch(0, for: EPOLLIN.rawValue, EPOLL_CTL_ADD)
  }

  /// A new port for a node; nil when there is none.
  mutating func open(node: Int) -> UInt16? {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        bind(socket, place, length) == 0 && listen(socket, 16) == 0
          && getsockname(socket, place, &length) == 0
      }
    }
    guard socket >= 0, isOpen else { return nil }
    bodies.append(LivingBody(seed: UInt64(node)))
    listeners[socket] = node
    watch(socket, for: EPOLLIN.rawValue, EPOLL_CTL_ADD)
    return UInt16(bigEndian: address.sin_port)
  }

  /// Serves until standard input ends.
  mutating func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    while true {
      let count = epoll_wait(epoll, &events, 256, -1)
      for event in events.prefix(Int(max(0, count))) {
        let descriptor = event.data.fd
        if descriptor == 0 { return }
        if let node = listeners[descriptor] {
          accept(descriptor, node)
        } else {
          serve(descriptor, event.events)
        }
      }
    }
  }

  private mutating func accept(_ listener: Int32, _ node: Int) {
    let socket = Glibc.accept(listener, nil, nil)
    guard socket >= 0 else { return }
    _ = fcntl(socket, F_SETFL, O_NONBLOCK)
    connections[socket] = Connection(node: node)
    watch(socket, for: EPOLLIN.rawValue, EPOLL_CTL_ADD)
  }

  private mutating func serve(_ socket: Int32, _ events: UInt32) {
    guard var connection = connections[socket] else { return }
    var isAlive = true
    if events & EPOLLIN.rawValue != 0 { isAlive = read(socket, &connection) }
    if isAlive, connection.sent != nil { isAlive = write(socket, &connection) }
    if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { isAlive = false }
    connections[socket] = isAlive ? connection : nil
    if !isAlive { close(socket) }
  }

  /// False when the peer has gone.
  private mutating func read(_ socket: Int32, _ connection: inout Connection) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { return count < 0 && errno == EAGAIN }
    for byte in buffer.prefix(count) {
      let wanted: UInt8 = connection.matched % 2 == 0 ? 0x0d : 0x0a
      connection.matched = byte == wanted ? connection.matched + 1 : byte == 0x0d ? 1 : 0
      guard connection.matched == 4 else { continue }
      connection.matched = 0
      connection.sent = 0
      bodies[connection.node].move()
    }
    return true
  }

  private func write(_ socket: Int32, _ connection: inout Connection) -> Bool {
    guard var sent = connection.sent else { return true }
    let wasWaiting = sent > 0
    let answer = bodies[connection.node].answer
    while sent < answer.count {
      let count = answer.withUnsafeBytes { bytes in
        send(socket, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, 0)
      }
      guard count > 0 else {
        guard count < 0, errno == EAGAIN else { return false }
        connection.sent = sent
        if !wasWaiting { watch(socket, for: EPOLLIN.rawValue | EPOLLOUT.rawValue, EPOLL_CTL_MOD) }
        return true
      }
      sent += count
    }
    connection.sent = nil
    if wasWaiting { watch(socket, for: EPOLLIN.rawValue, EPOLL_CTL_MOD) }
    return true
  }

  private func watch(_ descriptor: Int32, for events: UInt32, _ operation: Int32) {
    var event = epoll_event()
    event.events = events
    event.data.fd = descriptor
    epoll_ctl(epoll, operation, descriptor, &event)
  }
}
