public import FleetModel

/// The only way to the clock.
public protocol TimeSource: Sendable {
  func now() -> Timestamp
  /// Returns after `duration` of this source's time, or throws when cancelled.
  func sleep(for duration: Duration) async throws(CancellationError)
}
