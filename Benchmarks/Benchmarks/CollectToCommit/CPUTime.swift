import Foundation
import Glibc

/// CPU time, user and system, in nanoseconds.
enum CPUTime {
  static func own() -> Int { read(CLOCK_PROCESS_CPUTIME_ID) }

  /// Of a PostgreSQL server: every process it has, and those that have ended.
  static func server(_ postmaster: pid_t) -> Int {
    let children = processes().filter { Stat($0)?.parent == postmaster }
    let living = ([postmaster] + children).reduce(0) { $0 + of($1) }
    return living + (Stat(postmaster)?.endedChildren ?? 0)
  }

  private static func of(_ process: pid_t) -> Int {
    var clock = clockid_t()
    guard clock_getcpuclockid(process, &clock) == 0 else { return 0 }
    return read(clock)
  }

  private static func read(_ clock: clockid_t) -> Int {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func processes() -> [pid_t] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(pid_t.init)
  }

  /// What /proc/PID/stat says (proc(5)).
  private struct Stat {
    var parent: pid_t
    /// Of children that have ended and were waited for.
    var endedChildren: Int

    init?(_ process: pid_t) {
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let name = text.lastIndex(of: ")")
      else { return nil }
      // Field 3 is the first after the name in brackets.
      let fields = text[name...].dropFirst().split(separator: " ")
      guard fields.count > 14, let parent = pid_t(fields[1]), let user = Int(fields[13]),
        let system = Int(fields[14])
      else { return nil }
      self.parent = parent
      endedChildren = (user + system) * (1_000_000_000 / sysconf(Int32(_SC_CLK_TCK)))
    }
  }
}
