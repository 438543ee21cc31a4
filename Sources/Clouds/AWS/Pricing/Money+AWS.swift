import FleetModel

extension Money {
  /// Reads an amount as AWS writes it, "1.0060000000" or "3.06E-8", in integers; decimals beyond
  /// the ninth are rounded half up, away from zero. nil for anything else.
  init?(awsDecimal text: some StringProtocol) {
    let halves = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "E" || $0 == "e" })
    guard let mantissa = halves.first, let exponent = Self.exponent(halves) else { return nil }
    let isNegative = mantissa.first == "-"
    let parts = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, mantissa.count(where: { $0 == "-" }) <= 1,
      mantissa.dropFirst().allSatisfy({ $0 != "-" })
    else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    let digits = Array(whole.utf8) + Array(fraction.utf8)
    guard !whole.isEmpty, parts.count == 1 || !fraction.isEmpty, digits.count <= 30,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    // The value is digits × 10^shift nano-dollars.
    guard let nanos = Self.scaled(digits, by: exponent - fraction.utf8.count + 9) else {
      return nil
    }
    self.init(nanos: isNegative ? 0 - nanos : nanos)
  }

  /// nil when there is an exponent that is no small number.
  private static func exponent(_ halves: [some StringProtocol]) -> Int? {
    guard halves.count == 2 else { return 0 }
    guard let value = Int(halves[1]), abs(value) <= 40 else { return nil }
    return value
  }

  private static func scaled(_ digits: [UInt8], by shift: Int) -> Int64? {
    let kept = shift < 0 ? digits.dropLast(min(-shift, digits.count)) : digits[...]
    var value: Int128 = 0
    for digit in kept { value = value * 10 + Int128(digit - UInt8(ascii: "0")) }
    for _ in 0..<max(0, shift) {
      value *= 10
      guard value <= Int128(Int64.max) else { return nil }
    }
    if shift < 0, -shift <= digits.count, digits[digits.count + shift] >= UInt8(ascii: "5") {
      value += 1
    }
    return Int64(exactly: value)
  }
}
