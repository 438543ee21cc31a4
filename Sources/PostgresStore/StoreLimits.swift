/// How long the store waits for what, and how much it holds open.
public struct StoreLimits: Sendable, Hashable {
  /// For a connection to be made; libpq takes no less than two seconds.
  public var connect: Duration
  /// For the server to finish one statement (statement_timeout).
  public var statement: Duration
  /// For another transaction's lock (lock_timeout).
  public var lock: Duration
  /// For us to go on within a transaction: then the server ends it, and its locks
  /// (idle_in_transaction_session_timeout). Less than a lease, so that who is stopped or cut off
  /// keeps nobody from taking over.
  public var pause: Duration
  /// For any answer at all: more than `statement`, for a server that is stopped or cut off.
  public var answer: Duration
  /// Connections open at most.
  public var connections: Int
  /// Further attempts of a transaction that lost a conflict or its connection.
  public var retries: Int
  /// Ticks kept with their snapshots, for replay.
  public var ticksKept: Int
  /// Of the time before those, hours of which the first tick is kept: a month, so that a change of
  /// the settings can be tried on it.
  public var hoursKept: Int

  public init(
    connect: Duration = .seconds(5), statement: Duration = .seconds(20),
    lock: Duration = .seconds(5), pause: Duration = .seconds(5), answer: Duration = .seconds(30),
    connections: Int = 4,
    retries: Int = 3, ticksKept: Int = 1000, hoursKept: Int = 744
  ) {
    self.hoursKept = hoursKept
    self.pause = pause
    self.connect = connect
    self.statement = statement
    self.lock = lock
    self.answer = answer
    self.connections = connections
    self.retries = retries
    self.ticksKept = ticksKept
  }
}
