import CostModel
import FleetModel
import TestSupport
import Testing

@Suite("Amounts as lists write them")
struct PriceTextTests {
  @Test(
    "an amount is read to the last digit",
    arguments: [
      ("0.8048", 804_800_000), ("3", 3_000_000_000), ("0", 0), ("-0.25", -250_000_000),
      ("+1.5", 1_500_000_000), (" 2.0\t", 2_000_000_000), ("1e-05", 10_000),
      ("1E2", 100_000_000_000),
      ("12.5e-1", 1_250_000_000), ("0.000000001", 1), ("0e999", 0), ("00.10", 100_000_000),
      ("9223372036.854775807", Int64.max), ("-9223372036.854775807", -Int64.max),
    ])
  func exact(text: String, nanos: Int64) {
    let read = PriceText(text)
    #expect(read?.money == Money(nanos: nanos) && read?.isRounded == false)
  }

  @Test(
    "what is finer than a nano-dollar is rounded half away from zero, and said",
    arguments: [
      ("0.37990000000000007", 379_900_000), ("0.0000000004", 0), ("0.0000000005", 1),
      ("0.00000000149", 1), ("-0.0000000005", -1), ("5e-11", 0), ("1e-999", 0),
      ("40.5503831232877", 40_550_383_123), ("0.9999999999", 1_000_000_000),
    ])
  func rounded(text: String, nanos: Int64) {
    let read = PriceText(text)
    #expect(read?.money == Money(nanos: nanos) && read?.isRounded == true)
  }

  @Test("zeros below the nano-dollar round nothing")
  func zerosBelow() { #expect(PriceText("1.5000000000000")?.isRounded == false) }

  @Test(
    "what is not understood does not become a price",
    arguments: [
      "", " ", "-", ".", ".5", "5.", "$1.00", "1,000", "1 000", "1.2.3", "0x10", "1e", "1e+", "e5",
      "1e1000", "nan", "inf", "１", "1.0f", "--1", "9223372036.854775808", "9223372036.8547758079",
      "1e11", String(repeating: "1", count: 65), "1\n",
    ])
  func refused(text: String) { #expect(PriceText(text) == nil) }

  @Test("an amount written as text is read back as it was", arguments: 0..<4)
  func roundTrip(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let money = Money(nanos: Int64(bitPattern: dice.next()) >> Int64(dice.below(63)))
      #expect(PriceText("\(money)")?.money == money)
      #expect(PriceText("\(money)").map { !$0.isRounded } == true)
    }
  }

  @Test("moving the point and the exponent together changes nothing", arguments: 0..<4)
  func pointAndExponent(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let whole = dice.below(1_000_000)
      let fraction = dice.below(1_000_000_000)
      let text = String(fraction)
      let digits = String(repeating: "0", count: 9 - text.count) + text
      let plain = PriceText("\(whole).\(digits)")
      #expect(plain?.money == Money(nanos: Int64(whole) * 1_000_000_000 + Int64(fraction)))
      #expect(PriceText("\(whole)\(digits)e-9") == plain)
      #expect(PriceText("0.\(padded(whole))\(digits)e7") == plain)
    }
  }

  /// Seven digits.
  private func padded(_ number: Int) -> String {
    String(repeating: "0", count: 7 - String(number).count) + String(number)
  }
}

extension SeededGenerator {
  /// 0 to one below the limit.
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}
