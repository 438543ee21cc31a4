import FleetModel

/// What was asked of a service, tick by tick: the load it offered and the requests it came as.
///
/// Load is counted in replicas: the work that arrives in a tick divided by the tick's length, where
/// a ready replica does one replica-second of work a second.
public struct DemandTrace: Sendable, Hashable {
  /// How long a tick is; positive.
  public let tick: Duration
  /// Offered load in replicas, one value a tick, never negative.
  public let offered: [Double]
  /// Requests that arrive in each tick, never negative; not whole after a change of tick.
  public let requests: [Double]

  /// Both series are of one length.
  public init(tick: Duration, offered: [Double], requests: [Double]) {
    precondition(tick > .zero, "a tick takes time")
    precondition(offered.count == requests.count, "each tick has a load and its requests")
    self.tick = tick
    self.offered = offered
    self.requests = requests
  }

  public var count: Int { offered.count }
  public var length: Duration { tick * count }
  public var requestCount: Double { requests.reduce(0, +) }
  public var meanOffered: Double {
    offered.isEmpty ? 0 : offered.reduce(0, +) / Double(offered.count)
  }

  /// The same demand on another tick: summed where the tick is longer, spread evenly where it is
  /// shorter. Work and requests are kept; the last tick may reach beyond the end.
  public func resampled(to tick: Duration) -> DemandTrace {
    guard tick != self.tick else { return self }
    let step = self.tick.microseconds
    let seconds = tick.inSeconds
    let work = integrals(of: offered, step: step, tick: tick.microseconds)
    let arrivals = integrals(
      of: requests.map { $0 / self.tick.inSeconds }, step: step, tick: tick.microseconds)
    return DemandTrace(tick: tick, offered: work.map { $0 / seconds }, requests: arrivals)
  }
}

/// The integral over each tick of a density that is constant over each step; in density-seconds.
///
/// Steps and ticks are whole microseconds, so that windows which meet, meet exactly.
func integrals(of density: [Double], step: Int64, tick: Int64) -> [Double] {
  let end = Int64(density.count) * step
  let count = Int((end + tick - 1) / tick)
  var integrals = [Double](repeating: 0, count: count)
  var source = 0
  for index in 0..<count {
    var from = Int64(index) * tick
    let until = min(from + tick, end)
    var sum = 0.0
    while from < until {
      let stepEnd = Int64(source + 1) * step
      let cut = min(until, stepEnd)
      sum += density[source] * (Double(cut - from) / 1_000_000)
      from = cut
      if cut == stepEnd { source += 1 }
    }
    integrals[index] = sum
  }
  return integrals
}
