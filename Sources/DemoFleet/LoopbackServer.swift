import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// What a fake answers, before faults do their work on it.
struct Answer: Sendable {
  var status = 200
  var contentType: String
  var body: [UInt8]
  /// Sent without a length, as Go's HTTP server does for bodies over 2 KiB.
  var chunked = false
  var headers: [(name: String, value: String)] = []
  /// What follows the body for as long as it gives pieces, an empty one for "nothing yet"; nil from
  /// it ends the answer. Such an answer has no length.
  var more: (@Sendable () async -> [UInt8]?)?
}

/// An HTTP server on 127.0.0.1, for one part of the demo fleet.
final class LoopbackServer: Sendable {
  /// The port it listens on.
  let port: Int
  private let running: Task<Void, Never>
  private let group: ServiceGroup

  /// nil answers are a connection that ends without an answer.
  typealias Responder = @Sendable (Asked) async -> Exchange

  /// A request, its body read whole.
  struct Asked: Sendable {
    var method: String
    var path: String
    /// What stands after the question mark, as it was sent.
    var query = ""
    var body: [UInt8]
    /// Names in lower case.
    var headers: [String: String] = [:]
  }

  /// The answer and what is to go wrong with it; no answer closes the connection.
  struct Exchange: Sendable {
    var answer: Answer?
    var effects: [FaultEffect] = []
  }

  /// A form of EC2 is a few KiB; more is not meant for us.
  private static let largestBody = 1 << 20

  /// Listens on `port`, any free one for 0. Throws when it can not be had.
  init(port wanted: Int, respond: @escaping Responder) async throws(DemoError) {
    let (events, said) = AsyncStream.makeStream(of: Result<Int, DemoError>.self)
    let group: ServiceGroup
    do {
      group = try Self.group(on: wanted, respond) { said.yield(.success($0)) }
    } catch { throw .cannotListen(port: wanted, "\(error)") }
    self.group = group
    running = Task {
      do { try await group.run() } catch {
        said.yield(.failure(.cannotListen(port: wanted, "\(error)")))
      }
      said.finish()
    }
    var first: Result<Int, DemoError>?
    for await event in events {
      first = event
      break
    }
    port = try (first ?? .failure(.cannotListen(port: wanted, "it ended at once"))).get()
  }

  /// Ends every connection and gives the port back.
  ///
  /// First it stops listening and only then cancels what still answers: cancelled at once, a
  /// connection accepted and not yet served ends the process (apple/swift-nio#2637, #3481).
  func stop() async {
    await group.triggerGracefulShutdown()
    await running.value
  }

  /// What an answer under way may still take once the server is stopped; one that hangs on purpose
  /// would take for ever.
  private static let patience = Duration.milliseconds(300)

  private static func names(of fields: HTTPFields) -> [String: String] {
    Dictionary(
      fields.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private static func group(
    on port: Int, _ respond: @escaping Responder, listening: @escaping @Sendable (Int) -> Void
  ) throws -> ServiceGroup {
    let silent = Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() }
    let server = try HTTPServerBuilder.http1().buildServer(
      configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port)),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: silent,
      responder: { request, writer, channel in
        let body = try await request.body.collect(upTo: largestBody)
        let asked = Asked(
          method: request.method.rawValue, path: request.uri.path,
          query: request.uri.query ?? "", body: Array(body.readableBytesView),
          headers: names(of: request.headers))
        let exchange = await respond(asked)
        try await Delivery.send(exchange, over: writer, channel: channel)
      },
      onServerRunning: { channel in listening(channel.localAddress?.port ?? 0) })
    var configuration = ServiceGroupConfiguration(
      services: [ServiceGroupConfiguration.ServiceConfiguration(service: server)], logger: silent)
    configuration.maximumGracefulShutdownDuration = patience
    return ServiceGroup(configuration: configuration)
  }
}

/// Why a part of the demo fleet can not start.
public enum DemoError: Error, Sendable, Hashable {
  case cannotListen(port: Int, String)
  case badPlan(String)
}
