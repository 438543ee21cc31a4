public import FleetModel

/// How the wall clock was set, seen from the clock that nobody sets.
///
/// What the two are apart by stays the same until somebody sets the wall clock. A time server that
/// only slews it moves it by less than `slack` between two looks.
public struct ClockSteps: Sendable {
  private let slack: Duration
  /// What the wall clock would have shown when the steady one began; nil before the first look.
  private var origin: Timestamp?
  private var looked = Duration.zero

  /// - Parameter slack: clocks that part by less between two looks were not set.
  public init(slack: Duration = .seconds(1)) { self.slack = slack }

  /// By how much the wall clock was set since the last look; zero when it was not. Looks that come
  /// later than younger ones say nothing.
  public mutating func step(wall: Timestamp, steady: Duration) -> Duration {
    guard let origin else {
      (self.origin, looked) = (wall.advanced(by: .zero - steady), steady)
      return .zero
    }
    guard steady >= looked else { return .zero }
    let now = wall.advanced(by: .zero - steady)
    (self.origin, looked) = (now, steady)
    let step = now.duration(since: origin)
    return abs(step.microseconds) > slack.microseconds ? step : .zero
  }

  /// The date of a moment of the steady clock, by the wall clock as it stands; nil before the first
  /// look.
  public func date(of steady: Duration) -> Timestamp? { origin?.advanced(by: steady) }
}
