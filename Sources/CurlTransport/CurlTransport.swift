import CLibCurl
public import Ports
import Synchronization

/// All outgoing HTTP, over libcurl.
///
/// Each loop is a thread with a libcurl multi handle and at most `hostsPerLoop` hosts; connections
/// of GETs are kept and used again. Certificates are verified, TLS is 1.2 or later; redirects,
/// proxies and .netrc are ignored. A cancelled task ends its transfer. Memory for a body is given
/// away with the answer. Call `shutdown()` before the process ends.
public final class CurlTransport: HTTPTransport {
  private struct State {
    var hosts: HostTable
    var loops: [MultiLoop] = []
    var isShutDown = false
  }

  private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  private let options: TransportOptions
  private let state: Mutex<State>

  public init(_ options: TransportOptions) {
    self.options = options
    state = Mutex(
      State(
        hosts: HostTable(
          hostsPerLoop: options.hostsPerLoop, maximumLoops: options.maximumLoops)))
  }

  deinit { shutdown() }

  /// How many threads there are now.
  public var loopCount: Int { state.withLock { $0.loops.count } }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await exchange(request, nil)
  }

  /// See the port: a busy `receive` holds up every transfer of its host's loop.
  public func stream(
    _ request: HTTPRequest, _ receive: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(TransportError) -> HTTPResponse {
    try await exchange(request, receive)
  }

  private func exchange(
    _ request: HTTPRequest, _ sink: (@Sendable ([UInt8]) -> Bool)?
  ) async throws(TransportError) -> HTTPResponse {
    guard !Task.isCancelled else { throw .cancelled }
    guard let authority = Authority(url: request.url) else {
      throw .notSent("“\(request.url.prefix(200))” is not a plain http or https URL")
    }
    if let fault = RequestCheck.fault(in: request, authority) { throw .notSent(fault) }
    if let lateness = request.permit?.lateness() { throw .tooLate(lateness) }
    let loop = try loop(for: authority)
    let current = Mutex<Exchange?>(nil)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { answer in
        let exchange = Exchange(request, to: authority, sink: sink, answer: answer)
        current.withLock { $0 = exchange }
        // Cancelled before the exchange was there: the handler has found nothing to end.
        if Task.isCancelled { exchange.isCancelled.store(true, ordering: .releasing) }
        if !loop.submit(exchange) {
          exchange.finish(.failure(.notSent("the transport is shut down")))
        }
      }
    } onCancel: {
      guard let exchange = current.withLock({ $0 }) else { return }
      exchange.isCancelled.store(true, ordering: .releasing)
      loop.noteCancellation()
    }
    return try result.get()
  }

  /// Ends every transfer as cancelled and every thread; returns when they have ended. Later
  /// requests are not sent.
  public func shutdown() {
    let loops = state.withLock { state in
      state.isShutDown = true
      defer { state.loops = [] }
      return state.loops
    }
    for loop in loops { loop.stop() }
  }

  private func loop(for authority: Authority) throws(TransportError) -> MultiLoop {
    guard Self.isReady else { throw .notSent("libcurl could not be set up") }
    let found = state.withLock { state -> Result<MultiLoop, TransportError> in
      guard !state.isShutDown else { return .failure(.notSent("the transport is shut down")) }
      let index = state.hosts.loop(for: authority.key, at: .now)
      while state.loops.count <= index {
        guard let loop = MultiLoop(options) else {
          return .failure(.notSent("no thread or libcurl handle is left"))
        }
        state.loops.append(loop)
      }
      return .success(state.loops[index])
    }
    return try found.get()
  }
}
