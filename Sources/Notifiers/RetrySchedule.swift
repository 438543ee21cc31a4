/// When a failed delivery is tried again, and when it is given up.
///
/// The waits are the table of the Standard Webhooks specification ("Retry schedule"): a short
/// outage costs seconds, a long one does not fill the receiver's queue.
public struct RetrySchedule: Sendable, Hashable {
  /// The longest wait after each attempt; the last holds for all further ones.
  public var waits: [Duration]
  /// A message older than this becomes a dead letter: a day-old alert tells nobody anything.
  public var lifetime: Duration

  public init(waits: [Duration], lifetime: Duration) {
    self.waits = waits
    self.lifetime = lifetime
  }

  public static let standard = RetrySchedule(
    waits: [
      .seconds(5), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3600), .seconds(5 * 3600),
      .seconds(10 * 3600), .seconds(14 * 3600), .seconds(20 * 3600), .seconds(24 * 3600),
    ], lifetime: .seconds(24 * 3600))

  /// What to do after an attempt failed.
  public enum Step: Sendable, Hashable {
    case wait(Duration)
    /// Dead letter.
    case giveUp
  }

  /// The next step after `attempts` failed ones, the first of them `age` ago.
  ///
  /// Full jitter: the wait is drawn evenly from 1 s to the table's value, so that a thousand
  /// messages that failed together do not come back together. What the receiver asked for
  /// (`retryAfter`) is a floor; a wait that would end past the lifetime gives up now.
  public func next(
    after attempts: Int, age: Duration, retryAfter: Duration? = nil,
    using generator: inout some RandomNumberGenerator
  ) -> Step {
    guard let last = waits.last, age < lifetime else { return .giveUp }
    let index = max(0, attempts - 1)
    let longest = waits.indices.contains(index) ? waits[index] : last
    let ceiling = max(1000, longest.components.seconds * 1000)
    let jittered = Duration.milliseconds(Int64.random(in: 1000...ceiling, using: &generator))
    let wait = max(jittered, retryAfter ?? .zero)
    return age + wait < lifetime ? .wait(wait) : .giveUp
  }
}
