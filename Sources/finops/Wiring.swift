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
    let transport = CurlTransport()
    let targets = TargetList(settings.collectors, log: log)
    let parts = ControllerParts(
      rulebook: settings.rulebook(embedded: PriceTable.embedded),
      pace: pace(settings),
      collector: collector(settings, transport: transport),
      targets: { await targets.current() },
      actuators: actuators(settings, transport: transport, clock: clock),
      ledger: store, leadership: store, samples: store, outbox: store,
      notifiers: try notifiers(settings, transport: transport),
      retryDelay: { attempts in
        var chance = SystemRandomNumberGenerator()
        return RetrySchedule.delay(after: attempts, using: &chance)
      },
      clock: clock, identity: try Identity.kept(in: settings.dataDirectory),
      counters: counters, log: log)
    return (parts, transport)
  }

  static func actuators(
    _ settings: Settings, transport: CurlTransport, clock: any TimeSource
  ) -> [any Actuator] {
    settings.clouds.map { cloud in
      let regions = cloud.regions.map { region in
        EC2Actuator(
          cloud: cloud.name, region: region, endpoint: cloud.endpoint,
          credentials: credentials(of: cloud), fleet: settings.fleet.name,
          pools: settings.pools.map(\.match.tags), transport: transport, time: SystemTime())
      }
      return RegionalActuator(cloud: cloud.name, regions: regions)
    }
  }

  static func credentials(
    of cloud: Settings.Cloud
  ) -> @Sendable () async throws(ActuateError) -> AWSCredentials {
    guard let given = cloud.credentials else {
      let chain = CredentialChain(profile: cloud.profile)
      return { () async throws(ActuateError) in try chain.credentials() }
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

  private static func collector(
    _ settings: Settings, transport: CurlTransport
  ) -> any Collector {
    DCGMCollector(
      transport: transport,
      timeout: settings.collectors.map(\.timeout).min() ?? .seconds(10))
  }

  private static func notifiers(
    _ settings: Settings, transport: CurlTransport
  ) throws -> [any Notifier] {
    try settings.channels.map { channel in
      try WebhookNotifier(
        name: channel.name, url: channel.url, secrets: channel.secret.resolve(),
        transport: transport, time: SystemTime())
    }
  }

  private static func pace(_ settings: Settings) -> Pace {
    var pace = Pace()
    pace.evaluate = settings.evaluateEvery
    pace.inventory = settings.inventoryEvery
    return pace
  }
}
