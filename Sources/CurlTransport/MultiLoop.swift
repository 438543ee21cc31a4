import CLibCurl
import Glibc
import Ports
import Synchronization

/// One libcurl multi handle and the thread that alone touches it.
///
/// Others only put exchanges into the inbox and wake it, which libcurl allows from any thread.
@safe final class MultiLoop: @unchecked Sendable {
  private struct Inbox {
    var arrived: [Exchange] = []
    var hasCancellation = false
    var isStopping = false
  }

  private struct Transfer {
    var exchange: Exchange
    var easy: EasyHandle
  }

  /// Easy handles kept for use; each holds about 20 kB once used.
  private static let keptHandles = 16

  private let multi: UnsafeMutableRawPointer
  private let options: TransportOptions
  private let inbox = Mutex(Inbox())
  private let thread = Mutex<pthread_t?>(nil)

  // The thread's own.
  private var transfers: [UnsafeMutableRawPointer: Transfer] = unsafe [:]
  private var idle: [EasyHandle] = []
  /// Hosts whose address is to be looked up again, because a connection failed.
  private var suspects: Set<String> = []

  init?(_ options: TransportOptions) {
    guard let multi = unsafe curl_multi_init() else { return nil }
    unsafe self.multi = multi
    self.options = options
    unsafe finops_multi_long(multi, CURLMOPT_MAXCONNECTS, options.hostsPerLoop * 2)
    unsafe finops_multi_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.hostsPerLoop * 4)
    unsafe finops_multi_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 16)
    guard start() else {
      unsafe curl_multi_cleanup(multi)
      return nil
    }
  }

  /// Takes an exchange; false when the loop is stopping.
  func submit(_ exchange: Exchange) -> Bool {
    let (isTaken, isFirst) = inbox.withLock { inbox in
      let isFirst = inbox.arrived.isEmpty
      if !inbox.isStopping { inbox.arrived.append(exchange) }
      return (!inbox.isStopping, isFirst)
    }
    // Whoever came first wakes the loop for all; a wake-up is four system calls (multi.c).
    if isTaken, isFirst { wake() }
    return isTaken
  }

  /// An exchange's `isCancelled` was set.
  func noteCancellation() {
    inbox.withLock { $0.hasCancellation = true }
    wake()
  }

  /// Ends every exchange as cancelled, then the thread; returns when it has ended.
  func stop() {
    inbox.withLock { $0.isStopping = true }
    wake()
    let ending = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let ending { pthread_join(ending, nil) }
  }

  private func wake() { unsafe curl_multi_wakeup(multi) }

  /// The thread holds the loop until it ends; so does whoever may call `stop`.
  private func start() -> Bool {
    var started = pthread_t()
    let context = unsafe Unmanaged.passRetained(self)
    let code = unsafe pthread_create(
      &started, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<MultiLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      unsafe context.release()
      return false
    }
    thread.withLock { $0 = started }
    return true
  }

  deinit { unsafe curl_multi_cleanup(multi) }
}

extension MultiLoop {
  private func run() {
    while true {
      let (arrived, hasCancellation, isStopping) = inbox.withLock { inbox in
        defer {
          inbox.arrived = []
          inbox.hasCancellation = false
        }
        return (inbox.arrived, inbox.hasCancellation, inbox.isStopping)
      }
      for exchange in arrived { begin(exchange) }
      if hasCancellation || isStopping { cancel(all: isStopping) }
      if isStopping { break }
      var running: Int32 = 0
      unsafe curl_multi_perform(multi, &running)
      settle()
      // libcurl shortens this to its next time limit; a wake-up ends it at once.
      unsafe curl_multi_poll(multi, nil, 0, transfers.isEmpty ? 60_000 : 1000, nil)
    }
    idle = []
  }

  private func begin(_ exchange: Exchange) {
    if exchange.isCancelled.load(ordering: .acquiring) {
      return exchange.finish(.failure(.cancelled))
    }
    let forgets = suspects.remove(exchange.authority.key) != nil
    // A used handle that does not take the request is thrown away; a new one has no past.
    for used in [idle.popLast(), nil] {
      guard let easy = used ?? EasyHandle() else {
        return exchange.finish(.failure(.notSent("libcurl has no handle left")))
      }
      guard easy.prepare(exchange, options, forgettingName: forgets),
        unsafe curl_multi_add_handle(multi, easy.raw) == CURLM_OK
      else { continue }
      unsafe transfers[easy.raw] = Transfer(exchange: exchange, easy: easy)
      return
    }
    exchange.finish(.failure(.notSent("libcurl does not take the request")))
  }

  private func settle() {
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        let raw = unsafe message.pointee.easy_handle,
        let transfer = unsafe transfers[raw]
      else { continue }
      let code = unsafe finops_message_result(message)
      let (exchange, easy) = (transfer.exchange, transfer.easy)
      let (status, sent) = (easy.status, easy.sentBytes)
      if sent == 0, code != CURLE_OK, !exchange.authority.isNumeric {
        suspects.insert(exchange.authority.key)
      }
      remove(transfer, keeping: sent > 0)
      exchange.finish(Outcome.result(of: exchange, code, status: status, sentBytes: sent))
    }
  }

  private func cancel(all: Bool) {
    for transfer in unsafe Array(transfers.values) {
      guard all || transfer.exchange.isCancelled.load(ordering: .acquiring) else { continue }
      remove(transfer, keeping: false)
      transfer.exchange.finish(.failure(.cancelled))
    }
  }

  /// A handle that never had a connection (its name did not resolve, or it waited for one when it
  /// ended) holds on to its receive buffer, which `curl_easy_reset` does not free: it would refuse
  /// `CURLOPT_BUFFERSIZE`, and with it every request to come (libcurl 7.88.1).
  private func remove(_ transfer: Transfer, keeping isSound: Bool) {
    unsafe transfers[transfer.easy.raw] = nil
    unsafe curl_multi_remove_handle(multi, transfer.easy.raw)
    transfer.easy.clear()
    if isSound, idle.count < Self.keptHandles { idle.append(transfer.easy) }
  }
}
