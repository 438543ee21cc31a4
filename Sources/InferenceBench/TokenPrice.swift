public import FleetModel

/// What a million tokens cost, exactly.
public enum TokenPrice {
  /// Below this many tokens no figure is given: it would be noise (SEMANTICS 4.14).
  public static let fewestTokens = 10_000

  /// The price of a million tokens when `tokens` of them took `duration` at `rate`, rounded half up
  /// to the nano-dollar; nil for fewer than `fewestTokens`, and where the figure is beyond `Money`.
  ///
  /// rate/h × h × 10⁶ / tokens in 128-bit integers: $100,000/h for a year stays below 2¹²⁷.
  public static func perMillion(
    tokens: Int, over duration: Duration, at rate: HourlyRate
  ) -> Money? {
    guard tokens >= fewestTokens, duration >= .zero, rate >= .zero else { return nil }
    let cost = Int128(rate.perHour.nanos) * Int128(duration.microseconds)
    let (scaled, overflow) = cost.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return nil }
    let divisor = 3_600_000_000 * Int128(tokens)
    let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: divisor)
    let rounded = quotient + (remainder >= divisor - remainder ? 1 : 0)
    return Int64(exactly: rounded).map(Money.init(nanos:))
  }
}
