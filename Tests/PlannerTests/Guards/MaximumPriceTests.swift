import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

extension GuardTests {
  @Test(
    "MaximumPrice: nothing dearer than the pool pays is launched",
    arguments: [(Int64(0), true), (1, false)])
  func dear(short: Int64, launches: Bool) {
    var fleet = Growing.fleet(missing: 1)
    let limit = HourlyRate(perHour: Growing.price.perHour - Money(nanos: short))
    fleet.rulebook.pools[0].maximumPrice = limit
    #expect(fleet.plan.decisions.isEmpty != launches)
    if !launches { #expect(fleet.poolReason == .priceAboveLimit(Growing.price, limit: limit)) }
  }

  @Test("MaximumPrice: a price nobody knows is too dear; what is too dear may be stopped")
  func unknownPrice() {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.pools[0].maximumPrice = Growing.times(9)
    fleet.rulebook.prices = PriceBook()
    #expect(fleet.poolReason == .priceUnknown)
    var idle = Self.idle()
    idle.rulebook.pools[0].maximumPrice = .zero
    #expect(idle.plan.decisions.count == 1)
  }

  @Test("MaximumPrice: a spot offering costs its share of the on-demand price")
  func share() {
    var fleet = Growing.fleet(missing: 1)
    var spot = Growing.spec
    spot.capacity = .spot
    fleet.rulebook.pools[0].launch = spot
    fleet.rulebook.pools[0].maximumPrice = Growing.cents(1100)
    #expect(fleet.poolReason == .priceUnknown)
    var book = fleet.rulebook.prices
    book.set(
      Price(
        cloud: "aws", type: "p4d.24xlarge", capacity: .spot, hourly: Growing.cents(1099),
        source: "test", asOf: "2026-07-20"))
    fleet.rulebook.prices = book
    #expect(fleet.plan.decisions.count == 1)
  }
}
