public import FleetModel

/// An amount as a list writes it, read digit by digit: no floating point on the way.
///
/// "0.8048", "3", "1e-05", "0.37990000000000007", with blanks around it. What is finer than a
/// nano-dollar is rounded half away from zero, and said. Anything else, currency marks and thousands
/// separators with it, is refused: a price that is not understood must not become one.
public struct PriceText: Sendable, Hashable {
  public var money: Money
  /// There were digits below the nano-dollar, and they were not all zero.
  public var isRounded: Bool

  /// Longest text that is read: a written Double has at most 24 characters.
  static let longest = 64
  private static let nanoDigits = 9

  public init?(_ text: some StringProtocol) {
    let bytes = Self.trimmed(Array(text.utf8))
    guard bytes.count <= Self.longest, let number = Written(bytes[...]),
      let read = number.scaled(by: Self.nanoDigits)
    else { return nil }
    (money, isRounded) = (Money(nanos: read.value), read.isRounded)
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let blank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let start = bytes.firstIndex { !blank($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !blank($0) } ?? bytes.startIndex
    return start <= end && start < bytes.endIndex ? Array(bytes[start...end]) : []
  }
}

/// A decimal number as its digits and the place of its point.
private struct Written {
  var isNegative = false
  var digits: [UInt8] = []
  /// Digits after the point; below zero when zeros are to be added.
  var places = 0

  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    guard Self.takeDigits(&rest, into: &digits) > 0 else { return nil }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      places = Self.takeDigits(&rest, into: &digits)
      guard places > 0 else { return nil }
    }
    guard let exponent = Self.exponent(&rest), rest.isEmpty else { return nil }
    places -= exponent
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>, into digits: inout [UInt8]) -> Int
  {
    let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    digits += run.map { $0 - UInt8(ascii: "0") }
    rest = rest.dropFirst(run.count)
    return run.count
  }

  /// What stands after an "e"; 0 without one, nil when it is no number of at most three digits.
  private static func exponent(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else {
      return 0
    }
    rest = rest.dropFirst()
    var sign = 1
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? -1 : 1
      rest = rest.dropFirst()
    }
    var digits: [UInt8] = []
    guard (1...3).contains(takeDigits(&rest, into: &digits)) else { return nil }
    return sign * digits.reduce(0) { $0 * 10 + Int($1) }
  }

  /// The number times ten to `power`, as a whole number; nil when it does not fit.
  func scaled(by power: Int) -> (value: Int64, isRounded: Bool)? {
    let kept = digits.count + power - places
    guard let whole = Self.whole(digits.prefix(max(0, kept)), zeros: max(0, kept - digits.count))
    else { return nil }
    let cut = kept < 0 ? [0] + digits : Array(digits.dropFirst(kept))
    let up = kept >= 0 && (cut.first ?? 0) >= 5
    let (sum, overflow) = whole.addingReportingOverflow(up ? 1 : 0)
    guard !overflow else { return nil }
    return (isNegative ? -sum : sum, cut.contains { $0 != 0 })
  }

  private static func whole(_ digits: ArraySlice<UInt8>, zeros: Int) -> Int64? {
    let significant = digits.drop { $0 == 0 }
    // Nothing but zeros is zero, however many more follow.
    guard !significant.isEmpty else { return 0 }
    guard significant.count + zeros <= 19 else { return nil }
    let all = Array(significant) + Array(repeating: 0, count: zeros)
    var value: Int64 = 0
    for digit in all {
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(Int64(digit))
      guard !tooLarge, !overflow else { return nil }
      value = sum
    }
    return value
  }
}
