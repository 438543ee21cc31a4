import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
  /// An idle serving node of a pool whose launches took these times.
  private func idle(
    _ time: Duration, starts: [Duration], scaling: ScalingRules? = nil, gaps: GapMemory? = nil
  ) -> TestFleet {
    var fleet = TestFleet(kind: .serving, gpus: 1)
    var memory = ColdStartMemory()
    for start in starts { memory.fold(start) }
    fleet.memory.pools["pool", default: PoolMemory()].coldStarts = memory
    fleet.memory.pools["pool"]?.gaps = gaps
    fleet.rulebook.pools[0].scaling = scaling
    fleet.pass(time)
    return fleet
  }

  @Test(
    "an idle server is kept for the 95th percentile of its own cold starts, within limits",
    arguments: [
      ([Duration](repeating: .minutes(8), count: 3), Duration.minutes(8)),
      // Too few to say anything: SEMANTICS' window for serving pools.
      ([.minutes(8), .minutes(8)], .minutes(15)),
      ([.minutes(2), .minutes(1), .minutes(1)], .minutes(5)),
      ([.minutes(70), .minutes(1), .minutes(1)], .minutes(60)),
      // One slow start in twenty is not the 95th percentile, two are.
      ([Duration](repeating: .minutes(6), count: 19) + [.minutes(30)], .minutes(6)),
      ([Duration](repeating: .minutes(6), count: 18) + [.minutes(30), .minutes(30)], .minutes(30)),
    ])
  func coldStart(starts: [Duration], limit: Duration) {
    var fleet = idle(limit - .seconds(15), starts: starts)
    #expect(fleet.reason() == .idleTooShort(for: limit - .seconds(15), limit: limit))
    fleet.step()
    fleet.hear()
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("before launches were measured, the pool's setting counts; its own window wins always")
  func settings() {
    var fleet = idle(.minutes(9), starts: [], scaling: ScalingRules(coldStart: .minutes(10)))
    #expect(fleet.reason() == .idleTooShort(for: .minutes(9), limit: .minutes(10)))
    fleet.rulebook.pools[0].idleAfter = .minutes(12)
    #expect(fleet.reason() == .idleTooShort(for: .minutes(9), limit: .minutes(12)))
  }

  private func gaps(_ times: [(Duration, Int)]) -> GapMemory {
    var gaps = GapMemory()
    for (gap, count) in times { for _ in 0..<count { gaps.record(gap) } }
    return gaps
  }

  @Test(
    "200 gaps decide, 199 do not", arguments: [(200, Duration.minutes(5)), (199, .minutes(20))])
  func gapsNeeded(count: Int, limit: Duration) {
    // Every gap outlasts a start of 20 minutes by seven: what was seen says to give up at once.
    let starts = [Duration](repeating: .minutes(20), count: 3)
    let fleet = idle(.minutes(4), starts: starts, gaps: gaps([(.minutes(27), count)]))
    #expect(self.limit(of: fleet) == limit)
  }

  @Test("a wait is chosen that costs least over the gaps seen")
  func cheapest() {
    // Short gaps are bridged, long ones are not worth it.
    let mixed = gaps([(.seconds(100), 180), (.hours(3), 20)])
    let start = [Duration](repeating: .minutes(10), count: 3)
    #expect(limit(of: idle(.minutes(4), starts: start, gaps: mixed)) == .minutes(5))
    // All gaps are long: give up at once, which is five minutes for nodes.
    let long = gaps([(.hours(3), 200)])
    #expect(limit(of: idle(.minutes(4), starts: start, gaps: long)) == .minutes(5))
    // All gaps are just longer than a start: bridge them, 800 s lie in the bin up to 896.
    let near = gaps([(.seconds(800), 190), (.hours(3), 10)])
    let dear = [Duration](repeating: .minutes(30), count: 3)
    #expect(limit(of: idle(.minutes(4), starts: dear, gaps: near)) == .seconds(896))
  }

  private func limit(of fleet: TestFleet) -> Duration? {
    guard case .idleTooShort(_, let limit) = fleet.reason() else { return nil }
    return limit
  }

  @Test("for replicas both figures are in the plan, and the learned one counts")
  func both() {
    var (fleet, count) = ScaleToZeroTests.counted(2)
    var memory = PoolMemory()
    memory.gaps = gaps([(.hours(3), 200)])
    fleet.memory.pools["pool"] = memory
    ScaleToZeroTests.ask(0, of: &fleet, for: .minutes(1))
    let plan = ScaleToZeroTests.plan(fleet, count)
    let steps = plan.sizings?.first?.steps.filter { $0.policy == "scale-to-zero" } ?? []
    #expect(
      steps.map(\.reason) == [
        .retained(idle: .minutes(1), limit: .minutes(15)),
        .scaleToZero(idle: .minutes(1), limit: .zero),
      ])
    #expect(plan.decisions.map(\.replicas?.to) == [0])
    count.ready = 0
  }
}
