import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("CommitmentAware")
struct CommitmentAwareTests {
  static let type: InstanceType = "p4d.24xlarge"

  static func commitment(
    _ name: String = "reserved", count: Int, type: InstanceType? = type, region: Region? = nil,
    until: Timestamp? = nil
  ) -> Commitment {
    Commitment(
      name: name, cloud: "aws", type: type, region: region, count: count,
      hourly: HourlyRate(perHour: .dollars(13)), until: until)
  }

  /// Idle nodes, all of which may be stopped at once.
  static func idle(_ nodes: Int, _ commitments: [Commitment]) -> TestFleet {
    var fleet = TestFleet(nodes)
    fleet.rulebook.thresholds.cycleShare = 1
    fleet.rulebook.thresholds.windowShare = 1
    fleet.rulebook.commitments = commitments
    fleet.pass(.minutes(30))
    return fleet
  }

  static func stops(_ fleet: TestFleet) -> Int { fleet.plan.decisions.count { $0.intent == .stop } }

  @Test("an idle node a commitment covers is left alone, with the commitment's name")
  func covered() {
    let fleet = Self.idle(1, [Self.commitment(count: 1)])
    #expect(fleet.plan.decisions == [])
    #expect(fleet.verdict().intent == .keep)
    #expect(fleet.reason() == .commitmentCovered(name: "reserved"))
  }

  @Test(
    "the commitment floats: as many stop as are beyond it",
    arguments: [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
  func floats(count: Int, stops: Int) {
    let fleet = Self.idle(3, [Self.commitment(count: count)])
    #expect(Self.stops(fleet) == stops)
    let kept = fleet.plan.verdicts.count { $0.reason == .commitmentCovered(name: "reserved") }
    #expect(kept == 3 - stops)
  }

  @Test("a busy node takes a place like any other")
  func busy() {
    var fleet = Self.idle(2, [Self.commitment(count: 1)])
    fleet.step()
    fleet.hear(0, .busy)
    fleet.hear(1)
    #expect(fleet.plan.decisions.map(\.node) == [fleet.nodes[1].id])
  }

  @Test("a node on its way out has left its place already")
  func leaving() throws {
    var fleet = Self.idle(2, [Self.commitment(count: 1)])
    let first = try #require(fleet.plan.decisions.first)
    fleet.memory.fold(LedgerEvent(id: 1, at: fleet.now, key: first.key, kind: .intended(first)))
    #expect(fleet.plan.decisions == [])
  }

  @Test("another type, another region, spot and an ended commitment are not covered")
  func others() {
    let now = Self.idle(1, []).now
    for other in [
      Self.commitment(count: 1, type: "g5.xlarge"),
      Self.commitment(count: 1, region: "eu-west-1"), Self.commitment(count: 1, until: now),
    ] {
      #expect(Self.stops(Self.idle(1, [other])) == 1)
    }
    let second = now.advanced(by: .seconds(1))
    #expect(Self.stops(Self.idle(1, [Self.commitment(count: 1, until: second)])) == 0)
    var spot = Self.idle(1, [Self.commitment(count: 1)])
    spot.nodes[0].capacity = .spot
    #expect(Self.stops(spot) == 1)
  }

  @Test("two commitments cover two machines, not one twice")
  func two() {
    let narrow = Self.commitment("narrow", count: 1, region: "us-east-1")
    let wide = Self.commitment("wide", count: 1, type: nil)
    #expect(Self.stops(Self.idle(3, [wide, narrow])) == 1)
    #expect(Self.stops(Self.idle(2, [wide, narrow])) == 0)
  }

  @Test("a stop saves when a wide commitment moves to a machine nobody paid for")
  func moves() {
    var fleet = Self.idle(2, [Self.commitment(count: 1, type: nil)])
    fleet.nodes[1].type = "g5.xlarge"
    fleet.rulebook.prices.set(
      Price(
        cloud: "aws", type: "g5.xlarge", hourly: HourlyRate(perHour: .dollars(1)),
        source: "test", asOf: "2026-07-20"))
    #expect(Self.stops(fleet) == 1)
  }

  @Test("random fleets: stops leave exactly as many as commitments pay for")
  func property() {
    var dice = SeededGenerator(seed: 11)
    for _ in 0..<20 {
      let nodes = Int.random(in: 1...6, using: &dice)
      let counts = (0..<2).map { _ in Int.random(in: 0...4, using: &dice) }
      let fleet = Self.idle(
        nodes, [Self.commitment("a", count: counts[0]), Self.commitment("b", count: counts[1])])
      #expect(Self.stops(fleet) == max(0, nodes - counts[0] - counts[1]))
    }
  }

  @Test("unused commitments are told with their money, used ones are not", arguments: [2, 3])
  func unused(count: Int) {
    let fleet = Self.idle(2, [Self.commitment(count: count)])
    let advice = (fleet.plan.advice ?? []).filter { $0.kind == .unusedCommitment }
    #expect(advice.map(\.monthlySaving) == (count == 3 ? [.dollars(13 * 720)] : []))
    #expect(advice.allSatisfy { $0.subject == .pool("pool") })
  }
}

@Suite("Base load")
struct BaseLoadTests {
  /// A fleet watched hourly; `count` nodes run in each hour.
  static func watched(hours: Int, _ count: (Int) -> Int) -> TestFleet {
    var fleet = TestFleet(10)
    fleet.rulebook.pools[0].kind = .training
    let nodes = fleet.nodes
    for hour in 0...hours {
      fleet.memory.observe(Array(nodes.prefix(count(hour))), at: fleet.now, under: fleet.rulebook)
      if hour < hours { fleet.now = fleet.now.advanced(by: .hours(1)) }
    }
    return fleet
  }

  static func advice(_ fleet: TestFleet) -> [Advice] {
    (fleet.plan.advice ?? []).filter { $0.kind == .commit }
  }

  static func priced(_ fleet: TestFleet, _ dollars: Int64) -> TestFleet {
    var fleet = fleet
    fleet.rulebook.prices.set(
      Price(
        cloud: "aws", type: "p4d.24xlarge", capacity: .reserved,
        hourly: HourlyRate(perHour: .dollars(dollars)), source: "test", asOf: "2026-07-20"))
    return fleet
  }

  @Test("what ran in nine hours of ten for 30 days is worth committing to")
  func base() {
    // Five by day; two in an hour of twenty, three else.
    let fleet = Self.watched(hours: 720) { $0 % 20 == 0 ? 2 : $0 % 24 < 12 ? 5 : 3 }
    let saving = Money(nanos: (21_957_642_000 - 13_000_000_000) * 720 * 3)
    #expect(Self.advice(Self.priced(fleet, 13)).map(\.monthlySaving) == [saving])
  }

  @Test("a commitment dearer than on demand is not advised, one of unknown price without a figure")
  func prices() {
    let fleet = Self.watched(hours: 720) { _ in 3 }
    #expect(Self.advice(Self.priced(fleet, 22)) == [])
    let unknown = Self.advice(fleet)
    #expect(unknown.map(\.monthlySaving) == [.zero])
    #expect(unknown.map(\.isEstimated) == [true])
  }

  @Test("nine tenths of 30 days have to be known", arguments: [(647, 0), (648, 1)])
  func known(hours: Int, words: Int) {
    #expect(Self.advice(Self.watched(hours: hours) { _ in 3 }).count == words)
  }

  @Test("what is committed already is not advised again", arguments: [(2, 1), (3, 0)])
  func committed(count: Int, words: Int) {
    var fleet = Self.watched(hours: 720) { _ in 3 }
    fleet.rulebook.commitments = [CommitmentAwareTests.commitment(count: count)]
    #expect(Self.advice(fleet).count == words)
  }

  @Test("a type that is gone counts none, an hour nobody looked is not known")
  func gone() {
    #expect(Self.advice(Self.watched(hours: 720) { $0 < 600 ? 3 : 0 }) == [])
    var fleet = Self.watched(hours: 700) { _ in 3 }
    fleet.now = fleet.now.advanced(by: .hours(100))
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    #expect(Self.advice(fleet) == [])
  }
}

@Suite("Covered time off")
struct CoveredOffTests {
  /// One of `count` nodes stopped by us an hour ago, accounted in minutes.
  static func saved(nodes count: Int, committed: Int) throws -> RealisedSaving {
    var fleet = CommitmentAwareTests.idle(count, [])
    let decision = try #require(fleet.plan.decisions.first)
    fleet.memory.fold(
      LedgerEvent(id: 1, at: fleet.now, key: decision.key, kind: .intended(decision)))
    fleet.memory.fold(
      LedgerEvent(
        id: 2, at: fleet.now, key: decision.key,
        kind: .succeeded(Receipt(node: fleet.nodes[0].id, state: .stopped))))
    fleet.nodes[0].state = .stopped
    fleet.rulebook.commitments = [CommitmentAwareTests.commitment(count: committed)]
    var last: OffInterval?
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    for _ in 0...60 {
      let accounted = account(fleet.snapshot, under: fleet.rulebook)
      fleet.memory = accounted.memory
      last = accounted.off.last ?? last
      fleet.silence(.minutes(1))
    }
    let interval = try #require(last)
    let end = interval.from.advanced(by: .hours(1))
    return Savings.realised(of: interval, in: interval.from..<end, now: end)
  }

  @Test("fixture: commitment-covered idle node saves 0")
  func covered() throws {
    let saving = try Self.saved(nodes: 1, committed: 1)
    #expect(saving.offMicroseconds == 3_600_000_000)
    #expect(saving.saved == .zero)
  }

  @Test("a node beyond the commitment saves its price", arguments: [(2, 1), (1, 0)])
  func beyond(nodes: Int, committed: Int) throws {
    let saving = try Self.saved(nodes: nodes, committed: committed)
    #expect(saving.saved == Money(nanos: 21_957_642_000))
  }

  @Test("a node whose place is free saves nothing, however many run", arguments: [2, 3])
  func free(nodes: Int) throws {
    #expect(try Self.saved(nodes: nodes, committed: nodes).saved == .zero)
  }
}

@Suite("Use of commitments")
struct CommitmentUseTests {
  @Test("use is counted once, and what is unused has its price", arguments: [1, 2, 3, 5])
  func uses(count: Int) {
    let fleet = CommitmentAwareTests.idle(2, [CommitmentAwareTests.commitment(count: count)])
    let uses = commitmentUses(in: fleet.snapshot, under: fleet.rulebook)
    #expect(uses.map(\.used) == [min(count, 2)])
    #expect(uses.map(\.eligible) == [2])
    #expect(uses.map(\.unused.perHour) == [.dollars(13 * Int64(max(0, count - 2)))])
    #expect(uses.map { $0.coverage(over: .hours(1)).unused } == uses.map(\.unused.perHour))
    #expect(commitmentUses(in: TestFleet().snapshot, under: TestFleet().rulebook) == [])
  }
}
