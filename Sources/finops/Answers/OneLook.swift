import Controller
import CurlTransport
import FleetModel
import Logging
import Planner
import Ports
import PostgresStore
import Settings

/// One look at the fleet by a command: clouds listed, exporters asked once, nothing written.
struct OneLook: Sendable {
  var settings: Settings
  var rulebook: Rulebook

  /// Exporters asked at once; each may take its whole timeout.
  private static let atOnce = 64

  /// The fleet now, seen with what is remembered of it. A window of evidence takes as long as it
  /// takes: without a record, most nodes are not known well enough to be acted on.
  func snapshot(after remembered: Remembered, wishes: Wishes, halted: Bool) async throws -> Snapshot
  {
    let transport = Wiring.transport()
    defer { transport.shutdown() }
    let watch = FleetWatch(rulebook: rulebook, own: .here())
    await watch.resume(from: remembered.memory, events: remembered.events)
    let actuators = Wiring.actuators(settings, transport: transport)
    for actuator in actuators { try await list(actuator, into: watch) }
    let watched = await TargetList(settings.collectors, log: Logs.make(level: .error)).current()
    await watch.watch(watched)
    await scrape(watched.map(\.target), over: transport, into: watch)
    guard
      let seen = await watch.observe(
        at: SystemTime().now(), clouds: actuators.map(\.cloud), killSwitch: halted,
        wakes: wishes.wakes, resumedAt: wishes.resumedAt)
    else { throw Exit.failed }
    return seen.snapshot
  }

  private func list(_ actuator: any Actuator, into watch: FleetWatch) async throws {
    let asked = SystemTime().now()
    do throws(ActuateError) {
      await watch.take(try await actuator.inventory(), of: actuator.cloud, at: asked)
    } catch {
      tell("finops: cloud \(actuator.cloud) could not be listed: \(error)")
      if case .refused(let failure) = error, failure.kind == .auth { throw Exit.credentials }
      throw Exit.unreachable
    }
  }

  private func scrape(
    _ targets: [Target], over transport: CurlTransport, into watch: FleetWatch
  ) async {
    let collector = Wiring.collector(settings, transport: transport)
    await withDiscardingTaskGroup { group in
      // Each worker takes every n-th target: as many at once, and no queue to share.
      let workers = min(Self.atOnce, targets.count)
      for worker in 0..<workers {
        let mine = stride(from: worker, to: targets.count, by: workers).map { targets[$0] }
        group.addTask {
          for target in mine { await ask(target, collector, watch) }
        }
      }
    }
  }

  private func ask(_ target: Target, _ collector: any Collector, _ watch: FleetWatch) async {
    let at = SystemTime().now()
    do throws(CollectError) {
      await watch.take(try await collector.collect(target, at: at))
    } catch {
      tell("finops: \(target) did not answer: \(error)")
      await watch.failed(target, at: at)
    }
  }
}
