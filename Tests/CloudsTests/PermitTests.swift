import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

/// Permits on their way from the act to the wire. What every adapter does with one that has ended
/// is in the conformance suites (`LateActs`).
@Suite struct PermitTests {
  static let young = SendPermit(seenAt: .now, limit: .seconds(600))

  /// As the look before an act saw it: nothing stands against an act but these.
  static func node(_ capacity: CapacityType = .onDemand, hindrances: [ActHindrance] = []) -> Node {
    Node(
      id: "i-1", cloud: "aws", region: "us-east-1", type: "g5.xlarge", capacity: capacity,
      state: .running, launchedAt: Timestamp(seconds: 0), tags: [Tag.fleet: "f"],
      facts: NodeFacts(hindrances: hindrances))
  }

  static func stop(_ seen: Node?) -> Action {
    Action(token: "t", intent: .stop, node: "i-1", seen: seen)
  }

  @Test func `A change carries the act's permit to the transport, a look carries none`()
    async throws
  {
    let transport = ScriptedTransport([
      .page(["i-1"]), .types([("g5.xlarge", 1)]), .unprotected("i-1"), .unprotected("i-1"),
      .changed("i-1", to: "stopping"),
    ])
    _ = try await account(transport).carryOut(Self.stop(nil), under: Self.young)
    #expect(
      transport.forms.map { $0["Action"] } == [
        "DescribeInstances", "DescribeInstanceTypes", "DescribeInstanceAttribute",
        "DescribeInstanceAttribute", "StopInstances",
      ])
    #expect(transport.requests.map(\.permit) == [nil, nil, nil, nil, Self.young])
  }

  /// Described once more a stop was 6 s later than its look, on a cloud that took 6 s to describe.
  @Test func `A node that the look saw is not described again`() async throws {
    let transport = ScriptedTransport([.changed("i-1", to: "stopping")])
    _ = try await account(transport).carryOut(Self.stop(Self.node()), under: Self.young)
    #expect(transport.forms.map { $0["Action"] } == ["StopInstances"])
  }

  @Test func `A spot machine that the look saw is refused its stop unasked`() async {
    let transport = ScriptedTransport([])
    let spot = Self.node(
      .spot,
      hindrances: [ActHindrance(.stop, .impossible, because: "a spot machine can not be stopped")])
    let said = await failure(of: account(transport), Self.stop(spot))
    #expect(said?.refusal?.kind == .unsupported)
    #expect(transport.requests.isEmpty)
  }

  @Test(arguments: [(100, false), (60_000, true)])
  func `A fetch of credentials counts to the age`(limit: Int64, leaves: Bool) async throws {
    let time = VirtualTime()
    let cache = CredentialCache(time: time) { () async throws(ActuateError) in
      try? await Task.sleep(for: .milliseconds(300))
      return Issued(testCredentials, link: "slow")
    }
    let transport = ScriptedTransport([.changed("i-1", to: "stopping")])
    let actuator = account(transport, time: time, endpoint: nil, cache: cache)
    let permit = SendPermit(seenAt: .now, limit: .milliseconds(limit))
    do throws(ActuateError) {
      _ = try await actuator.carryOut(Self.stop(Self.node()), under: permit)
      #expect(leaves)
    } catch {
      guard case .tooLate(.evidenceOld) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!leaves)
    }
    #expect(transport.requests.count == (leaves ? 1 : 0))
  }

  /// Cluster Autoscaler forgot what it had cordoned and left it so (autoscaler#5048).
  @Test(.timeLimit(.minutes(2)))
  func `A drain that grows too old is undone before the node is looked at anew`() async throws {
    // The cluster is slow from the moment the node is cordoned.
    let transport = Stalling(LoopbackClient(), for: .milliseconds(3300))
    try await Cluster.run(lag: FakeKubernetes.Lag(), transport: transport) { cluster in
      KubernetesNodeTests.fill(cluster.fake)
      cluster.time.advance(by: .seconds(10))
      let permit = SendPermit(seenAt: .now, limit: .seconds(3))
      await #expect(throws: ActuateError.self) {
        try await cluster.actuator.carryOut(end("gpu-1"), under: permit)
      }
      #expect(cluster.fake.evicted().isEmpty)
      #expect(cluster.fake.calls("delete nodeclaims.karpenter.sh").isEmpty)
      #expect(cluster.fake.calls("patch nodes").count == 2)
      #expect(cluster.fake.isCordoned("gpu-1") == false)
      // Looked at anew it goes on to its end.
      let receipt = try await cluster.actuator.carryOut(end("gpu-1"), under: Self.young)
      #expect(receipt.state == .shuttingDown)
    }
  }
}

/// Holds up the first look after a node was changed.
final class Stalling: HTTPTransport {
  private let transport: any HTTPTransport
  private let pause: Duration
  private let state = Mutex((patched: false, stalled: false))

  init(_ transport: any HTTPTransport, for pause: Duration) {
    self.transport = transport
    self.pause = pause
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let isDue = state.withLock { state in
      if request.method == "PATCH" { state.patched = true }
      guard request.method == "GET", state.patched, !state.stalled else { return false }
      state.stalled = true
      return true
    }
    if isDue { try? await Task.sleep(for: pause) }
    return try await transport.send(request)
  }
}
