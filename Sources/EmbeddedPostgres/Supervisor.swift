import Foundation
import Glibc
import Synchronization

/// Starts the server, starts it again when it dies, stops it: all from one thread, because the
/// signal a child gets at its parent's death follows the thread that started it.
final class Supervisor: Sendable {
  private struct State {
    var child: pid_t?
    var isStopping = false
    var hasEnded = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let cluster: Cluster
  private let state = Mutex(State())

  init(_ cluster: Cluster) { self.cluster = cluster }

  /// The server's process; nil while it is down or another program's.
  var child: pid_t? { state.withLock { $0.child } }

  /// Brings a server up and goes on watching it until `stop`.
  func start() async throws(EmbeddedPostgresError) {
    let outcome: Result<Void, EmbeddedPostgresError> = await withCheckedContinuation { waiting in
      let thread = Thread { self.live { waiting.resume(returning: $0) } }
      thread.name = "postgres"
      thread.start()
    }
    try outcome.get()
  }

  /// A fast shutdown (SIGINT: open transactions are rolled back, data is on disk), waited for.
  /// An adopted server is left to its owner.
  func stop() async {
    signal(SIGINT)
    let watchdog = Thread { self.insist() }
    watchdog.start()
    await withCheckedContinuation { waiter in
      let ended = state.withLock {
        if !$0.hasEnded { $0.waiters.append(waiter) }
        return $0.hasEnded
      }
      if ended { waiter.resume() }
    }
  }

  private func signal(_ number: Int32) {
    state.withLock {
      $0.isStopping = true
      if let child = $0.child { kill(child, number) }
    }
  }

  /// A shutdown that hangs is made harder: SIGQUIT after 20 s, SIGKILL after 30 s.
  private func insist() {
    for tenth in 1...300 {
      usleep(100_000)
      if state.withLock({ $0.hasEnded }) { return }
      if tenth == 200 { signal(SIGQUIT) }
    }
    signal(SIGKILL)
  }

  // MARK: - On the thread

  private func live(report: (Result<Void, EmbeddedPostgresError>) -> Void) {
    do throws(EmbeddedPostgresError) {
      let adopted = try bringUp()
      report(.success(()))
      watch(adopted)
    } catch {
      report(.failure(error))
    }
    let waiters = state.withLock { state in
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Until we are told to stop: wait for the server's end, then start it again. The pause between
  /// attempts grows to 10 s, so that a full disk is neither hammered nor given up on.
  private func watch(_ adopted: pid_t?) {
    var foreign = adopted
    var failures = 0
    while true {
      let began = ContinuousClock.now
      if let process = foreign { awaitEnd(of: process) } else { awaitChild() }
      if ContinuousClock.now - began > .seconds(10) { failures = 0 }
      guard !isStopping else { return }
      pause(milliseconds: min(10_000, 100 << min(failures, 7)))
      failures += 1
      guard !isStopping else { return }
      do throws(EmbeddedPostgresError) { foreign = try bringUp() } catch { foreign = nil }
    }
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func pause(milliseconds: Int) {
    for _ in 0..<max(1, milliseconds / 50) where !isStopping { usleep(50_000) }
  }

  private func awaitEnd(of process: pid_t) {
    while !isStopping && Cluster.isAlive(process) && cluster.postmaster()?.process == process {
      usleep(100_000)
    }
  }

  /// Waits first and reaps under the lock: nobody signals a number that may be someone else's.
  private func awaitChild() {
    guard let child else { return }
    Spawn.waitWithoutReaping(child)
    state.withLock {
      _ = Spawn.wait(for: child)
      $0.child = nil
    }
  }

  /// Adopts the server that answers, else starts one; the process adopted, or nil.
  private func bringUp() throws(EmbeddedPostgresError) -> pid_t? {
    try makeHome()
    let lock = try FolderLock(cluster.home + ".lock")
    defer { lock.release() }
    if let running = steadyServer() { return running }
    try cluster.prepare()
    // A server that was killed may need a moment to be gone, with its children and its zombie.
    let deadline = ContinuousClock.now + .seconds(5)
    while true {
      if let running = steadyServer() { return running }
      guard let message = try startOnce() else { return nil }
      guard Self.isPassing(message), ContinuousClock.now < deadline, !isStopping else {
        throw .failed("postgres", log: message)
      }
      usleep(50_000)
    }
  }

  /// A server that answers, and still does a moment later: one whose owner was killed just now is
  /// about to shut down.
  private func steadyServer() -> pid_t? {
    guard let running = cluster.runningServer() else { return nil }
    usleep(150_000)
    return cluster.runningServer() == running ? running : nil
  }

  private func makeHome() throws(EmbeddedPostgresError) {
    let parent = URL(filePath: cluster.home).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    } catch {
      throw .system("\(parent.path) can not be made: \(error.localizedDescription)")
    }
  }

  private static func isPassing(_ log: String) -> Bool {
    [
      "postmaster.pid\" already exists", ".lock\" already exists",
      "pre-existing shared memory block",
    ]
    .contains { log.contains($0) }
  }

  /// Starts the server and waits until it takes connections; what it said when it ended instead.
  private func startOnce() throws(EmbeddedPostgresError) -> String? {
    let offset = cluster.log.size
    let child = try Spawn.start(cluster.serverCommand, output: cluster.log.path)
    state.withLock {
      $0.child = child
      // Told to stop while it was being started.
      if $0.isStopping { kill(child, SIGINT) }
    }
    while true {
      if let (process, isReady) = cluster.postmaster(), process == child, isReady { return nil }
      let ended = state.withLock {
        guard Spawn.hasEnded(child) else { return false }
        $0.child = nil
        return true
      }
      if ended { return cluster.log.tail(from: offset) }
      usleep(3_000)
    }
  }
}
