import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small OpenAI-compatible server on 127.0.0.1 that answers as it is told, at the moments it is
/// told, so that what the client measures can be compared with what was done.
final class ModelServer: Sendable {
  let port: Int
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let seen: Seen

  var url: String { "http://127.0.0.1:\(port)" }
  /// Head and body of each request, in the order they came.
  var requests: [(head: HTTPRequestHead, body: String)] { seen.requests.withLock { $0 } }

  /// `behaviour` is asked once a request, with the request's number from 0.
  static func start(
    _ behaviour: @escaping @Sendable (Int) -> Behaviour
  ) async throws -> ModelServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let seen = Seen()
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
          try pipeline.addHandler(Responder(channel: channel, seen: seen, behaviour: behaviour))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    return ModelServer(port: port, channel: channel, group: group, seen: seen)
  }

  /// Runs `body` against a server that is gone afterwards.
  static func with<Value>(
    _ behaviour: @escaping @Sendable (Int) -> Behaviour,
    _ body: (ModelServer) async throws -> Value
  ) async throws -> Value {
    let server = try await start(behaviour)
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
    try await server.stop()
    return try outcome.get()
  }

  func stop() async throws { try await group.shutdownGracefully() }

  private init(port: Int, channel: any Channel, group: MultiThreadedEventLoopGroup, seen: Seen) {
    self.port = port
    self.channel = channel
    self.group = group
    self.seen = seen
  }

  final class Seen: Sendable {
    let requests = Mutex<[(head: HTTPRequestHead, body: String)]>([])

    func add(_ head: HTTPRequestHead, _ body: String) -> Int {
      requests.withLock {
        $0.append((head, body))
        return $0.count - 1
      }
    }
  }
}

/// What the server does with one request.
struct Behaviour: Sendable {
  var status = 200
  var firstTokenAfter: TimeAmount = .zero
  var tokens = 4
  var between: TimeAmount = .zero
  var promptTokens = 11
  /// Told in `usage`; nil: as many as there are.
  var usageTokens: Int?
  var givesUsage = true
  var ending = Ending.done
  /// Bytes in one write; nil: one write for each event.
  var pieces: Int?

  enum Ending: Sendable {
    case done
    /// A whole answer instead of a stream.
    case whole
    /// Never answers.
    case silence
    /// Closes the connection after the tokens.
    case hangUp
    /// Ends the HTTP answer after the tokens, without finish reason or [DONE].
    case giveUp
    /// An event that is not JSON after the tokens.
    case nonsense
    /// An error event after the tokens.
    case complaint
    /// Bytes that are not HTTP.
    case notHTTP
    /// Answers, then closes the idle connection without having said so.
    case doneThenClose
  }
}
