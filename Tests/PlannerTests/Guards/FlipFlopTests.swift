import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Flip-flop")
struct FlipFlopTests {
  private func decision(_ intent: Intent, _ change: ReplicaChange? = nil, at: Timestamp) -> Decision
  {
    Decision(
      key: DecisionKey("\(intent)/\(at.microseconds)"),
      subject: change == nil ? .node("i-other") : .pool("pool"), pool: "pool", intent: intent,
      reason: intent.grows
        ? .belowMinimum(live: 0, minimum: 1)
        : .surplus(
          want: 1, have: 2, restFor: .minutes(1)), mode: .auto, generation: 0, madeAt: at,
      expiresAt: at.advanced(by: .minutes(1)), replicas: change)
  }

  /// An idle node in a pool whose nodes went up and down before, every `gap`.
  private func flipping(_ acts: Int, every gap: Duration = .minutes(3)) -> TestFleet {
    var fleet = GuardTests.idle(10)
    let end = fleet.now
    fleet.now = end.advanced(by: .zero - gap * acts)
    for number in 0..<acts {
      let act = decision(number.isMultiple(of: 2) ? .start : .stop, at: fleet.now)
      fleet.note(act, .succeeded(Receipt(node: "i-other", state: .pending)))
      fleet.now = fleet.now.advanced(by: gap)
    }
    fleet.now = end
    fleet.memory.acts = nil
    fleet.memory.pools["pool"]?.shrunk = []
    return fleet
  }

  @Test(
    "I15: four reversals within an hour open the breaker, three do not",
    arguments: [(4, true), (5, false)])
  func limit(acts: Int, stops: Bool) {
    let fleet = flipping(acts)
    #expect(fleet.plan.decisions.isEmpty != stops)
    if !stops {
      let until = fleet.now.advanced(by: .minutes(57))
      #expect(fleet.reason() == .flipFlop(reversals: 4, until: until))
    }
  }

  // The first of five acts is no reversal: the other four are three gaps apart.
  @Test("reversals further apart are ordinary", arguments: [(1199, false), (1200, true)])
  func window(seconds: Int64, stops: Bool) {
    #expect(flipping(5, every: .seconds(seconds)).plan.decisions.isEmpty != stops)
  }

  @Test("the breaker holds for an hour, shrinking only")
  func hold() {
    var fleet = flipping(5)
    fleet.rulebook.pools[0].minimumNodes = 11
    fleet.rulebook.pools[0].launch = Growing.spec
    #expect(fleet.plan.decisions.map(\.intent) == [.launch])
    fleet.rulebook.pools[0].minimumNodes = 0
    fleet.step()
    fleet.pass(.seconds(57 * 60 - 30))
    #expect(fleet.reason().code == "flip_flop")
    fleet.step()
    fleet.pass(.zero)
    #expect(!fleet.plan.decisions.isEmpty)
  }

  /// Ten replicas of which five are too many, after changes from one number to the next.
  private func counted(_ numbers: [Int], every gap: Duration) -> TestFleet {
    var fleet = Growing.counted(have: 10, want: 5)
    fleet.rulebook.pools[0].minimumNodes = 0
    for (from, to) in zip(numbers, numbers.dropFirst()) {
      let act = decision(
        to > from ? .scaleUp : .scaleDown, ReplicaChange(from: from, to: to), at: fleet.now)
      fleet.note(act, .succeeded(Receipt(node: "pool", state: .running)))
      fleet.now = fleet.now.advanced(by: gap)
    }
    return fleet
  }

  @Test("replicas that follow demand up and down every five seconds are no flip-flop")
  func demand() {
    let numbers = (0..<200).map { 3 + [0, 1, 3, 2, 1, 0, 2][$0 % 7] }
    #expect(counted(numbers, every: .seconds(5)).plan.decisions.map(\.intent) == [.scaleDown])
  }

  // Two cold starts of two minutes are 240 s.
  @Test(
    "replicas that go from a to b and back in a row within two cold starts are",
    arguments: [
      ([1, 2, 1, 2, 1, 2], 240, false), ([1, 2, 1, 2, 1], 240, true),
      ([1, 2, 1, 2, 1, 2], 241, true), ([1, 2, 1, 3, 1, 2, 1, 3], 60, true),
    ])
  func row(numbers: [Int], seconds: Int64, stops: Bool) {
    let fleet = counted(numbers, every: .seconds(seconds))
    #expect(fleet.plan.decisions.isEmpty != stops)
    if !stops { #expect(fleet.poolReason?.code == "flip_flop") }
  }

  @Test("moves between places to buy at are no change of mind")
  func spot() {
    var fleet = GuardTests.idle(10)
    for number in 0..<8 {
      var act = decision(number.isMultiple(of: 2) ? .launch : .terminate, at: fleet.now)
      act.reason = .returnToSpot(offering: "zone", age: .hours(1))
      fleet.note(act, .succeeded(Receipt(node: "i-other", state: .pending)))
      fleet.now = fleet.now.advanced(by: .seconds(1))
    }
    #expect(fleet.memory.pools["pool"]?.flips == nil)
  }

  @Test("the opening is told once")
  func told() {
    var fleet = flipping(4)
    let before = fleet.plan
    fleet.step()
    fleet.note(
      decision(.start, at: fleet.now), .succeeded(Receipt(node: "i-other", state: .pending)))
    let told = { (before: Plan) in
      alerts(for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
        .filter { $0.kind == .flipFlop }.count
    }
    #expect(told(before) == 1)
    let after = fleet.plan
    fleet.step()
    #expect(told(after) == 0)
  }
}
