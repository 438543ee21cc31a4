public import FleetModel
public import Ports
import Synchronization

/// A clock that stands still until a test moves it.
public final class VirtualTime: TimeSource {
  private let moment: Mutex<Timestamp>

  public init(_ start: Timestamp = Timestamp(seconds: 1_795_251_600)) { moment = Mutex(start) }

  public func now() -> Timestamp { moment.withLock { $0 } }

  /// Sleeping moves this clock: a test never waits.
  public func sleep(for duration: Duration) async throws(CancellationError) {
    guard !Task.isCancelled else { throw CancellationError() }
    advance(by: duration)
    await Task.yield()
  }

  public func advance(by duration: Duration) {
    moment.withLock { $0 = $0.advanced(by: duration) }
  }
}
