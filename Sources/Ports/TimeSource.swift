public import FleetModel

/// The only way to the clock.
public protocol TimeSource: Sendable {
  func now() -> Timestamp
  /// This source's time since some beginning, which no setting of the clock moves: it never goes
  /// back, and counts what the machine slept through. Durations come from here, dates from `now`.
  var steady: Duration { get }
  /// Returns after `duration` of this source's time, or throws when cancelled.
  func sleep(for duration: Duration) async throws(CancellationError)
  /// How many seconds of this source pass in a real one, at least 1.
  var speed: Int { get }
}

extension TimeSource {
  /// Of real time, which is neither faster nor slower.
  public var speed: Int { 1 }

  /// How long so much of this source's time takes in real time.
  public func real(_ duration: Duration) -> Duration { duration / speed }

  /// How much of this source's time passes in so much real time.
  public func passing(in duration: Duration) -> Duration { duration * speed }
}

extension TimeSource {
  /// For clocks nobody sets: those of tests.
  public var steady: Duration { now().duration(since: Timestamp(seconds: 0)) }
}
