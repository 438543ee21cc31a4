/// A price for an hour of something.
public struct HourlyRate: Hashable, Comparable, Sendable, Codable {
  public var perHour: Money

  public init(perHour: Money) { self.perHour = perHour }

  public static let zero = HourlyRate(perHour: .zero)

  public static func < (left: HourlyRate, right: HourlyRate) -> Bool {
    left.perHour < right.perHour
  }

  /// The cost of `duration` at this rate, rounded half up; exact for whole microseconds.
  public func cost(of duration: Duration) -> Money {
    precondition(duration >= .zero, "a cost is asked for time that has passed")
    let product = Int128(perHour.nanos) * Int128(duration.microseconds)
    let hour = Int128(3_600_000_000)
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: hour)
    let up: Int128 = remainder * 2 >= hour ? 1 : (remainder * 2 < -hour ? -1 : 0)
    return Money(nanos: Int64(quotient + up))
  }
}
