import FleetModel
import Planner
import TestSupport
import Testing

/// Profiling fields that read 0 while GPUs work, on many nodes at once (NVIDIA/DCGM#303,
/// NVIDIA/dcgm-exporter#507): time makes a broken sensor no better.
@Suite("Nodes that turned idle together on their sensors' word alone")
struct SuspectTurnsTests {
  /// At rest, the memory still held.
  private static let held = TestFleet.Signals(memory: 30_000)

  /// Ten nodes at work, of which some turn idle at once and stay so for an hour.
  private static func turned(
    _ count: Int, to signals: TestFleet.Signals, mode: OperatingMode = .auto
  ) -> TestFleet {
    var fleet = TestFleet(10, mode: mode, gpus: 1)
    fleet.pass(.minutes(5), .busy)
    go(&fleet, .hours(1)) { $0 < count ? signals : .busy }
    return fleet
  }

  /// Time goes by under a controller that reviews before each plan.
  private static func go(
    _ fleet: inout TestFleet, _ time: Duration, _ signals: (Int) -> TestFleet.Signals
  ) {
    let end = fleet.now.advanced(by: time)
    while fleet.now < end {
      fleet.step()
      for node in fleet.nodes.indices { fleet.hear(node, signals(node)) }
      fleet.review()
    }
  }

  @Test(
    "with their memory held they are held after half an hour too",
    arguments: [(3, true), (4, false)])
  func stays(count: Int, acts: Bool) {
    let fleet = Self.turned(count, to: Self.held)
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts { #expect(fleet.reason(0) == .correlatedIdle(turned: 4, of: 10)) }
  }

  @Test("who gave the memory back ended its work: half an hour is enough")
  func freed() {
    let fleet = Self.turned(4, to: .idle)
    #expect(!fleet.plan.decisions.isEmpty)
  }

  @Test("a server's own counters are another witness than the GPU's sensors")
  func servers() {
    var fleet = TestFleet(10, gpus: 1)
    let still = RequestReading(running: 0, waiting: 0, finished: 100)
    fleet.pass(.minutes(5), .busy, requests: still)
    for _ in 0..<240 {
      fleet.step()
      for node in 0..<10 { fleet.hear(node, node < 4 ? Self.held : .busy, requests: still) }
      fleet.review()
    }
    #expect(fleet.reason(0).code != "correlated_idle")
  }

  @Test("each has to show life: one that works again frees none of the others")
  func life() {
    var fleet = Self.turned(4, to: Self.held)
    Self.go(&fleet, .minutes(15)) { $0 == 1 || $0 == 2 ? Self.held : .busy }
    #expect(fleet.reason(1).code == "correlated_idle")
    Self.go(&fleet, .minutes(1)) { _ in .busy }
    Self.go(&fleet, .minutes(15)) { $0 == 1 ? Self.held : .busy }
    #expect(fleet.verdict(1).intent == .stop)
  }

  @Test("a machine that was started anew is no suspect")
  func restarted() {
    var fleet = Self.turned(4, to: Self.held)
    for node in 0..<4 { fleet.nodes[node].launchedAt = fleet.now.advanced(by: .zero - .minutes(1)) }
    Self.go(&fleet, .minutes(16)) { $0 < 4 ? Self.held : .busy }
    #expect(fleet.reason(0).code != "correlated_idle")
    #expect(!fleet.plan.decisions.isEmpty)
  }

  @Test("a person's resume ends it, and what turned before it does not begin it again")
  func resumed() {
    var fleet = Self.turned(4, to: Self.held)
    fleet.resumedAt = TestFleet.start
    fleet.review()
    #expect(fleet.reason(0).code == "correlated_idle", "a resume of before the hold was known")
    fleet.resumedAt = TestFleet.start.advanced(by: .seconds(1))
    fleet.review()
    #expect(!fleet.plan.decisions.isEmpty)
    Self.go(&fleet, .minutes(5)) { $0 < 4 ? Self.held : .busy }
    #expect(!fleet.plan.decisions.isEmpty)
  }

  @Test("a fleet that shrinks or grows does not move it")
  func size() {
    var fleet = Self.turned(4, to: Self.held)
    for number in 10..<30 { fleet.nodes.append(TestFleet.node(number, gpus: 1)) }
    fleet.review()
    #expect(fleet.reason(0) == .correlatedIdle(turned: 4, of: 10))
  }
}
