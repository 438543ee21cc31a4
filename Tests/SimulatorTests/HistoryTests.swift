import CostModel
import FleetModel
import Planner
import Simulator
import TestSupport
import Testing

@Suite("History")
struct HistoryTests {
  static let shape = DemoFleetShape.standard
  /// Made once: tests read it.
  static let month = history(days: 30, step: .minutes(10))
  static let week = history(days: 7, step: .minutes(10))

  static func history(days: Int64, step: Duration, seed: UInt64 = 7) -> History {
    let end = TestFleet.start.startOfHour
    return simulateHistory(
      shape: shape, activity: DemoActivity(shape: shape, seed: seed), rulebook: shape.rulebook(),
      range: end.advanced(by: .zero - .days(days))..<end, step: step, seed: seed)
  }

  @Test("every billed accelerator-microsecond is in one bucket, hours are whole and not exceeded")
  func conservation() {
    let usage = Self.week.usage
    #expect(usage.allSatisfy { $0.buckets.total == $0.billedMicroseconds * Int64($0.accelerators) })
    #expect(usage.allSatisfy { $0.billedMicroseconds <= 3_600_000_000 })
    #expect(usage.allSatisfy { $0.hour == $0.hour.startOfHour })
    let keys = Set(usage.map { "\($0.node) \($0.hour)" })
    #expect(keys.count == usage.count)
  }

  @Test("billed and off time do not overlap: together at most the whole range, and all of it near")
  func whole() {
    let history = Self.week
    let end = TestFleet.start.startOfHour
    for node in history.nodes {
      let billed = history.usage.filter { $0.node == node.id }
        .reduce(Int64(0)) { $0 + $1.billedMicroseconds }
      let off = history.off.filter { $0.node == node.id }
        .reduce(Int64(0)) { $0 + (($1.until ?? end).microseconds - $1.from.microseconds) }
      #expect(billed + off == Duration.days(7).microseconds)
    }
  }

  @Test("stops and starts show in every pool, and each stop is one off interval")
  func acts() {
    let history = Self.week
    for pool in Self.shape.pools {
      let off = history.off.filter { $0.pool == pool.name }
      #expect(off.count > 3)
      #expect(off.contains { $0.until != nil })
    }
    let pending = history.nodes.count { $0.state == .stopping }
    #expect(history.off.count + pending == history.stops)
  }

  @Test("the month has work, idleness and overhead, and hardly any time nobody saw")
  func shares() {
    var times = BucketTimes()
    for hour in Self.month.usage { times = times + hour.buckets }
    let share = { (bucket: Bucket) in Double(times[bucket]) / Double(times.total) }
    #expect(share(.work) > 0.2)
    #expect(share(.warmIdle) > 0.01 && share(.allocatedIdle) > 0.01 && share(.freeIdle) > 0.01)
    #expect(share(.loading) > 0)
    #expect(share(.unobserved) < 0.01)
    let off = Self.month.off.reduce(0.0) {
      $0 + ($1.until ?? TestFleet.start).duration(since: $1.from).inSeconds / 3600
    }
    print("shares: \(Bucket.allCases.map { "\($0) \(share($0))" }), node-hours off: \(off)")
  }

  @Test("the same seed gives the same history, another another")
  func seeded() {
    let one = Self.history(days: 1, step: .minutes(10))
    let again = Self.history(days: 1, step: .minutes(10))
    #expect(one.usage == again.usage && one.off == again.off && one.memory == again.memory)
    #expect(Self.history(days: 1, step: .minutes(10), seed: 8).usage != one.usage)
  }

  @Test("no node with work is ever stopped")
  func noWork() {
    let activity = DemoActivity(shape: Self.shape, seed: 7)
    let numbers = Dictionary(
      uniqueKeysWithValues: Self.shape.nodes(launchedAt: TestFleet.start).enumerated()
        .map { ($1.id, $0) })
    for interval in Self.week.off {
      // Confirmed one tick after the decision; the window before it was idle on every tick.
      let decided = interval.from.advanced(by: .zero - .minutes(10))
      for accelerator in 0..<8 {
        let truth = activity.activity(
          node: numbers[interval.node] ?? 0, accelerator: accelerator, at: decided)
        #expect(truth?.duty == 0)
      }
    }
  }

  @Test("a month of the fleet is simulated in seconds")
  func speed() {
    let clock = ContinuousClock()
    var stops = 0
    let time = clock.measure { stops = Self.month.stops }
    #expect(stops > 100)
    print("30 days × 24 nodes × 8 GPUs at 10 min: \(time), \(stops) stops")
  }
}
