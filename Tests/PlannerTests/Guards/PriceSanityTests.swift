import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Price sanity")
struct PriceSanityTests {
  private func book(_ cents: Int64, asOf: String = "2026-11-21") -> PriceBook {
    PriceBook([
      Price(
        cloud: "aws", type: "p4d.24xlarge", hourly: Growing.cents(cents), source: "feed",
        asOf: asOf)
    ])
  }

  /// A fleet that wants a launch, after polls that said these prices a minute apart.
  private func polled(_ cents: Int64..., by fleet: TestFleet = Growing.fleet(missing: 1))
    -> TestFleet
  {
    var fleet = fleet
    for price in cents {
      fleet.step()
      fleet.rulebook.prices = book(price)
      fleet.memory.fold(book(price), at: fleet.now, under: fleet.rulebook.safety)
    }
    return fleet
  }

  @Test(
    "I17: a price may move by half between two polls, not by more",
    arguments: [(1500, true), (1501, false), (500, true), (499, false), (0, false), (-1, false)])
  func jump(now: Int64, acts: Bool) {
    let fleet = polled(1000, now)
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts {
      #expect(
        fleet.poolReason == .priceSuspect(was: Growing.cents(1000), now: Growing.cents(now)))
    }
  }

  @Test(
    "a second poll that agrees within a hundredth settles it; below zero never does",
    arguments: [
      (Int64(100_000), Int64(100_000), true), (100_000, 101_000, true), (100_000, 101_001, false),
      (0, 0, true), (-5, -5, false),
    ])
  func second(first: Int64, second: Int64, acts: Bool) {
    #expect(polled(1000, first, second).plan.decisions.isEmpty != acts)
  }

  @Test("I17: a poll that leaves a price out keeps the last good one", arguments: [0, 1])
  func partialPoll(others: Int64) {
    var fleet = polled(1000)
    let rest = PriceBook(
      (0..<others).map {
        Price(
          cloud: "aws", type: InstanceType("g6.\($0)"), hourly: Growing.cents(1), source: "feed",
          asOf: "2026-12-01")
      })
    for _ in 0..<5 {
      fleet.step()
      fleet.memory.fold(rest, at: fleet.now, under: fleet.rulebook.safety)
    }
    fleet.memory.accountedAt = fleet.now.advanced(by: .zero - .minutes(1))
    let usage = account(fleet.snapshot, under: fleet.rulebook).usage
    #expect(Set(usage.map(\.rate)) == [Growing.cents(1000)])
  }

  @Test("the same poll heard again is no second poll; a later one, or a newer price, is")
  func same() {
    var fleet = polled(1000, 9000)
    fleet.memory.fold(book(9000), at: fleet.now, under: fleet.rulebook.safety)
    #expect(fleet.plan.decisions.isEmpty)
    fleet.memory.fold(
      book(9000, asOf: "2026-11-22"), at: fleet.now, under: fleet.rulebook.safety)
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("prices that go to and fro within the jump are believed at once")
  func flapping() {
    var fleet = Growing.fleet(missing: 1)
    for nanos: Int64 in [9_486_000_000, 10_038_000_000, 9_486_000_000, 10_038_000_000] {
      fleet.step()
      let price = Price(
        cloud: "aws", type: "p4d.24xlarge", hourly: HourlyRate(perHour: Money(nanos: nanos)),
        source: "feed", asOf: "")
      fleet.memory.fold(PriceBook([price]), at: fleet.now, under: fleet.rulebook.safety)
      #expect(fleet.memory.prices?.values.first?.suspect == nil)
      #expect(fleet.plan.decisions.count == 1)
    }
  }

  @Test("first sight is believed above zero, and waits for a second poll at zero")
  func firstSight() {
    #expect(polled(1000).plan.decisions.count == 1)
    #expect(polled(0).poolReason == .priceSuspect(was: .zero, now: .zero))
    #expect(polled(0, 0).plan.decisions.count == 1)
  }

  @Test("an idle node is stopped meanwhile, at its last good price")
  func idle() {
    let fleet = polled(1000, 0, by: GuardTests.idle())
    #expect(fleet.plan.decisions.map(\.rate) == [Growing.cents(1000)])
  }

  @Test("the ceiling and the books count at the last good price")
  func lastGood() {
    var fleet = polled(1000, 1)
    fleet.memory.accountedAt = fleet.now.advanced(by: .zero - .minutes(1))
    let usage = account(fleet.snapshot, under: fleet.rulebook).usage
    #expect(Set(usage.map(\.rate)) == [Growing.cents(1000)])
  }

  @Test("a suspect price is told once")
  func told() {
    var fleet = polled(1000)
    let before = fleet.plan
    fleet = polled(5000, by: fleet)
    let told = alerts(
      for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
    #expect(told.map(\.kind) == [.priceSuspect])
    let after = fleet.plan
    fleet.step()
    #expect(
      alerts(for: fleet.plan, before: after, snapshot: fleet.snapshot, under: fleet.rulebook)
        .isEmpty)
  }
}
