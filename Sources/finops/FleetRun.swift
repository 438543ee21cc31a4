import API
import Controller
import CurlTransport
import FleetModel
import Logging
import Ports
import ServiceLifecycle
import Settings
import UnixSignals

/// Runs a controller and its page until a signal or cancellation ends them.
struct FleetRun: Sendable {
  var settings: Settings
  var database: Database
  var clock: any TimeSource
  var log: Logger
  /// What the figures are of when it is no real cloud.
  var against: String?
  /// Told once the page is up, with its address.
  var onListening: @Sendable (String) -> Void = { _ in }
  /// Who shows it may give orders over HTTP; nil: nobody may.
  var apiToken: APIToken?
  /// Runs beside the controller: the demo's progress line.
  var beside: (@Sendable (Situation) async -> Void)?

  func run() async throws {
    let counters = Counters()
    let (parts, transport) = try Wiring.controller(
      settings, store: database.store, clock: clock, log: log, counters: counters)
    let controller = Controller(parts)
    let situation = Situation(
      rulebook: parts.rulebook, against: against, controller: controller, store: database.store,
      counters: counters, clock: clock)
    let (host, port) = try Self.address(settings.listen)
    let desk = FleetDesk(
      store: database.store, rulebook: parts.rulebook, health: controller.health, clock: clock)
    let server = try WebServer(
      source: situation, version: Version.text, host: host, port: port, insights: desk,
      orders: desk, token: try apiToken ?? Self.token(settings))
    let listening = onListening
    let application = server.application(logger: quiet) { port in
      listening("http://\(host):\(port)")
    }
    var services: [any Service] = [application, controller]
    if let beside { services.append(Beside { await beside(situation) }) }
    let group = ServiceGroup(
      configuration: .init(
        services: services.map {
          .init(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        },
        gracefulShutdownSignals: [.sigterm, .sigint, .sighup], logger: quiet))
    defer { transport.shutdown() }
    do { try await group.run() } catch {
      // NIO's own words name neither the address nor what to do.
      guard "\(error)".hasPrefix("bind(") else { throw error }
      tell("finops: \(settings.listen) can not be listened on: is it taken? --listen names another")
      throw Exit.failed
    }
  }

  /// Who may give orders by the settings; nil where they name nobody.
  private static func token(_ settings: Settings) throws -> APIToken? {
    guard let reference = settings.apiToken else { return nil }
    do {
      guard let token = APIToken(try reference.resolve()) else {
        tell(
          "finops: api.token: a token has at least \(APIToken.shortest) bytes: openssl rand -hex 32"
        )
        throw Exit.configuration
      }
      return token
    } catch let error as SecretError {
      tell("finops: api.token: \(error)")
      throw Exit.configuration
    }
  }

  /// ServiceLifecycle tells every step of starting and stopping; people want the fleet's.
  private var quiet: Logger {
    var logger = log
    logger.logLevel = .error
    return logger
  }

  static func address(_ listen: String) throws -> (host: String, port: Int) {
    guard let colon = listen.lastIndex(of: ":"),
      let port = Int(listen[listen.index(after: colon)...])
    else {
      tell("finops: listen: '\(listen)' is not host:port, such as 127.0.0.1:9464")
      throw Exit.configuration
    }
    return (String(listen[..<colon]), port)
  }
}

/// A closure as a service that ends with graceful shutdown.
struct Beside: Service {
  let work: @Sendable () async -> Void
  init(_ work: @escaping @Sendable () async -> Void) { self.work = work }
  func run() async throws { await cancelWhenGracefulShutdown { await work() } }
}
