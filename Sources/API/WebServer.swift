import FleetModel
public import Hummingbird
import HummingbirdCore
public import Logging
import Reports

/// The controller's window: an overview page, the report, metrics and health, on loopback.
///
/// Everybody on this machine may read. Two routes act, and those refuse everybody until a token is
/// configured (`Orders`).
public struct WebServer: Sendable {
  private let source: any StatusSource
  private let insights: (any InsightSource)?
  private let orders: (any OrderTaker)?
  private let token: APIToken?
  private let pages: OverviewPage
  private let version: String
  private let host: String
  private let port: Int

  /// - Parameters:
  ///   - host: A loopback address. Others are refused: there is no authentication yet, and what a
  ///     fleet costs is nobody else's business.
  ///   - port: 0 lets the system choose; `onRunning` then says which.
  ///   - insights: What answers under /v1 about plans and decisions; nil: those routes do not
  ///     exist.
  ///   - orders: What carries orders out; nil: nothing does.
  ///   - token: Who shows it may give orders; nil: nobody may.
  public init(
    source: any StatusSource, version: String, host: String = "127.0.0.1", port: Int,
    insights: (any InsightSource)? = nil, orders: (any OrderTaker)? = nil, token: APIToken? = nil
  ) throws(WebServerError) {
    self.insights = insights
    self.orders = orders
    self.token = token
    guard Self.loopback.contains(host) else { throw .notLoopback(host) }
    guard (0...65_535).contains(port) else { throw .noSuchPort(port) }
    self.source = source
    self.version = version
    self.host = host == "[::1]" ? "::1" : host
    self.port = port
    do { pages = try OverviewPage() } catch { throw .template("\(error)") }
  }

  private static let loopback: Set<String> = ["127.0.0.1", "::1", "[::1]", "localhost"]

  /// The server as a service to run in a group, or with `run()`.
  ///
  /// - Parameters:
  ///   - logger: Where the server reports trouble with connections.
  ///   - onRunning: Called once with the port it listens on.
  public func application(
    logger: Logger = Logger(label: "finops.web"),
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    Application(
      router: router,
      // Ten seconds without a byte end a connection; the header limits are those of RELIABILITY 4.
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(10),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(host, port: port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(256)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      logger: logger)
  }

  private var router: Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: Gate(token: token))
    router.get("/") { _, _ in await overview() }
    router.get("/healthz") { _, _ in await healthy() }
    router.get("/version") { _, _ in Answer.text(version + "\n") }
    router.get("/readyz") { request, _ in await ready(verbose: request.asksFor("verbose")) }
    router.get("/metrics") { _, _ in
      Answer.text(
        MetricsText.write(await source.metrics().families), type: MetricsText.contentType)
    }
    router.get("/v1/report") { request, _ in await report(request) }
    if let insights { Insights(source: insights).add(to: router) }
    if let orders { Orders(taker: orders).add(to: router) }
    return router
  }

  private func overview() async -> Response {
    do throws(StatusError) {
      let status = try await source.fleet()
      let month = try await source.report(days: 30)
      let week = try await source.report(days: 7)
      return Answer.html(pages.render(status, month: month, week: week, version: version))
    } catch {
      return Answer.html(pages.render(error, version: version), status: .serviceUnavailable)
    }
  }

  /// An answer alone says only that the web server lives: pollers were found frozen for weeks
  /// behind one that said ok (NVSentinel#1477).
  private func healthy() async -> Response {
    let failed = await source.liveness().filter { !$0.ok }
    guard !failed.isEmpty else { return Answer.text("ok\n") }
    let text = failed.map { "\($0.name): \($0.detail)\n" }.joined()
    return Answer.text(text, status: .serviceUnavailable)
  }

  private func ready(verbose: Bool) async -> Response {
    let checks = await source.health()
    let failed = checks.filter { !$0.ok }.map(\.name)
    let status: HTTPResponse.Status = failed.isEmpty ? .ok : .serviceUnavailable
    guard verbose else {
      let text = failed.isEmpty ? "ready\n" : "not ready: \(failed.joined(separator: ", "))\n"
      return Answer.text(text, status: status)
    }
    let list = checks.map { check in
      JSONValue.object([
        .init("check", .string(check.name)), .init("ok", .bool(check.ok)),
        .init("detail", .string(check.detail)),
      ])
    }
    let document = JSONValue.object([
      .init("ready", .bool(failed.isEmpty)), .init("checks", .array(list)),
    ])
    return Answer.json(document.text, status: status)
  }

  private func report(_ request: Request) async -> Response {
    let asked = request.value(of: "days") ?? "30"
    guard let days = Int(asked), (1...366).contains(days) else {
      return Answer.text("days must be a whole number from 1 to 366\n", status: .badRequest)
    }
    do throws(StatusError) {
      return Answer.json(try await source.report(days: days).json())
    } catch {
      return Answer.text(error.message + "\n", status: .serviceUnavailable)
    }
  }
}

/// Why a web server can not be made.
public enum WebServerError: Error, Sendable, Hashable, CustomStringConvertible {
  case notLoopback(String)
  case noSuchPort(Int)
  case template(String)

  public var description: String {
    switch self {
    case .notLoopback(let host):
      "can not listen on \(host): only 127.0.0.1, ::1 and localhost are allowed, because the web "
        + "server has no login yet; reach it from elsewhere through an SSH tunnel"
    case .noSuchPort(let port): "port \(port) does not exist: use 0 to 65535"
    case .template(let problem): "the page template is broken: \(problem)"
    }
  }
}
