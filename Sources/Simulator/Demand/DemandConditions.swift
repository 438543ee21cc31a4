public import FleetModel

/// What a backtest assumes about the service and its machines.
public struct DemandConditions: Sendable, Hashable {
  /// Replicas that are ready before the first tick.
  public enum Start: String, Sendable, Hashable, CaseIterable {
    /// Enough for the first minute's mean load at 70 % utilisation.
    case initial = "init"
    case zero
  }

  /// How long a request takes on a replica; turns a backlog into requests in flight.
  public var serviceTime: Duration
  /// The longest a request may wait before it counts as late.
  public var longestWait: Duration
  /// From the order of a replica to its first work.
  public var coldStart: Duration
  /// What a replica costs from its order to its release.
  public var price: HourlyRate
  public var start: Start

  public init(
    serviceTime: Duration, longestWait: Duration, coldStart: Duration = .seconds(120),
    price: HourlyRate, start: Start = .initial
  ) {
    precondition(serviceTime > .zero, "a request takes time")
    precondition(longestWait >= .zero && coldStart >= .zero, "time does not run backwards")
    self.serviceTime = serviceTime
    self.longestWait = longestWait
    self.coldStart = coldStart
    self.price = price
    self.start = start
  }
}

extension Duration {
  /// How many ticks this is: rounded, at least one, and none for no time at all.
  func ticks(of tick: Duration) -> Int {
    guard self > .zero else { return 0 }
    return max(1, Int((inSeconds / tick.inSeconds).rounded()))
  }
}

/// The least whole number that is enough; 3.0000000001 replicas are 3, and more than 10^15 are that.
func enough(_ load: Double) -> Int { Int(min(load - 1e-9, 1e15).rounded(.up)) }
