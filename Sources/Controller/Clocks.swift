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

/// A clock that runs `speed` times as fast as the machine's from `origin` on; for demos and replays.
///
/// A function of the machine's clock alone, so that two processes, or one after a crash, that are
/// given the same origin and speed agree about the time.
public struct ScaledTime: TimeSource {
  public let origin: Timestamp
  private let speed: Int64
  private let system = SystemTime()

  /// `speed` is at least 1; before `origin` the two clocks are the same.
  public init(origin: Timestamp, speed: Int) {
    self.origin = origin
    self.speed = Int64(max(1, speed))
  }

  public func now() -> Timestamp {
    let passed = system.now().duration(since: origin).microseconds
    return origin.advanced(by: .microseconds(passed > 0 ? passed * speed : passed))
  }

  public func sleep(for duration: Duration) async throws(CancellationError) {
    try await system.sleep(for: duration / Int(speed))
  }
}
