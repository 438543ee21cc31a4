import FleetModel
import Ports
import Simulator
import Synchronization

/// An exporter and the machine it sits on, which is known after the exporter: it carries the
/// exporter's address.
final class DemoStand: Sendable {
  let exporter: Exporter
  private let seat: Seat

  private final class Seat: Sendable {
    let node = Mutex<NodeID?>(nil)
    let target = Mutex<Target?>(nil)
  }

  /// The machines of a demo's AWS have the numbers below.
  private static let firstIdentity = 10_000

  init(
    name: String, type: InstanceType, pool: PoolName, number: Int, worksUntil: Timestamp?,
    time: any TimeSource, faults: FaultInjector, isUp: @escaping @Sendable (NodeID) -> Bool
  ) {
    let seat = Seat()
    self.seat = seat
    exporter = Exporter(
      .init(
        name: name, number: number, identity: Self.firstIdentity + number, accelerators: 1,
        type: type, namespace: pool.rawValue, serves: nil),
      activity: DemoWork(until: worksUntil), time: time, faults: faults,
      isUp: { seat.node.withLock { $0 }.map(isUp) ?? false })
  }

  var target: Target? { seat.target.withLock { $0 } }

  func start() async throws(DemoError) -> Target {
    let target = try await exporter.start(port: 0)
    seat.target.withLock { $0 = target }
    return target
  }

  func sit(_ node: NodeID) { seat.node.withLock { $0 = node } }
}

/// A machine that is at work until nobody uses it any more; nil: always.
private struct DemoWork: ActivitySource {
  var until: Timestamp?

  func activity(node: Int, accelerator: Int, at moment: Timestamp) -> DeviceActivity? {
    let works = until.map { moment < $0 } ?? true
    return DeviceActivity(duty: works ? 0.7 : 0, memoryUsed: works ? 12_000 : 0)
  }
}
