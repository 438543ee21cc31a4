import FleetModel
public import Ports
public import Simulator
import Synchronization

/// A whole fleet on 127.0.0.1: an exporter for every node and the cloud that rents them out.
///
/// Machines stop and start as EC2's do, their exporters with them. A launched machine takes one of
/// the spare places, when one is free, and gets the tag `finops-target` of its exporter.
public final class DemoFleet: Sendable {
  private struct Seat {
    var exporter: Exporter
    var name: String
    var pool: PoolName
    var target: Target?
    var node: NodeID?
  }

  /// The fake cloud, for tests and for the demo's own questions.
  public let ec2: FakeEC2
  /// What goes wrong; can be changed while it runs.
  public let faults: FaultInjector
  private let plan: DemoFleetPlan
  private let time: any TimeSource
  private let board: Board

  /// Who sits where; shared with the closures the exporters and the cloud ask.
  private final class Board: Sendable {
    let seats = Mutex<[Seat]>([])
    let endpoint = Mutex<String?>(nil)
  }

  public init(_ plan: DemoFleetPlan, activity: any ActivitySource, time: any TimeSource) {
    let board = Board()
    let faults = FaultInjector(plan.faults)
    self.plan = plan
    self.time = time
    self.faults = faults
    self.board = board
    ec2 = FakeEC2(region: plan.region, lag: plan.lag, time: time, faults: faults) { node, tags in
      Self.seat(node, tags, on: board)
    }
    let cloud = ec2
    let count = plan.nodes.count
    let spare = plan.nodes.last ?? DemoNode(name: "", pool: "spare", type: "p5.48xlarge")
    let spares = (0..<plan.spares).map { index in
      DemoNode(
        name: "spare-\(index + 1)", pool: spare.pool, type: spare.type,
        accelerators: spare.accelerators, serves: spare.serves, cut: spare.cut,
        rhythm: spare.rhythm, lateness: spare.lateness)
    }
    let seats = (plan.nodes + spares).enumerated().map { number, node in
      let place = Exporter.Place(
        name: node.name, number: number < count ? number : (number - count) % max(1, count),
        identity: number, accelerators: node.accelerators, type: node.type,
        namespace: node.pool.rawValue, serves: node.serves, cut: node.cut, rhythm: node.rhythm,
        lateness: node.lateness)
      let exporter = Exporter(place, activity: activity, time: time, faults: faults) {
        let sitting = board.seats.withLock { $0[number].node }
        return sitting.flatMap { cloud.state(of: $0) } == .running
      }
      return Seat(exporter: exporter, name: node.name, pool: node.pool)
    }
    board.seats.withLock { $0 = seats }
  }

  /// Opens every port and puts the plan's machines there, running. Throws, with nothing left
  /// open, when a port can not be had.
  public func start() async throws(DemoError) -> DemoEndpoints {
    guard Set(plan.nodes.map(\.name)).count == plan.nodes.count else {
      throw .badPlan("two nodes have the same name")
    }
    do throws(DemoError) {
      let endpoint = try await ec2.start(port: plan.firstPort)
      board.endpoint.withLock { $0 = endpoint }
      let exporters = board.seats.withLock { $0.map(\.exporter) }
      for (number, exporter) in exporters.enumerated() {
        let port = plan.firstPort == 0 ? 0 : plan.firstPort + 1 + number
        let target = try await exporter.start(port: port)
        board.seats.withLock { $0[number].target = target }
      }
    } catch {
      await stop()
      throw error
    }
    for (number, node) in plan.nodes.enumerated() { place(node, at: number) }
    return endpoints()
  }

  /// Where everything is now.
  public func endpoints() -> DemoEndpoints {
    DemoEndpoints(
      ec2: board.endpoint.withLock { $0 } ?? "",
      targets: board.seats.withLock { seats in
        seats.compactMap { seat in
          guard let target = seat.target, let node = seat.node else { return nil }
          return DemoTarget(name: seat.name, pool: seat.pool, target: target, node: node)
        }
      })
  }

  /// Closes every port and connection. May be called twice.
  public func stop() async {
    await ec2.stop()
    for exporter in board.seats.withLock({ $0.map(\.exporter) }) { await exporter.stop() }
  }

  private func place(_ node: DemoNode, at number: Int) {
    let target = board.seats.withLock { $0[number].target }
    var tags = node.tags
    tags["Name"] = node.name
    tags[Tag.fleet] = plan.fleet
    tags[Tag.pool] = node.pool.rawValue
    tags[Tag.target] = target?.rawValue
    let id = ec2.add(
      id: node.id, type: node.type, tags: tags, launchedAt: plan.launchedAt ?? time.now())
    board.seats.withLock { $0[number].node = id }
  }

  /// Gives a launched machine a free place; the tags say where.
  private static func seat(
    _ node: NodeID, _ tags: [String: String], on board: Board
  ) -> [String: String] {
    board.seats.withLock { seats in
      guard let free = seats.firstIndex(where: { $0.node == nil && $0.target != nil }) else {
        return [:]
      }
      seats[free].node = node
      if let pool = tags[Tag.pool] { seats[free].pool = PoolName(pool) }
      return seats[free].target.map { [Tag.target: $0.rawValue] } ?? [:]
    }
  }
}
