import FleetModel
import TestSupport
import Testing

@testable import Planner

/// A clock that is set once a day, by people, time servers and hosts that slept (chronos#85,
/// ntpd-rs#957, juju#3941), cost every node its idle window, and the energy of its last minutes.
@Suite("Evidence keeps its age when the wall clock is set")
struct ClockStepTests {
  @Test(
    "a step is what both clocks part by more than the slack, whichever way",
    arguments: [(0, 0), (1, 0), (2, 2), (-1, 0), (-2, -2), (86_400, 86_400), (-86_400, -86_400)])
  func steps(moved: Int64, step: Int64) {
    var clock = ClockSteps(slack: .seconds(1))
    #expect(clock.date(of: .zero) == nil)
    #expect(clock.step(wall: TestFleet.start, steady: .seconds(40)) == .zero)
    let wall = TestFleet.start.advanced(by: .seconds(15 + moved))
    #expect(clock.step(wall: wall, steady: .seconds(55)) == .seconds(step))
    #expect(clock.date(of: .seconds(50)) == wall.advanced(by: .zero - .seconds(5)))
    #expect(clock.step(wall: wall.advanced(by: .seconds(15)), steady: .seconds(70)) == .zero)
  }

  @Test("a look that was taken before a younger one and comes after it is no step back")
  func late() {
    var clock = ClockSteps()
    _ = clock.step(wall: TestFleet.start, steady: .zero)
    let set = TestFleet.start.advanced(by: .hours(1))
    #expect(clock.step(wall: set, steady: .seconds(1)) == .seconds(3599))
    #expect(clock.step(wall: TestFleet.start, steady: .zero) == .zero)
    #expect(clock.step(wall: set.advanced(by: .seconds(1)), steady: .seconds(2)) == .zero)
  }

  @Test("a time server that slews is followed, and is no step however far it comes")
  func slew() {
    var clock = ClockSteps()
    for second in 0..<3_600 {
      let drift = Duration.milliseconds(Int64(second) / 2)
      let wall = TestFleet.start.advanced(by: .seconds(Int64(second)) + drift)
      #expect(clock.step(wall: wall, steady: .seconds(Int64(second))) == .zero)
    }
  }

  /// What the same readings leave behind, heard by a clock that is this much ahead.
  private static func heard(ahead: Duration) -> Memory {
    var fleet = TestFleet(2, gpus: 2)
    fleet.pass(.minutes(6), .busy)
    fleet.now = fleet.now.advanced(by: ahead)
    var memory = Memory()
    for look in 0..<40 {
      for index in 0..<2 {
        var reading = fleet.reading(index, .idle)
        reading.receivedAt = TestFleet.start.advanced(by: ahead + .seconds(900 + Int64(look) * 15))
        reading.requests = RequestReading(running: 0, waiting: 0, finished: 12)
        reading.host = HostReading()
        memory.fold(reading, under: fleet.rulebook)
      }
    }
    return memory
  }

  @Test(
    "all that is dated of a target moves, as if the clock had always stood there",
    arguments: [-40, -1, 1, 45] as [Int64])
  func everything(step: Int64) {
    var memory = Self.heard(ahead: .zero)
    memory.follow(clockStep: .seconds(step), under: TestFleet(2, gpus: 2).rulebook)
    #expect(memory.targets == Self.heard(ahead: .seconds(step)).targets)
    #expect(!memory.targets.isEmpty)
  }

  @Test("a step and the same step back leave what was there", arguments: [1, 17, 45] as [Int64])
  func thereAndBack(seconds: Int64) {
    let rulebook = TestFleet(2, gpus: 2).rulebook
    let before = Self.heard(ahead: .zero)
    var memory = before
    memory.follow(clockStep: .seconds(seconds), under: rulebook)
    #expect(memory != before)
    memory.follow(clockStep: .zero - .seconds(seconds), under: rulebook)
    #expect(memory == before)
  }

  /// An idle node heard for so long, then the clock is set, then five minutes more; how long it has
  /// been idle by then.
  private static func idle(step: Duration) -> Duration? {
    var fleet = TestFleet(1, gpus: 1)
    fleet.nodes[0].launchedAt = fleet.now.advanced(by: .zero - .days(30))
    fleet.pass(.minutes(5), .busy)
    fleet.pass(.minutes(20), .idle)
    fleet.memory.follow(clockStep: step, under: fleet.rulebook)
    fleet.now = fleet.now.advanced(by: step)
    fleet.pass(.minutes(5), .idle)
    guard let reason = fleet.plan.verdicts.first?.reason else { return nil }
    return switch reason {
    case .idleConfirmed(let rest, _, _): rest
    case .idleTooShort(let rest, _): rest
    default: nil
    }
  }

  @Test(
    "an idle window goes on through a step back of seconds, hours and days",
    arguments: [-2, -61, -3_600, -86_400 * 3] as [Int64])
  func back(seconds: Int64) throws {
    let rest = try #require(Self.idle(step: .seconds(seconds)))
    #expect(rest == Self.idle(step: .zero))
  }

  /// Three scrape intervals may be a hole: what a paused machine may have missed in less is allowed
  /// to anybody.
  @Test("a step forward longer than a hole may be ends the window: it may be time nobody saw")
  func forward() throws {
    #expect(Self.idle(step: .seconds(45)) == Self.idle(step: .zero))
    let rest = try #require(Self.idle(step: .seconds(46)))
    #expect(rest <= .minutes(5))
  }

  /// Ten nodes of which five turned idle together on their sensors' word, and are held for it.
  private struct Doubted {
    var fleet = TestFleet(10, gpus: 1)
    private var held = TestFleet.Signals(memory: 30_000)

    init() {
      for node in fleet.nodes.indices {
        fleet.nodes[node].launchedAt = fleet.now.advanced(by: .zero - .days(30))
      }
      fleet.pass(.minutes(20), .busy)
      hear(180)
    }

    mutating func hear(_ looks: Int) {
      for _ in 0..<looks {
        fleet.step()
        for node in 0..<10 { fleet.hear(node, node < 5 ? held : .busy) }
        fleet.review()
      }
    }

    var suspects: Int? { fleet.memory.suspectTurns?.held?.suspects.count }
  }

  /// Reviewed live: two seconds back, and nodes whose sensors had broken together were stopped.
  @Test(
    "nodes that turned idle on their sensors' word stay held through a step",
    arguments: [-7_200, -2, 2, 45, 46, 7_200] as [Int64])
  func suspects(seconds: Int64) {
    var world = Doubted()
    #expect(world.suspects == 5)
    world.fleet.memory.follow(clockStep: .seconds(seconds), under: world.fleet.rulebook)
    world.fleet.now = world.fleet.now.advanced(by: .seconds(seconds))
    world.fleet.review()
    world.hear(20)
    #expect(world.suspects == 5)
    #expect(world.fleet.plan.decisions.isEmpty)
  }

  @Test("they stay held through an outage of their exporters, and a start behind a step back")
  func suspectsUnheard() {
    var world = Doubted()
    world.fleet.silence(.minutes(2))
    for target in world.fleet.targets.values {
      world.fleet.memory.foldFailure(
        of: target, at: world.fleet.now, under: world.fleet.rulebook)
    }
    world.fleet.review()
    #expect(world.suspects == 5)
    world.fleet.now = world.fleet.now.advanced(by: .hours(-2))
    world.fleet.memory.forgetFuture(at: world.fleet.now)
    world.fleet.review()
    world.hear(20)
    #expect(world.suspects == 5)
    #expect(world.fleet.plan.decisions.isEmpty)
  }

  /// A node whose exporter names another GPU since this very look.
  private static func swapped() -> TestFleet {
    var fleet = TestFleet(1, gpus: 1)
    fleet.pass(.minutes(20), .idle)
    var swapped = fleet.reading(0, .idle)
    swapped.accelerators[0].id = "GPU-other"
    fleet.step()
    swapped.receivedAt = fleet.now
    fleet.memory.fold(swapped, under: fleet.rulebook)
    return fleet
  }

  @Test("a start that has yet to come explains no exchange of GPUs")
  func startAhead() {
    var fleet = Self.swapped()
    fleet.nodes[0].launchedAt = fleet.now.advanced(by: .minutes(1))
    fleet.settle()
    #expect(fleet.memory.targets.values.first?.identity?.change != nil)
    fleet.silence(.minutes(1))
    fleet.settle()
    #expect(fleet.memory.targets.values.first?.identity?.change == nil)
  }

  @Test("while every cloud calls our clock wrong no start explains anything")
  func wrongClock() {
    var fleet = Self.swapped()
    fleet.nodes[0].launchedAt = fleet.now
    fleet.silence(.minutes(1))
    fleet.nodes[0].launchedAt = fleet.now
    func change(skew: Duration) -> TargetIdentity.Change? {
      var snapshot = fleet.snapshot
      snapshot.clockSkew = ["aws": skew]
      snapshot.learn(every: .seconds(30), under: fleet.rulebook)
      return snapshot.memory.targets.values.first?.identity?.change
    }
    #expect(change(skew: .minutes(5)) != nil)
    #expect(change(skew: .minutes(4)) == nil)
  }

  @Test("what holds acts back lasts as long as it would have, whichever way the clock is set")
  func caps() {
    var memory = Memory()
    memory.pools["p"] = PoolMemory()
    memory.pools["p"]?.shrunk = [TestFleet.start]
    memory.nodes["i-1"] = NodeMemory()
    memory.nodes["i-1"]?.lastActAt = TestFleet.start
    memory.follow(clockStep: .seconds(45), under: TestFleet(1).rulebook)
    let later = TestFleet.start.advanced(by: .seconds(45))
    #expect(memory.pools["p"]?.shrunk == [later])
    #expect(memory.nodes["i-1"]?.lastActAt == later)
    memory.follow(clockStep: .seconds(-45), under: TestFleet(1).rulebook)
    #expect(memory.pools["p"]?.shrunk == [later])
  }
}
