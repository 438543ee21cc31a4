import Foundation
import Glibc

/// Starts programs by posix_spawn, from the thread that calls; the child hangs on that thread.
enum Spawn {
  /// Starts a program with nothing but standard input, output and error, in a process group of its
  /// own (Ctrl-C in a terminal is for us to hear, not for the server).
  static func start(
    _ arguments: [String], input: String = "/dev/null", output: String
  ) throws(EmbeddedPostgresError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    for descriptor in openDescriptors() {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe makeFresh(&attributes)
    let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C", "TMPDIR=/tmp"]
    let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let variables = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, arguments[0], &actions, &attributes, words, variables)
    guard code == 0 else {
      throw .system("\(arguments[0]): \(unsafe String(cString: strerror(code)))")
    }
    return child
  }

  /// What a child must not inherit: our sockets would stay open in the server. One that is closed
  /// meanwhile does no harm: glibc's spawn ignores it.
  private static func openDescriptors() -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap(Int32.init).filter { $0 > 2 }
  }

  /// Runs a program to its end; throws with what it said when it fails.
  static func run(
    _ name: String, _ arguments: [String], input: String = "/dev/null", output: String
  ) throws(EmbeddedPostgresError) {
    let child = try start(arguments, input: input, output: output)
    guard wait(for: child) == 0 else {
      throw .failed(name, log: Log(path: output).tail(from: 0))
    }
  }

  /// Runs a program to its end; what it said, at most 64 KiB of it.
  static func capture(_ arguments: [String]) throws(EmbeddedPostgresError) -> String {
    let pipe = Pipe()
    // The child opens the pipe by its name before it closes what it inherited.
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let child = try start(arguments, output: "/proc/self/fd/\(descriptor)")
    try? pipe.fileHandleForWriting.close()
    let said = (try? pipe.fileHandleForReading.read(upToCount: 64 << 10)) ?? Data()
    guard wait(for: child) == 0 else { throw .failed(arguments[0], log: "") }
    return String(decoding: said, as: UTF8.self)
  }

  /// Waits for the end and reaps; the exit status, or 128 and the signal.
  static func wait(for child: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) == -1 && errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  /// Waits for the end and leaves the process unreaped, so that its number stays taken.
  static func waitWithoutReaping(_ child: pid_t) {
    var info = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(child), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
  }

  /// True when the child has ended; it is then reaped.
  static func hasEnded(_ child: pid_t) -> Bool {
    var status: Int32 = 0
    return unsafe waitpid(child, &status, WNOHANG) == child
  }

  /// No blocked signals, the usual ones back to their defaults, a process group of its own.
  private static func makeFresh(_ attributes: UnsafeMutablePointer<posix_spawnattr_t>) {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(attributes, &none)
    var defaults = sigset_t()
    unsafe sigemptyset(&defaults)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD] {
      unsafe sigaddset(&defaults, signal)
    }
    unsafe posix_spawnattr_setsigdefault(attributes, &defaults)
    unsafe posix_spawnattr_setpgroup(attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    unsafe posix_spawnattr_setflags(attributes, Int16(flags))
  }
}
