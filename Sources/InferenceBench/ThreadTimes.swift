import Foundation

/// What the calling thread used and missed of its CPU since it started; nanoseconds.
struct ThreadTimes: Sendable, Hashable {
  /// Time on a CPU.
  var running: Int64 = 0
  /// Time it was ready and another had the CPU; nil where the kernel does not say.
  var waiting: Int64?
  var at: Int64 = 0

  /// From /proc/thread-self/schedstat: time on the CPU, time on a run queue, turns
  /// (Linux, Documentation/scheduler/sched-stats.rst).
  static func now() -> ThreadTimes {
    var times = ThreadTimes(at: monotonicNanoseconds())
    var clock = timespec()
    if unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &clock) == 0 {
      times.running = Int64(clock.tv_sec) * 1_000_000_000 + Int64(clock.tv_nsec)
    }
    let path = "/proc/thread-self/schedstat"
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    times.waiting = text?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    return times
  }

  func since(_ earlier: ThreadTimes) -> ThreadTimes {
    var times = ThreadTimes(running: running - earlier.running, at: at - earlier.at)
    if let waiting, let before = earlier.waiting { times.waiting = waiting - before }
    return times
  }
}
