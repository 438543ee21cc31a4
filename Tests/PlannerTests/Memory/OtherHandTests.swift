import CostModel
import FleetModel
import Testing

@testable import Planner

/// Savings of nodes that somebody else ended ran on for seven days.
@Suite("What another hand ends")
struct OtherHandTests {
  static let noon = Timestamp(seconds: 1_795_251_600)
  static let rulebook = Rulebook(fleet: "test", pools: [], prices: PriceBook())
  static func at(_ minutes: Int64) -> Timestamp { noon.advanced(by: .minutes(minutes)) }

  static func node(_ id: NodeID, _ state: InstanceState) -> Node {
    Node(
      id: id, cloud: "aws", region: "us-east-1", type: "g6.xlarge", state: state,
      launchedAt: noon, tags: [Tag.fleet: "test"], acceleratorCount: 1)
  }

  /// A node that our act switched off and that was seen off, beside one that runs.
  static func stopped(by intent: Intent) -> Memory {
    var memory = Memory()
    look(&memory, [node("i-1", .running), node("i-2", .running)], at: 0)
    memory.nodes["i-1"]?.stoppedBy = "k"
    memory.nodes["i-1"]?.lastIntent = intent
    let off: InstanceState = intent == .stop ? .stopped : .terminated
    let told = look(&memory, [node("i-1", off), node("i-2", .running)], at: 1)
    #expect(told.map(\.until) == [nil])
    return memory
  }

  @discardableResult
  static func look(_ memory: inout Memory, _ nodes: [Node], at minutes: Int64) -> [OffInterval] {
    memory.observe(nodes, at: at(minutes), under: rulebook)
    let result = account(
      Snapshot(
        takenAt: at(minutes), nodes: nodes, inventoryAt: at(minutes), targets: [:],
        memory: memory), under: rulebook)
    memory = result.memory
    return result.off
  }

  @Test("a stopped node that is terminated saves nothing from then on")
  func terminated() {
    var memory = Self.stopped(by: .stop)
    let told = Self.look(
      &memory, [Self.node("i-1", .terminated), Self.node("i-2", .running)], at: 60)
    #expect(told.map(\.until) == [Self.at(60)])
    let later = Self.look(
      &memory, [Self.node("i-1", .terminated), Self.node("i-2", .running)], at: 61)
    #expect(later.isEmpty)
  }

  @Test("one that is listed no more for ten minutes saved until it was last seen, and not sooner")
  func vanished() {
    var memory = Self.stopped(by: .stop)
    #expect(Self.look(&memory, [Self.node("i-2", .running)], at: 11).isEmpty)
    let told = Self.look(&memory, [Self.node("i-2", .running)], at: 12)
    #expect(told.map(\.until) == [Self.at(1)])
    #expect(told.map(\.from) == [Self.at(1)])
  }

  @Test("one whose cloud is not listed at all is not gone")
  func away() {
    var memory = Self.stopped(by: .stop)
    #expect(Self.look(&memory, [], at: 60).isEmpty)
  }

  @Test("what we ended ourselves is listed no more, and goes on saving")
  func ours() {
    var memory = Self.stopped(by: .terminate)
    #expect(Self.look(&memory, [Self.node("i-2", .running)], at: 60).isEmpty)
    #expect(memory.nodes["i-1"]?.off?.until == nil)
  }

  @Test("an off time that began while the clock was ahead does not end before it began")
  func back() {
    var memory = Self.stopped(by: .stop)
    let told = Self.look(
      &memory, [Self.node("i-1", .running), Self.node("i-2", .running)], at: -60)
    #expect(told.map(\.until) == [Self.at(1)])
  }
}
