public import FleetModel
public import Ports
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The machine's clock.
public struct SystemTime: TimeSource {
  public init() {}

  public func now() -> Timestamp {
    var value = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &value)
    return Timestamp(microseconds: Int64(value.tv_sec) * 1_000_000 + Int64(value.tv_nsec) / 1000)
  }

  public func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
  }
}

/// A clock that runs `speed` times as fast as the machine's, from `start` on; for demos and replays.
public struct ScaledTime: TimeSource {
  private let origin: ContinuousClock.Instant
  private let start: Timestamp
  private let speed: Int64

  /// Starts a clock; `speed` is at least 1.
  public init(start: Timestamp, speed: Int) {
    origin = .now
    self.start = start
    self.speed = Int64(max(1, speed))
  }

  public func now() -> Timestamp {
    let passed = origin.duration(to: .now)
    return start.advanced(by: .microseconds(passed.microseconds * speed))
  }

  public func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration / Int(speed)) } catch { throw CancellationError() }
  }
}
