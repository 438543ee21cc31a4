import FleetModel

/// The arithmetic of work that waits: what arrives, and what of it is late.
struct DemandQueue: Sendable {
  let offered: [Double]
  /// Work that has arrived before each tick, in replica-seconds; one more than there are ticks.
  let arrivedBefore: [Double]
  /// Length of a tick.
  let seconds: Double
  let serviceSeconds: Double
  /// The longest wait, in ticks.
  let waitTicks: Int
  /// In ticks.
  let coldStart: Int
  /// Work smaller than this is what sums of that size are rounded by.
  private let nothing: Double

  init(_ trace: DemandTrace, _ conditions: DemandConditions) {
    offered = trace.offered
    seconds = trace.tick.inSeconds
    serviceSeconds = conditions.serviceTime.inSeconds
    waitTicks = conditions.longestWait.ticks(of: trace.tick)
    coldStart = conditions.coldStart.ticks(of: trace.tick)
    var sums = [0.0]
    sums.reserveCapacity(offered.count + 1)
    var sum = 0.0
    for load in offered {
      sum += load * seconds
      sums.append(sum)
    }
    arrivedBefore = sums
    nothing = 1e-7 + sum * 1e-14
  }

  var totalWork: Double { arrivedBefore.last ?? 0 }

  /// Work that arrives in the tick, in replica-seconds.
  func arriving(_ tick: Int) -> Double { offered[tick] * seconds }

  /// The share of a tick's work that is still not served at the end of tick `end`.
  ///
  /// First come, first served: what waits then is the newest, so of the backlog the part that came
  /// after `tick` is taken off, and what is left is at most the tick's own work.
  func lateShare(_ tick: Int, _ backlog: Double, at end: Int) -> Double {
    let work = arriving(tick)
    guard work > 0 else { return 0 }
    let late = min(work, backlog - (arrivedBefore[end + 1] - arrivedBefore[tick + 1]))
    return late > nothing ? late / work : 0
  }

  /// By bisection: one replica more is never later, and the peak's count never waits.
  func smallestConstantCount() -> Int {
    var low = 0
    var high = max(0, enough(offered.max() ?? 0))
    while low < high {
      let middle = (low + high) / 2
      if isLate(with: middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func isLate(with count: Int) -> Bool {
    let capacity = Double(count) * seconds
    var backlog = 0.0
    for tick in offered.indices {
      backlog = max(0, backlog + arriving(tick) - capacity)
      guard backlog > nothing else { continue }
      let due = tick - waitTicks
      if due >= 0, lateShare(due, backlog, at: tick) > 0 { return true }
    }
    let end = offered.count - 1
    return (max(0, end - waitTicks + 1)..<max(0, end + 1)).contains {
      lateShare($0, backlog, at: end) > 0
    }
  }
}
