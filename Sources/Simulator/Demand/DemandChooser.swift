/// What a rule sees in a tick, after the tick's work was served.
public struct DemandMoment: Sendable, Hashable {
  /// Counts from 0.
  public var tick: Int
  /// The load offered in this tick, in replicas.
  public var offered: Double
  /// Work served in this tick, in replica-seconds.
  public var served: Double
  /// Work that waits, in replica-seconds.
  public var backlog: Double
  /// Requests in flight, in units of what one replica holds: served ÷ tick + backlog ÷ service time.
  public var inFlight: Double
  public var ready: Int
  public var pending: Int

  public init(
    tick: Int, offered: Double, served: Double, backlog: Double, inFlight: Double, ready: Int,
    pending: Int
  ) {
    self.tick = tick
    self.offered = offered
    self.served = served
    self.backlog = backlog
    self.inFlight = inFlight
    self.ready = ready
    self.pending = pending
  }

  /// Ready and pending replicas: what is paid for.
  public var current: Int { ready + pending }
}

/// A scaling rule: told what has been, it says how many replicas there should be.
///
/// It is asked once a tick in order, and sees nothing later than the moment it is given.
public protocol DemandChooser {
  /// The replicas wanted, ready and pending together; fewer than 0 is 0.
  mutating func wanted(_ moment: DemandMoment) -> Int
}
