import Dispatch

/// One connection: what is done on it runs on a thread of its own, never on the cooperative pool,
/// because libpq blocks while it waits.
actor Connection {
  private nonisolated let thread = ConnectionThread()
  private let conninfo: String
  private let limits: StoreLimits
  private var session: Session?

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe thread.asUnownedSerialExecutor()
  }

  init(conninfo: String, limits: StoreLimits) {
    self.conninfo = conninfo
    self.limits = limits
  }

  /// Runs the work in one transaction; connects first where there is no connection, and drops one
  /// that broke or can write no more.
  func transact<Value: Sendable>(
    _ work: @Sendable (Session) throws(Failure) -> Value
  ) -> Result<Value, Failure> {
    run { (session: Session) throws(Failure) in try session.transaction(work) }
  }

  /// Runs the work as it is, for those who make their own transactions.
  func run<Value: Sendable>(
    _ work: (Session) throws(Failure) -> Value
  ) -> Result<Value, Failure> {
    do throws(Failure) {
      let session = try connected()
      return .success(try work(session))
    } catch {
      if error.endsSession { session = nil }
      if session?.isBroken == true { session = nil }
      return .failure(error)
    }
  }

  func close() { session = nil }

  private func connected() throws(Failure) -> Session {
    if let session, !session.isBroken { return session }
    let fresh = try Session(conninfo: conninfo, limits: limits)
    session = fresh
    return fresh
  }
}

/// A serial executor on a dispatch queue: one thread at a time, not one of the cooperative pool.
final class ConnectionThread: SerialExecutor {
  private let queue = DispatchQueue(label: "finops.postgres")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
