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

  /// Swift's continuous clock, which is CLOCK_BOOTTIME: it goes on while the machine sleeps.
  public var steady: Duration { Self.start.duration(to: .now) }

  /// Sleeps of a second or longer end together, on a grid of 50 ms: a thousand targets then wake
  /// the process 20 times a second instead of once each, which was a third of a scrape's cost.
  public func sleep(for duration: Duration) async throws(CancellationError) {
    do {
      guard duration >= .seconds(1) else { return try await Task.sleep(for: duration) }
      let end = Self.start.duration(to: .now) + duration
      let slots = Int64((end / Self.grid).rounded(.up))
      try await Task.sleep(until: Self.start + Self.grid * slots, clock: .continuous)
    } catch {
      throw CancellationError()
    }
  }

  private static let start = ContinuousClock.now
  private static let grid = Duration.milliseconds(50)
}

/// A clock that runs `speed` times as fast as the machine's from `origin` on; for demos and replays.
///
/// A function of the machine's clock alone, so that two processes, or one after a crash, that are
/// given the same origin and speed agree about the time.
public struct ScaledTime: TimeSource {
  public let origin: Timestamp
  public let speed: Int
  private let system = SystemTime()

  /// `speed` is at least 1; before `origin` the two clocks are the same.
  public init(origin: Timestamp, speed: Int) {
    self.origin = origin
    self.speed = max(1, speed)
  }

  public func now() -> Timestamp {
    let passed = system.now().duration(since: origin).microseconds
    return origin.advanced(by: .microseconds(passed > 0 ? passed * Int64(speed) : passed))
  }

  public var steady: Duration { system.steady * speed }

  public func sleep(for duration: Duration) async throws(CancellationError) {
    try await system.sleep(for: duration / speed)
  }
}
