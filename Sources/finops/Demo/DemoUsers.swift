import Clouds
import Controller
import CurlTransport
import DemoFleet
import FleetModel
import Planner
import Ports
import Simulator

/// The people of the demo fleet: whoever finds their node switched off and has work, starts it.
///
/// They call the cloud's API themselves, as people do, with no word to the controller: it sees a
/// node that runs again, ends the saving there and counts the start against it.
struct DemoUsers: Sendable {
  private let stage: DemoStage
  private let cloud: EC2Actuator

  init(_ stage: DemoStage, transport: CurlTransport) {
    self.stage = stage
    cloud = stage.caller(of: stage.fleet.endpoints().ec2, over: transport)
  }

  /// Looks after their nodes once a second until cancelled.
  func work() async {
    while !Task.isCancelled {
      let now = stage.clock.now()
      for (number, seat) in stage.fleet.endpoints().targets.enumerated()
      where stage.fleet.ec2.state(of: seat.node) == .stopped && hasWork(number, at: now) {
        _ = try? await cloud.carryOut(
          Action(token: "user-\(seat.node)-\(now.microseconds)", intent: .start, node: seat.node))
      }
      guard (try? await SystemTime().sleep(for: .seconds(1))) != nil else { return }
    }
  }

  private func hasWork(_ node: Int, at now: Timestamp) -> Bool {
    (0..<8).contains { device in
      (stage.activity.activity(node: node, accelerator: device, at: now)?.duty ?? 0) > 0.2
    }
  }
}
