import FleetModel
import Testing

@testable import CostModel

@Suite("The gate for prices")
struct PriceGateTests {
  private func price(
    _ hourly: String, type: InstanceType = "m", region: Region? = "r", asOf: String = "2026-11-21"
  ) throws -> Price {
    Price(
      cloud: "c", type: type, region: region,
      hourly: HourlyRate(perHour: try #require(Money(decimal: hourly))), source: "s", asOf: asOf)
  }

  @Test(
    "what cannot be is refused, on either side of each limit, even when changes are accepted",
    arguments: [
      ("-1", PriceRefusal.Reason.notAboveZero), ("0", .notAboveZero), ("0.000000001", .belowFloor),
      ("0.000099999", .belowFloor), ("0.0001", nil), ("10000", nil),
      ("10000.000000001", .aboveCeiling),
    ])
  func limits(hourly: String, reason: PriceRefusal.Reason?) throws {
    for accept in [false, true] {
      let review = PriceGate(acceptChanges: accept)
        .review([try price(hourly)], against: PriceBook())
      #expect(review.refused.map(\.reason) == (reason.map { [$0] } ?? []))
      #expect(review.new == (reason == nil ? 1 : 0) && review.accepted.count == review.new)
    }
  }

  @Test(
    "a move by the largest jump is ordinary, by more it is suspect",
    arguments: [
      ("1.5", true), ("1.500000001", false), ("0.5", true), ("0.499999999", false), ("1", true),
    ])
  func jump(hourly: String, isOrdinary: Bool) throws {
    let known = PriceBook([try price("1")])
    let review = PriceGate(largestJump: 0.5).review([try price(hourly)], against: known)
    #expect(review.refused.isEmpty == isOrdinary)
    let accepted = PriceGate(largestJump: 0.5, acceptChanges: true)
      .review([try price(hourly)], against: known)
    #expect(accepted.refused.isEmpty && accepted.accepted.count == 1)
  }

  @Test("the jump is the one that is set", arguments: [(0.1, false), (0.25, true), (0, false)])
  func settable(jump: Double, isOrdinary: Bool) throws {
    let review = PriceGate(largestJump: jump)
      .review([try price("1.25")], against: PriceBook([try price("1")]))
    #expect(review.refused.isEmpty == isOrdinary)
  }

  @Test("an earlier reading does not replace a later one unless a person says so")
  func older() throws {
    let known = PriceBook([try price("1", asOf: "2026-11-21")])
    let old = try price("1.1", asOf: "2026-11-20")
    #expect(PriceGate().review([old], against: known).refused.map(\.reason) == [.older])
    #expect(PriceGate(acceptChanges: true).review([old], against: known).changed.count == 1)
    let same = try price("1.1", asOf: "2026-11-21")
    #expect(PriceGate().review([same], against: known).changed.count == 1)
  }

  @Test("the same price is unchanged, and keeps the later of the two days")
  func unchanged() throws {
    let known = PriceBook([try price("1", asOf: "2026-11-21")])
    let later = PriceGate().review([try price("1", asOf: "2026-11-22")], against: known)
    #expect(later.unchanged == 1 && later.accepted.map(\.asOf) == ["2026-11-22"])
    let earlier = PriceGate().review([try price("1", asOf: "2026-11-20")], against: known)
    #expect(earlier.unchanged == 1 && earlier.accepted.isEmpty)
  }

  @Test("a region's first price is new, and measured against the price for every region")
  func everyRegion() throws {
    let known = PriceBook([try price("1", region: nil)])
    #expect(PriceGate().review([try price("1.2")], against: known).new == 1)
    #expect(PriceGate().review([try price("2")], against: known).refused.map(\.reason) == [.jump])
    #expect(PriceGate().review([try price("1", region: nil)], against: known).unchanged == 1)
    // One region's price says nothing about all of them.
    let one = PriceBook([try price("1")])
    #expect(PriceGate().review([try price("9", region: nil)], against: one).new == 1)
  }

  @Test("a review counts every price once and says so in a line")
  func summary() throws {
    let known = PriceBook([
      try price("1", type: "a"), try price("1", type: "b"), try price("1", type: "c"),
    ])
    let review = PriceGate().review(
      [
        try price("1", type: "a"), try price("1.1", type: "b"), try price("9", type: "c"),
        try price("0", type: "d"), try price("2", type: "e"), try price("3", type: "e"),
      ], against: known)
    #expect(review.summary == "1 new, 1 changed, 1 unchanged, 2 refused")
    #expect(review.accepted.map(\.type) == ["a", "b", "e"])
    #expect(review.accepted.last?.hourly == HourlyRate(perHour: .dollars(3)))
  }

  @Test(
    "a change is told as a multiple",
    arguments: [
      ("2", "× 2.00"), ("0.5", "× 0.50"), ("1.234", "× 1.23"), ("1.000001", "× 1.0000"),
      ("0.9951", "× 0.9951"), ("1.005", "× 1.01"), ("0.005", "× 0.01"), ("100", "× 100.00"),
    ])
  func factor(hourly: String, text: String) throws {
    #expect(PriceChange(old: try price("1"), new: try price(hourly)).factor == text)
  }

  @Test("what was known to cost nothing has no multiple")
  func noFactor() throws {
    #expect(PriceChange(old: try price("0"), new: try price("1")).factor == "–")
  }
}
