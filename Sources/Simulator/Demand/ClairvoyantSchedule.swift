/// What one who knew the demand would have run: cheapest of a few schedules, none of them late.
///
/// The replicas needed are the mean load over a trailing window (work may wait as long as the window
/// is), rounded up. Each further replica is a level of its own; a pause between two runs of a level
/// is bridged where that costs no more than another cold start. Exact for its windows; as the best of
/// all schedules it is an upper bound.
public struct ClairvoyantSchedule: Sendable, Hashable {
  /// Paid replica-ticks, cold starts and bridged pauses included.
  public let replicaTicks: Int
  public let starts: Int
  /// The most replicas needed at once.
  public let peak: Int
  /// The window's length less one: how long work may wait.
  public let slackTicks: Int
  /// Replicas needed, tick by tick.
  public let needed: [Int]
  /// Replicas paid for, tick by tick; a start before the first tick is paid for in it.
  public let paid: [Int]

  /// - Parameters:
  ///   - coldStart: in ticks; a replica is ordered that much ahead.
  ///   - slack: the longest wait in ticks; none, half and all of it are tried.
  init(_ trace: DemandTrace, coldStart: Int, slack: Int) {
    var best = Levels(trace.offered, window: 0, coldStart: coldStart)
    for window in Set([slack / 2, slack]).subtracting([0]).sorted() {
      let levels = Levels(trace.offered, window: window, coldStart: coldStart)
      if levels.replicaTicks < best.replicaTicks { best = levels }
    }
    replicaTicks = best.replicaTicks
    starts = best.starts
    peak = best.peak
    slackTicks = best.window
    needed = best.needed
    paid = best.paid
  }
}

/// The cost of one window's schedule, level by level.
private struct Levels {
  let window: Int
  let coldStart: Int
  private(set) var replicaTicks = 0
  private(set) var starts = 0
  private(set) var peak = 0
  private(set) var needed: [Int] = []
  private(set) var paid: [Int] = []
  /// The tick each level's last run ended before; nil for a level that never ran.
  private var endedAt: [Int?] = []
  /// Changes of what is paid for, tick by tick.
  private var changes: [Int]

  init(_ offered: [Double], window: Int, coldStart: Int) {
    self.window = window
    self.coldStart = coldStart
    changes = [Int](repeating: 0, count: offered.count + 1)
    needed = Self.needed(offered, window)
    var level = 0
    for (tick, count) in needed.enumerated() where count != level {
      if count > level { rise(level, count, tick) }
      while level > count {
        level -= 1
        endedAt[level] = tick
        changes[tick] -= 1
      }
      level = count
    }
    var running = 0
    paid = needed.indices.map { tick in
      running += changes[tick]
      return running
    }
    replicaTicks = paid.reduce(0, +)
    peak = needed.max() ?? 0
  }

  /// Ticks before the first count as without load.
  private static func needed(_ offered: [Double], _ window: Int) -> [Int] {
    offered.indices.map { tick in
      var sum = 0.0
      for past in max(0, tick - window)...tick { sum += offered[past] }
      return max(0, enough(sum / Double(window + 1)))
    }
  }

  private mutating func rise(_ level: Int, _ count: Int, _ tick: Int) {
    while endedAt.count < count { endedAt.append(nil) }
    for each in level..<count {
      changes[tick] += 1
      if let ended = endedAt[each], tick - ended <= coldStart {
        pay(ended..<tick)
      } else {
        starts += 1
        pay((tick - coldStart)..<tick)
      }
    }
  }

  /// What lies before the first tick is paid for in the first.
  private mutating func pay(_ ticks: Range<Int>) {
    if ticks.lowerBound < 0 {
      let before = min(0, ticks.upperBound) - ticks.lowerBound
      changes[0] += before
      changes[min(1, changes.count - 1)] -= before
    }
    guard ticks.upperBound > 0 else { return }
    changes[max(0, ticks.lowerBound)] += 1
    changes[ticks.upperBound] -= 1
  }
}
