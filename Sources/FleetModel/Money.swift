/// An exact amount of money in integer nano-dollars.
///
/// Range: about ±9.2 billion dollars; arithmetic beyond it traps, it never wraps. Sums that may be
/// larger on the way go through Int128. Never a Double: 0.1 + 0.2 has to be 0.3 on an invoice.
public struct Money: Hashable, Comparable, Sendable, Codable {
  /// Nano-dollars; 1 USD is 1,000,000,000.
  public var nanos: Int64

  public init(nanos: Int64) { self.nanos = nanos }

  /// A whole number of dollars.
  public static func dollars(_ dollars: Int64) -> Money { Money(nanos: dollars * nanosPerDollar) }

  public static let zero = Money(nanos: 0)
  static let nanosPerDollar: Int64 = 1_000_000_000

  public static func < (left: Money, right: Money) -> Bool { left.nanos < right.nanos }
  public static func + (left: Money, right: Money) -> Money {
    Money(nanos: left.nanos + right.nanos)
  }
  public static func - (left: Money, right: Money) -> Money {
    Money(nanos: left.nanos - right.nanos)
  }
  public static func += (left: inout Money, right: Money) { left = left + right }
  public static func -= (left: inout Money, right: Money) { left = left - right }
  public static prefix func - (money: Money) -> Money { Money(nanos: -money.nanos) }

  /// The exact sum of the amounts.
  public static func sum(_ amounts: some Sequence<Money>) -> Money {
    Money(nanos: Int64(amounts.reduce(Int128(0)) { $0 + Int128($1.nanos) }))
  }

  /// Splits the amount in proportion to the weights; the parts add up to the whole, exactly.
  ///
  /// Largest-remainder method: each part is the floor of its share, and the nano-dollars left over
  /// go one each to the largest remainders, the earlier part first on a tie. Weights are not
  /// negative. When all weights are zero, everything goes to the first part.
  public func split(by weights: [Int64]) -> [Money] {
    precondition(!weights.isEmpty, "an amount is split into at least one part")
    precondition(weights.allSatisfy { $0 >= 0 }, "a share is never negative")
    let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
    guard total > 0 else { return weights.indices.map { $0 == 0 ? self : .zero } }
    let sign: Int64 = nanos < 0 ? -1 : 1
    let amount = Int128(nanos.magnitude)
    var parts = weights.map { Int64(amount * Int128($0) / total) }
    let remainders = weights.map { amount * Int128($0) % total }
    let left = Int(amount - parts.reduce(Int128(0)) { $0 + Int128($1) })
    let order = weights.indices.sorted {
      remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
    }
    for index in order.prefix(left) { parts[index] += 1 }
    return parts.map { Money(nanos: sign * $0) }
  }
}

extension Money: CustomStringConvertible {
  /// All nine decimals with a point and no separators, as "-12.500000000"; exact.
  public var description: String {
    let magnitude = nanos.magnitude
    let unit = UInt64(Self.nanosPerDollar)
    let fraction = String(magnitude % unit)
    let padding = String(repeating: "0", count: 9 - fraction.count)
    return "\(nanos < 0 ? "-" : "")\(magnitude / unit).\(padding)\(fraction)"
  }

  /// Reads a plain decimal such as "1.861" or "-0.25"; nil when it is anything else.
  ///
  /// More than nine decimals, exponents, signs other than one leading minus, separators and
  /// currency marks are refused: a price that is not understood must not become one.
  public init?(decimal text: some StringProtocol) {
    let negative = text.first == "-"
    let digits = negative ? text.dropFirst() : text.dropFirst(0)
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, Self.isDigits(whole) else { return nil }
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard Self.isDigits(fraction), fraction.count <= 9 else { return nil }
    let padded = String(fraction) + String(repeating: "0", count: 9 - fraction.count)
    guard let dollars = Int64(whole), let nanos = Int64(padded) else { return nil }
    let (scaled, tooLarge) = dollars.multipliedReportingOverflow(by: Self.nanosPerDollar)
    let (sum, overflow) = scaled.addingReportingOverflow(nanos)
    guard !tooLarge, !overflow else { return nil }
    self.init(nanos: negative ? -sum : sum)
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
