import Clouds
import Controller
import CurlTransport
import DemoFleet
import FleetModel
import Planner
import Ports

/// Puts the demo's machines into an EC2 somebody else wrote, and takes its word from then on.
///
/// The exporters are ours; whether a node is on is decided over there: a machine that is stopped in
/// that cloud stops answering here.
struct CloudMirror: Sendable {
  private let theirs: EC2Actuator
  private let ours: EC2Actuator
  /// Their machine to ours.
  private let pairs: [NodeID: NodeID]

  /// Launches one machine there for each of ours, tagged with its exporter.
  static func raise(_ stage: DemoStage, endpoint: String, transport: CurlTransport) async throws
    -> CloudMirror
  {
    let fleet = stage.settings.fleet
    let endpoints = stage.fleet.endpoints()
    let region = stage.settings.region
    let theirs = stage.caller(of: endpoint, over: transport)
    var pairs: [NodeID: NodeID] = [:]
    for seat in endpoints.targets {
      let pool = stage.settings.pools.first { $0.name == seat.pool }
      let spec = LaunchSpec(
        cloud: "aws", region: region, type: pool?.type ?? "g6e.xlarge",
        image: "ami-0de0de0de0de0de00")
      let token = "demo-\(seat.node.rawValue)"
      // A caller of its own for each machine: the actuator's own pacing is for one caller's burst.
      let receipt = try await stage.caller(of: endpoint, over: transport).carryOut(
        Action(
          token: token, intent: .launch, launch: spec,
          tags: [
            Tag.fleet: fleet, Tag.pool: seat.pool.rawValue, Tag.target: seat.target.rawValue,
            "Name": seat.name,
          ]))
      if let theirs = receipt.node { pairs[theirs] = seat.node }
    }
    return CloudMirror(
      theirs: theirs, ours: stage.caller(of: endpoints.ec2, over: transport), pairs: pairs)
  }

  /// Follows their states until cancelled.
  func follow() async {
    var off: Set<NodeID> = []
    while !Task.isCancelled {
      if let inventory = try? await theirs.inventory() {
        for node in inventory.nodes where !node.state.isLive && off.insert(node.id).inserted {
          guard let own = pairs[node.id] else { continue }
          _ = try? await ours.carryOut(
            Action(token: "mirror-\(own.rawValue)", intent: .stop, node: own))
        }
      }
      guard (try? await SystemTime().sleep(for: .milliseconds(500))) != nil else { return }
    }
  }
}
