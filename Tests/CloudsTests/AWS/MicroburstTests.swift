import Clouds
import CurlTransport
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Faults that others wrote between us and our token-true fake: whatever happens to a request or
/// its answer, its effect happens once.
@Suite(
  .serialized, .enabled(if: PythonJudge.has("microburst"), "microburst is not installed"),
  .timeLimit(.minutes(3)))
struct MicroburstTests {
  static let effects = [
    #"{"error": {"code": "RequestLimitExceeded", "status": 503}}"#,
    #"{"error": {"code": "InternalError", "status": 500}}"#, #"{"reset": true}"#,
    #"{"response": {"truncate_frac": 0.5}}"#, #"{"response": {"abort_frac": 0.5}}"#,
  ]

  /// Until it succeeds, the same action again and again, as the executor does it.
  private func insist(_ actuator: AWSActuator, _ act: Action, _ time: VirtualTime) async -> Int {
    for attempt in 1...5 {
      if await failure(of: actuator, act) == nil { return attempt }
      time.advance(by: .minutes(1))
    }
    return 0
  }

  @Test func `Every change happens once, whatever happens on the way`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: .none, time: time)
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: 0...9, desired: 5, tags: [Tag.fleet: "f"])
    let upstream = try await cloud.start()
    let proxy = try await Peer.microburst(before: upstream)
    defer { proxy.stop() }
    let actuator = account(
      CurlTransport(TransportOptions(version: "test")), time: time, endpoint: proxy.endpoint)
    for (number, effect) in Self.effects.enumerated() {
      try await launches(number, effect, actuator, cloud, proxy, time)
      try await changes(effect, actuator, cloud, proxy, time)
    }
    await cloud.stop()
    // One left of each of the two launches, and the group's own.
    let live = cloud.nodes().filter(\.value.isLive).count
    #expect(live == 2 * Self.effects.count + cloud.members(of: "gpu").count)
  }

  private func launches(
    _ number: Int, _ effect: String, _ actuator: AWSActuator, _ cloud: FakeEC2, _ proxy: Peer,
    _ time: VirtualTime
  ) async throws {
    for call in ["RunInstances", "CreateFleet"] {
      var act = launch
      act.token = "\(call)-\(number)"
      if call == "CreateFleet" {
        act.launch?.capacity = .spot
        act.launch?.zone = nil
      }
      try await proxy.rules(rule(for: call, effect))
      #expect(await insist(actuator, act, time) == 2, "\(call) \(effect)")
      #expect(cloud.instances(ofToken: act.token).count == 1, "\(call) \(effect)")
    }
  }

  private func changes(
    _ effect: String, _ actuator: AWSActuator, _ cloud: FakeEC2, _ proxy: Peer,
    _ time: VirtualTime
  ) async throws {
    let node = cloud.add(type: "g5.xlarge", tags: [Tag.fleet: "f"], launchedAt: time.now())
    let acts = [
      ("StopInstances", Intent.stop, InstanceState.stopped), ("StartInstances", .start, .running),
      ("TerminateInstances", .terminate, .terminated),
    ]
    for (call, intent, end) in acts {
      try await proxy.rules(rule(for: call, effect))
      let tries = await insist(actuator, Action(token: "t", intent: intent, node: node), time)
      #expect(tries == 2, "\(call) \(effect)")
      #expect(cloud.state(of: node) == end, "\(call) \(effect)")
    }
    try await proxy.rules(rule(for: "SetDesiredCapacity", effect))
    #expect(await insist(actuator, scale("asg/gpu", to: 5), time) == 2, "\(effect)")
    try await proxy.rules(rule(for: "TerminateInstanceInAutoScalingGroup", effect))
    let member = try #require(cloud.members(of: "gpu").first)
    let leave = Action(token: "t", intent: .terminate, node: member)
    #expect(await insist(actuator, leave, time) == 2, "\(effect)")
    #expect(cloud.desired(of: "gpu") == 4 && cloud.members(of: "gpu").count == 4, "\(effect)")
  }
}
