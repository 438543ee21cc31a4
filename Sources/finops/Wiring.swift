import Clouds
import Collectors
import Controller
import CostModel
import CurlTransport
import EmbeddedPostgres
import FleetModel
import Foundation
import Logging
import Notifiers
import Planner
import Ports
import PostgresStore
import Settings

/// Where everything is put together: the only file that names all adapters.
enum Wiring {
  /// The parts of a controller that watches the fleet `settings` describe.
  static func controller(
    _ settings: Settings, store: PostgresStore, clock: any TimeSource, log: Logger,
    counters: Counters
  ) throws -> (parts: ControllerParts, transport: CurlTransport) {
    let transport = transport()
    let targets = TargetList(settings.collectors, log: log)
    let accounts = accounts(settings, transport: transport)
    let parts = ControllerParts(
      rulebook: try rulebook(settings),
      pace: pace(settings),
      collector: collector(settings, transport: transport),
      targets: { await targets.current() },
      actuators: accounts.map(\.actuator),
      ledger: store, leadership: store, samples: store, outbox: store,
      notifiers: try notifiers(settings, transport: transport),
      retryDelay: { attempts in
        var chance = SystemRandomNumberGenerator()
        let schedule = RetrySchedule.standard
        guard attempts < schedule.waits.count,
          case .wait(let pause) = schedule.next(after: attempts + 1, age: .zero, using: &chance)
        else { return nil }
        return pause
      },
      clock: clock, identity: try Identity.kept(in: settings.dataDirectory),
      counters: counters, log: log, calendar: CalendarPages(settings).page,
      interruptions: accounts.flatMap(\.interruptions), own: .here())
    return (parts, transport)
  }

  /// What the settings say, with the prices that are known and what each cloud cannot do.
  static func rulebook(_ settings: Settings) throws -> Rulebook {
    var rulebook = settings.rulebook(embedded: try PriceDesk.known(settings))
    for cloud in settings.clouds {
      let capabilities = capabilities(of: cloud.kind)
      var cannot: [Intent: String] = [:]
      for intent in Intent.allCases where intent != .keep {
        guard case .cannot(let reason) = capabilities[intent] else { continue }
        cannot[intent] = reason
      }
      rulebook.inabilities[cloud.name] = cannot
    }
    let drains = settings.clouds.filter { $0.kind == .kubernetes }.map(\.name)
    rulebook.drains = drains.isEmpty ? nil : drains
    return rulebook
  }

  static func transport() -> CurlTransport {
    CurlTransport(TransportOptions(version: Version.text))
  }

  static func actuators(
    _ settings: Settings, transport: CurlTransport
  ) -> [any Actuator] {
    accounts(settings, transport: transport).map(\.actuator)
  }

  static func collector(
    _ settings: Settings, transport: CurlTransport
  ) -> any Collector {
    let timeout = settings.collectors.map(\.timeout).min() ?? .seconds(10)
    let limit = settings.collectors.map(\.bodyLimit).max() ?? HTTPLimits().decodedBytes
    let kind = settings.collectors.first.flatMap { CollectorKind(rawValue: $0.kind.rawValue) }
    return (kind ?? .dcgm).collector(
      over: transport, limits: HTTPLimits(total: timeout, decodedBytes: limit))
  }

  private static func notifiers(
    _ settings: Settings, transport: CurlTransport
  ) throws -> [any Notifier] {
    try settings.channels.map { try notifier($0, transport: transport) }
  }

  static func notifier(
    _ channel: Settings.Channel, transport: CurlTransport
  ) throws -> any Notifier {
    WebhookNotifier(
      name: channel.name, url: channel.url, keys: try SigningKeys(channel.secret.resolve()),
      privateHosts: hosts(channel.allowPrivate), transport: transport, realTime: SystemTime())
  }

  private static func hosts(_ allowed: Settings.Channel.PrivateHosts) -> PrivateHosts {
    switch allowed {
    case .none: .none
    case .all: .all
    case .only(let names): .only(names)
    }
  }

  private static func pace(_ settings: Settings) -> Pace {
    var pace = Pace()
    pace.evaluate = settings.evaluateEvery
    pace.inventory = settings.inventoryEvery
    return pace
  }
}
