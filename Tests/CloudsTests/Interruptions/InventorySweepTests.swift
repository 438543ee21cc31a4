import Clouds
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@Suite("What differs between two listings")
struct InventorySweepTests {
  static func node(_ id: NodeID, _ state: InstanceState = .running) -> Node {
    Node(
      id: id, cloud: "aws", region: "us-east-1", type: "g6.xlarge", state: state,
      launchedAt: Said.start)
  }

  /// A sweep over a cloud whose listing is given by what happens to `i-1`.
  static func sweep() async throws -> (InventorySweep, TokenCloud, VirtualTime) {
    let cloud = TokenCloud(nodes: [node("i-1"), node("i-2"), node("i-3", .stopped)])
    let time = VirtualTime()
    let sweep = InventorySweep(cloud, time: time)
    _ = try await sweep.inventory()
    return (sweep, cloud, time)
  }

  @Test("a node that ran and is stopped is told, given until it is acknowledged, and then not")
  func stopped() async throws {
    let (sweep, cloud, _) = try await Self.sweep()
    // Somebody else does it.
    _ = try await cloud.carryOut(Action(token: "x", intent: .stop, node: "i-1"))
    _ = try await sweep.inventory()
    let notices = try await sweep.notices()
    #expect(notices.map(\.node) == ["i-1"])
    #expect(notices.map(\.kind) == [.stopped])
    #expect(try await sweep.notices() == notices)
    try await sweep.acknowledge(notices)
    _ = try await sweep.inventory()
    #expect(try await sweep.notices().isEmpty)
  }

  @Test("what we stop or terminate ourselves is no news", arguments: [Intent.stop, .terminate])
  func ours(intent: Intent) async throws {
    let (sweep, _, _) = try await Self.sweep()
    _ = try await sweep.carryOut(Action(token: "x", intent: intent, node: "i-1"))
    _ = try await sweep.inventory()
    #expect(try await sweep.notices().isEmpty)
  }

  @Test("a stop whose answer was lost is ours all the same")
  func lost() async throws {
    let (sweep, cloud, _) = try await Self.sweep()
    await cloud.loseAnswers(1)
    let stop = Action(token: "x", intent: .stop, node: "i-1")
    await #expect(throws: ActuateError.self) { try await sweep.carryOut(stop) }
    _ = try await sweep.inventory()
    #expect(try await sweep.notices().isEmpty)
  }

  @Test("a node we stopped and started is news when it ends again")
  func again() async throws {
    let (sweep, cloud, _) = try await Self.sweep()
    for intent in [Intent.stop, .start] {
      _ = try await sweep.carryOut(Action(token: "\(intent)", intent: intent, node: "i-1"))
      _ = try await sweep.inventory()
    }
    _ = try await cloud.carryOut(Action(token: "y", intent: .terminate, node: "i-1"))
    _ = try await sweep.inventory()
    #expect(try await sweep.notices().map(\.node) == ["i-1"])
  }

  @Test("the first listing says nothing, whatever is stopped in it")
  func first() async throws {
    let (sweep, _, time) = try await Self.sweep()
    #expect(try await sweep.notices().isEmpty)
    // It waited as long as a path may.
    #expect(time.now() == Said.start.advanced(by: .seconds(19)))
  }

  @Test("it passes everything on to the actuator it stands before")
  func passes() async throws {
    let (sweep, _, _) = try await Self.sweep()
    #expect(sweep.cloud == "aws")
    #expect(try await sweep.observe("i-2" as NodeID)?.id == "i-2")
    #expect(try await sweep.observe("asg/none" as WorkloadID) == nil)
  }
}
