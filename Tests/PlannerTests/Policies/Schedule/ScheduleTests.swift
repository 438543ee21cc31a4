import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Schedule")
struct ScheduleTests {
  static let now = TestFleet.start

  static func window(
    _ name: String, from: Duration = .hours(-1), until: Duration = .hours(1), minimum: Int? = nil,
    maximum: Int? = nil, protects: Bool = false
  ) -> LimitWindow {
    LimitWindow(
      name: name, from: now.advanced(by: from), until: now.advanced(by: until), minimum: minimum,
      maximum: maximum, protects: protects)
  }

  /// A pool of replicas under these windows; the calendar reaches a day around now.
  static func counted(
    _ windows: [LimitWindow], ready: Int = 3, until: Duration = .days(1),
    change: (inout TestFleet) -> Void = { _ in }
  ) -> Plan {
    var fleet = TestFleet(0, kind: .serving)
    change(&fleet)
    var snapshot = fleet.snapshot
    snapshot.replicas = ["pool": ReplicaCount(ready: ready, pending: 0)]
    snapshot.calendar = FleetCalendar(
      from: now.advanced(by: .days(-1)), until: now.advanced(by: until),
      limits: ["pool": windows])
    return plan(snapshot, under: fleet.rulebook)
  }

  static func target(of plan: Plan) -> Int? { plan.decisions.first?.replicas?.to }

  @Test("a window's limits hold while it is in force")
  func inForce() {
    #expect(Self.target(of: Self.counted([Self.window("day", minimum: 5)])) == 5)
    #expect(Self.target(of: Self.counted([Self.window("night", maximum: 1)])) == 1)
    let until = Self.now.advanced(by: .hours(1))
    let reason = Self.counted([Self.window("day", minimum: 5)]).decisions.first?.reason
    #expect(reason == .scheduled(name: "day", until: until))
  }

  @Test("a window begins at its first moment and is over at its end")
  func edges() {
    let second = Duration.seconds(1)
    let over = Self.window("over", from: .hours(-1), until: .zero, minimum: 5)
    let last = Self.window("last", from: .hours(-1), until: second, minimum: 5)
    let first = Self.window("first", from: .zero, until: .hours(1), minimum: 5)
    #expect(Self.target(of: Self.counted([over])) == nil)
    #expect(Self.target(of: Self.counted([last])) == 5)
    #expect(Self.target(of: Self.counted([first])) == 5)
  }

  @Test("of overlapping windows the later in the list wins, for what it speaks of")
  func overlap() {
    let day = Self.window("day", minimum: 6, maximum: 8)
    let holiday = Self.window("holiday", minimum: 4)
    #expect(Self.target(of: Self.counted([day, holiday])) == 4)
    #expect(Self.target(of: Self.counted([holiday, day])) == 6)
    #expect(Self.target(of: Self.counted([day, holiday], ready: 9)) == 8)
  }

  @Test("a minimum is kept one start and one look before its window begins")
  func ahead() {
    // A start takes 2 minutes by default, a look 15 s.
    let lead = Duration.seconds(135)
    let near = Self.window("day", from: lead, until: .hours(9), minimum: 5)
    let far = Self.window("day", from: lead + .seconds(1), until: .hours(9), minimum: 5)
    #expect(Self.target(of: Self.counted([near])) == 5)
    #expect(Self.target(of: Self.counted([far])) == nil)
    let slow = Self.counted([far]) { $0.rulebook.pools[0].scaling = .slow }
    #expect(Self.target(of: slow) == 5)
  }

  @Test("a closed hour does not keep the next one from being ready, and lasts to its end")
  func closed() {
    let night = Self.window("night", until: .minutes(1), maximum: 0)
    let day = Self.window("day", from: .minutes(1), until: .hours(9), minimum: 5)
    #expect(Self.target(of: Self.counted([night, day], ready: 0)) == 5)
    let later = Self.window("day", from: .hours(1), until: .hours(9), minimum: 5)
    #expect(Self.target(of: Self.counted([night, later], ready: 3)) == 0)
  }

  @Test("a calendar that does not reach to now sets no limit and takes nothing away")
  func stale() {
    let night = Self.window("night", maximum: 1)
    let stale = Self.counted([night, Self.window("day", minimum: 9)], until: .zero)
    #expect(stale.decisions == [])
    let reason = Reason.scheduled(name: "calendar out of date", until: Self.now)
    #expect(stale.sizings?.first?.hold == reason)
    #expect(Self.target(of: Self.counted([night], until: .seconds(1))) == 1)
  }

  @Test(
    "an idle node is kept in protected hours, and stopped after them", arguments: [true, false])
  func protected(inside: Bool) {
    var fleet = TestFleet(2)
    fleet.pass(.minutes(30))
    let end = fleet.now.advanced(by: inside ? .seconds(1) : .zero)
    let hours = LimitWindow(name: "office", from: Self.now, until: end, protects: true)
    let plan = fleet.plan(with: [hours])
    let word = plan.verdicts.first { $0.subject == .node(fleet.nodes[0].id) }
    #expect(word?.intent == (inside ? .keep : .stop))
    #expect(plan.decisions.isEmpty == inside)
    if inside { #expect(word?.reason == .protectedHours(name: "office", until: end)) }
  }

  @Test("idle nodes are kept up to a scheduled minimum", arguments: [(2, 0), (1, 1), (0, 2)])
  func floor(minimum: Int, stops: Int) {
    var fleet = TestFleet(2)
    fleet.rulebook.thresholds.cycleShare = 1
    fleet.rulebook.thresholds.windowShare = 1
    fleet.pass(.minutes(30))
    let end = fleet.now.advanced(by: .hours(1))
    let plan = fleet.plan(
      with: [LimitWindow(name: "day", from: Self.now, until: end, minimum: minimum)])
    #expect(plan.decisions.count { $0.intent == .stop } == stops)
    let kept = plan.verdicts.filter { $0.reason == .scheduled(name: "day", until: end) }
    #expect(kept.count { if case .node = $0.subject { true } else { false } } == 2 - stops)
  }

  @Test("without a calendar there are no schedules")
  func none() {
    var fleet = TestFleet(1)
    fleet.pass(.minutes(30))
    #expect(fleet.plan.decisions.map(\.intent) == [.stop])
  }
}

extension ScalingRules {
  fileprivate static let slow = ScalingRules(coldStart: .minutes(10))
}

extension TestFleet {
  fileprivate func plan(with windows: [LimitWindow]) -> Plan {
    var snapshot = snapshot
    snapshot.calendar = FleetCalendar(
      from: TestFleet.start, until: now.advanced(by: .days(1)), limits: ["pool": windows])
    return Planner.plan(snapshot, under: rulebook)
  }
}
