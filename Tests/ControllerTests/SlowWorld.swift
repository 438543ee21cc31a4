import FleetModel
import Logging
import Planner
import Ports
import Synchronization
import TestSupport

@testable import Controller

/// The two clocks of a process, moved by hand: the fleet's, and the one that counts real time since
/// boot, suspended or not. At `speed` the first runs so many times as fast.
final class TwoClocks: TimeSource {
  let speed: Int
  private let wall = VirtualTime(TestFleet.start)
  private let boot = Mutex(ContinuousClock.now)

  init(speed: Int = 1) { self.speed = speed }

  func now() -> Timestamp { wall.now() }
  func sleep(for duration: Duration) async throws(CancellationError) { pass(real(duration)) }
  func instant() -> ContinuousClock.Instant { boot.withLock { $0 } }

  /// So much real time goes by, for the process to notice or not.
  func pass(_ duration: Duration) {
    wall.advance(by: duration * speed)
    boot.withLock { $0 += duration }
  }
}

/// A cloud that lets time pass before each call leaves, as a slow look, a queue, a fetch of
/// credentials or a pause of the process does; past its permit nothing leaves.
actor SlowCloud: Actuator {
  nonisolated let cloud: CloudName = "aws"
  private(set) var node: Node
  private(set) var calls: [Action] = []
  private(set) var permits: [SendPermit] = []
  private let clocks: TwoClocks
  private var waits: [Duration]
  private let isAlwaysSlow: Bool

  /// - Parameter waits: before the first call, the second …; none after them, or the last for ever.
  init(_ node: Node, _ clocks: TwoClocks, waits: [Duration], forEver: Bool = false) {
    self.node = node
    self.clocks = clocks
    self.waits = waits
    isAlwaysSlow = forEver
  }

  func inventory() async throws(ActuateError) -> Inventory { Inventory(nodes: [node]) }
  func observe(_ id: NodeID) async throws(ActuateError) -> Node? { node }

  func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    permits.append(permit)
    if let wait = waits.first {
      if !isAlwaysSlow { waits.removeFirst() }
      clocks.pass(wait)
    }
    if let lateness = permit.lateness(at: clocks.instant()) { throw .tooLate(lateness) }
    calls.append(action)
    return Receipt(node: node.id, state: .stopping)
  }
}

/// An exporter that takes its time, and says one thing after the other; the last for ever.
final class SlowExporter: Collector {
  private let clocks: TwoClocks
  private let took: Duration
  private let state: Mutex<(fleet: TestFleet, script: [TestFleet.Signals], reads: Int)>

  init(
    _ fleet: TestFleet, _ clocks: TwoClocks, took: Duration = .seconds(1),
    saying script: [TestFleet.Signals] = [.idle]
  ) {
    self.clocks = clocks
    self.took = took
    state = Mutex((fleet, script, 0))
  }

  var reads: Int { state.withLock { $0.reads } }

  func collect(_ target: Target, at moment: Timestamp) async throws(CollectError) -> NodeReading {
    clocks.pass(took)
    return state.withLock { state in
      var said = state.script[min(state.reads, state.script.count - 1)]
      state.reads += 1
      // The builder's counters move by a whole interval at each read, however short it was.
      let passed = moment.duration(since: state.fleet.now) + clocks.passing(in: took) / 2
      let share = passed / state.fleet.rulebook.scrapeInterval
      said.watts = said.watts.map { $0 * share }
      state.fleet.now = moment
      return state.fleet.reading(0, said)
    }
  }
}
