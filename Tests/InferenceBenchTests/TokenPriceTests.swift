import FleetModel
import Testing

@testable import InferenceBench

struct TokenPriceTests {
  /// By hand: rate/h × s/3600 × 10⁶ / tokens, in nano-dollars, rounded half up.
  @Test(arguments: [
    // $3.60/h for 1000 s is $1; over a million tokens $1 a million.
    (3_600_000_000, 1_000_000_000, 1_000_000, 1_000_000_000),
    // $0.0832/h for 60 s and 8580 × 2 tokens: 83_200_000 / 60 / 17_160 × 10⁶ = 80_808_080.808…
    (83_200_000, 60_000_000, 17_160, 80_808_081),
    // Exactly half a nano-dollar goes up: 3 nano/h × 1800 s × 10⁶ / 10⁶ = 1.5.
    (3, 1_800_000_000, 1_000_000, 2),
    // Just under half goes down: 1 nano/h × 1799.999999 s × 10⁶ / 10⁶.
    (1, 1_799_999_999, 1_000_000, 0),
    (0, 60_000_000, 10_000, 0),
  ])
  func `A million tokens cost the exact quotient`(
    rate: Int64, microseconds: Int64, tokens: Int, nanos: Int64
  ) {
    let price = TokenPrice.perMillion(
      tokens: tokens, over: .microseconds(microseconds),
      at: HourlyRate(perHour: Money(nanos: rate)))
    #expect(price == Money(nanos: nanos))
  }

  /// The rounded figure lies within half a nano-dollar of the exact rational, for seeded inputs.
  @Test func `The figure is never further than half a nano-dollar from the truth`() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      let rate = Int64.random(in: 0...200_000_000_000, using: &random)
      let time = Int64.random(in: 0...86_400_000_000, using: &random)
      let tokens = Int.random(in: 10_000...2_000_000_000, using: &random)
      let price = try #require(
        TokenPrice.perMillion(
          tokens: tokens, over: .microseconds(time), at: HourlyRate(perHour: Money(nanos: rate))))
      let exact = Int128(rate) * Int128(time) * 1_000_000
      let divisor = 3_600_000_000 * Int128(tokens)
      let off = Int128(price.nanos) * divisor - exact
      #expect(off * 2 <= divisor && off * 2 > -divisor)
    }
  }

  @Test(arguments: [(9_999, false), (10_000, true)])
  func `No figure is given below ten thousand tokens`(tokens: Int, isGiven: Bool) {
    let price = TokenPrice.perMillion(
      tokens: tokens, over: .seconds(10), at: HourlyRate(perHour: .dollars(1)))
    #expect((price != nil) == isGiven)
  }

  @Test func `A figure beyond money is not given rather than wrapped`() {
    let most = HourlyRate(perHour: Money(nanos: .max))
    #expect(TokenPrice.perMillion(tokens: 10_000, over: .days(3650), at: most) == nil)
  }
}
