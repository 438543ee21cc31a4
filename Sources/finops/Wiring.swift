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
    let parts = ControllerParts(
      rulebook: rulebook(settings),
      pace: pace(settings),
      collector: collector(settings, transport: transport),
      targets: { await targets.current() },
      actuators: actuators(settings, transport: transport),
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
      counters: counters, log: log, calendar: CalendarPages(settings).page)
    return (parts, transport)
  }

  /// What the settings say, with what each cloud cannot do.
  static func rulebook(_ settings: Settings) -> Rulebook {
    var rulebook = settings.rulebook(embedded: PriceTable.embedded)
    for cloud in settings.clouds {
      var cannot: [Intent: String] = [:]
      for intent in Intent.allCases where intent != .keep {
        guard case .cannot(let reason) = capabilities(of: cloud)[intent] else { continue }
        cannot[intent] = reason
      }
      rulebook.inabilities[cloud.name] = cannot
    }
    return rulebook
  }

  private static func capabilities(of cloud: Settings.Cloud) -> CloudCapabilities {
    switch cloud.kind {
    case .aws: .aws
    }
  }

  static func transport() -> CurlTransport {
    CurlTransport(TransportOptions(version: Version.text))
  }

  static func actuators(
    _ settings: Settings, transport: CurlTransport
  ) -> [any Actuator] {
    settings.clouds.map { cloud in
      let regions: [(region: Region, actuator: any Actuator)] = cloud.regions.map { region in
        let actuator = EC2Actuator(
          cloud: cloud.name, region: region, endpoint: cloud.endpoint,
          credentials: credentials(of: cloud, transport), fleet: settings.fleet.name,
          pools: settings.pools.map(\.match.tags), transport: transport, time: SystemTime())
        return (region, actuator)
      }
      return RegionalActuator(cloud: cloud.name, regions: regions)
    }
  }

  static func credentials(
    of cloud: Settings.Cloud, _ transport: CurlTransport
  ) -> @Sendable () async throws(ActuateError) -> AWSCredentials {
    guard let given = cloud.credentials else {
      let chain = AWSCredentialChain(
        profile: cloud.profile, transport: transport, time: SystemTime())
      return { () async throws(ActuateError) in try await chain.issue().value }
    }
    return { () async throws(ActuateError) in
      do throws(SecretError) {
        return AWSCredentials(
          accessKeyID: try given.accessKeyID.resolve(),
          secretAccessKey: Secret(try given.secretAccessKey.resolve()),
          sessionToken: try given.sessionToken.map { reference throws(SecretError) in
            Secret(try reference.resolve())
          })
      } catch {
        throw .refused(ActFailure(kind: .auth, code: "credentials", message: "\(error)"))
      }
    }
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
