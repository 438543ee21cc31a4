import FleetModel

/// How long a serving pool without work is kept warm (SEMANTICS 4.5).
struct Retention {
  /// As long as one cold start costs: never worse than twice what a seer would pay (ski rental).
  var coldStart: Duration
  /// What would have cost least over the gaps seen so far; nil while there were too few.
  var learned: Duration?

  var limit: Duration { learned ?? coldStart }

  /// Machines come back slowly and at a risk: never given up sooner, never idle for longer
  /// (SEMANTICS 4.4: clamp 5–60 min).
  private static let ofNodes = Duration.minutes(5)...Duration.minutes(60)
  /// Gaps that say something of the ones to come (SEMANTICS 4.5: 200†).
  static let gapsNeeded = 200

  /// `standard` is the price of a cold start where nothing was measured or set.
  init(of pool: PoolRules, _ memory: PoolMemory?, standard: Duration, countsReplicas: Bool) {
    let price = memory?.coldStart ?? pool.scaling?.coldStart ?? standard
    let clamp = { (time: Duration) -> Duration in
      countsReplicas ? time : min(max(time, Self.ofNodes.lowerBound), Self.ofNodes.upperBound)
    }
    coldStart = clamp(price)
    learned = memory?.gaps.flatMap { $0.total >= Self.gapsNeeded ? $0 : nil }
      .map { clamp($0.cheapestWait(coldStart: price)) }
  }
}

extension GapMemory {
  /// The wait that costs least in a gap like those seen: the idle time kept, and a cold start for
  /// every gap that outlasts it; of equals the longest, which keeps more requests in time.
  ///
  /// A gap counts as the middle of its bin, and only bins' ends are tried.
  func cheapestWait(coldStart: Duration) -> Duration {
    let price = coldStart.inSeconds
    var longer = total
    var kept = 0.0
    var best = (seconds: Double(total) * price, wait: Int64(0))
    for (bin, count) in counts.enumerated() where count > 0 {
      let (start, end) = (Self.start(of: bin), Self.start(of: bin + 1))
      kept += Double(count) * Double(start + end) / 2
      longer -= count
      let seconds = kept + Double(longer) * (Double(end) + price)
      if seconds <= best.seconds { best = (seconds, end) }
    }
    return .seconds(best.wait)
  }
}

extension Rulebook {
  /// How long a node of the pool must have been idle for the pool's idle act: its own setting,
  /// else what its kind asks for (SEMANTICS 4.4).
  func idleLimit(of pool: PoolRules, _ memory: PoolMemory?) -> Duration {
    if let own = pool.idleAfter { return own }
    return switch pool.kind {
    case .serving:
      Retention(
        of: pool, memory, standard: thresholds.servingWindow, countsReplicas: false
      ).limit
    case .batch: thresholds.batchWindow
    case .dev: thresholds.devWindow
    case .training: thresholds.trainingAlertWindow
    case .unlabelled: thresholds.unlabelledWindow
    }
  }
}
