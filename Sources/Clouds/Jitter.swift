import FleetModel
import Synchronization

/// Waits between attempts: "decorrelated jitter", each wait between the base and three times the
/// one before (AWS Architecture Blog, "Exponential Backoff And Jitter").
final class Jitter: Sendable {
  private let generator: Mutex<any RandomNumberGenerator & Sendable>

  /// The first wait is at least this; a describe answers within it.
  static let base = Duration.milliseconds(100)
  /// No wait inside one call is longer; past it the caller's own loop comes round again.
  static let cap = Duration.seconds(5)

  init(_ generator: some RandomNumberGenerator & Sendable) {
    self.generator = Mutex(generator)
  }

  func wait(after previous: Duration) -> Duration {
    let low = Self.base.microseconds
    let high = max(low, previous.microseconds * 3)
    let drawn = generator.withLock { generator in
      Int64.random(in: low...high, using: &generator)
    }
    return min(Self.cap, .microseconds(drawn))
  }
}
