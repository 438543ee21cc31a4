import FleetModel
import Ports
import Synchronization

/// What time it is at AWS, as the Date of its last answer said, refusals included.
///
/// AWS takes a signature of up to five minutes ago and refuses every other, and libcurl signs with
/// the machine's clock alone: a host whose clock was set lists nothing and stops nothing until
/// somebody mends it (aws-sdk-js#401, #527, aws-sdk-rust#1033, aws4fetch#73). Kept on the clock
/// that nobody sets: a difference to the clock that is wrong went wild when that moved
/// (aws-sdk-cpp#560). The answer is believed as far as `farthest`: who gave it has proved its name.
final class AWSClock: Sendable {
  private struct Mark {
    var date: Timestamp
    /// The same moment on our clock that nobody sets.
    var steady: Duration
  }

  private let mark = Mutex<Mark?>(nil)

  /// Less than AWS allows, and more than a clock that is kept right is ever off.
  static let tolerance = Duration.seconds(120)
  /// Nothing that was set by mistake is meant to be followed farther.
  static let farthest = Duration.days(31)

  func heard(_ response: HTTPResponse, by clock: any TimeSource) {
    guard let date = response.header("Date").flatMap(Timestamp.init(httpDate:)) else { return }
    let steady = clock.steady
    mark.withLock { $0 = Mark(date: date, steady: steady) }
  }

  /// The moment to sign with where our clock is off; nil where it is right, or nothing is known.
  func correction(to clock: any TimeSource) -> Timestamp? {
    guard let mark = mark.withLock({ $0 }) else { return nil }
    let there = mark.date.advanced(by: clock.steady - mark.steady)
    let off = there.duration(since: clock.now())
    let far = off < .zero ? .zero - off : off
    return far > Self.tolerance && far <= Self.farthest ? there : nil
  }
}
