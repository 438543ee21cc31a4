public import FleetModel

/// The reference C*: it knows when each zone goes down, and always has its replicas ready.
///
/// Whenever any zone is up it takes the one that stays up longest and keeps it to its end, else
/// on-demand to the end of the gap; each segment is launched a cold start before it is needed.
public struct SpotClairvoyant: Sendable, Hashable {
  public private(set) var spotSegments = 0
  public private(set) var onDemandSegments = 0
  public private(set) var costUSD = Money.zero

  public init(_ setup: SpotSetup) {
    var spotTicks = Array(repeating: 0, count: setup.trace.zones.count)
    var onDemandTicks = 0
    let cold = setup.ticks(in: setup.coldStart)
    var tick = 0
    while tick < setup.trace.ticks {
      if let (zone, end) = Self.longest(setup.trace, from: tick) {
        spotTicks[zone] += (end - tick + cold) * setup.replicas
        spotSegments += 1
        tick = end
      } else {
        let end = Self.nextUp(setup.trace, after: tick)
        onDemandTicks += (end - tick + cold) * setup.replicas
        onDemandSegments += 1
        tick = end
      }
    }
    costUSD = setup.price(spotTicks, onDemand: onDemandTicks)
  }

  private static func longest(_ trace: SpotTrace, from tick: Int) -> (zone: Int, end: Int)? {
    var best: (zone: Int, end: Int)?
    for zone in trace.zones.indices {
      guard let run = trace.up[zone].first(where: { $0.contains(tick) }) else { continue }
      if best.map({ run.upperBound > $0.end }) ?? true { best = (zone, run.upperBound) }
    }
    return best
  }

  private static func nextUp(_ trace: SpotTrace, after tick: Int) -> Int {
    let starts = trace.up.compactMap { runs in
      runs.first { $0.lowerBound > tick }?.lowerBound
    }
    return min(starts.min() ?? trace.ticks, trace.ticks)
  }
}
