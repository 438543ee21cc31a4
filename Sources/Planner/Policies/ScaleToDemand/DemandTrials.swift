/// The multiples on trial, what the best schedule would have cost, and the multiple to use now.
struct DemandTrials: Sendable, Hashable, Codable {
  private var pools: [TrialPool]
  /// The work that had arrived by the end of each of the last intervals.
  private var arrivals: Echo
  private var arrived = 0.0
  private var peak: SlidingPeak
  /// Replica-intervals of the clairvoyant schedule, faded: every level is held over a gap no longer
  /// than a cold start and started again after a longer one, which is the largest need of the last
  /// cold start, interval by interval.
  private var best = 0.0
  /// Replica-seconds of work, faded.
  private var work = 0.0
  /// Intervals, faded.
  private var weight = 0.0

  init(pace: DemandPace, replicas: Int) {
    pools = DemandRule.multiples.map {
      TrialPool(multiple: $0.multiple, disbelief: $0.disbelief, replicas: replicas)
    }
    arrivals = Echo(length: pace.slackTicks + 1)
    peak = SlidingPeak(length: pace.coldTicks + 1)
  }

  /// Folds one interval; `need` is the mean load over the allowed wait. The strict floor takes no
  /// part: on the same looks both stances come to the same multiple.
  ///
  /// The multiple is the mean of those that lost least, each with the fourth power of how near
  /// it comes to the best: one burst moves it a little, never from one end to the other.
  mutating func multiple(for need: Double, in sight: DemandSight, at tick: Int) -> Double {
    let pace = sight.pace
    let arriving = sight.offered * pace.seconds
    let whole = Int((need - 1e-9).rounded(.up))
    best = best * pace.trialKeep + Double(peak.add(max(0, whole), at: tick))
    work = work * pace.trialKeep + arriving
    weight = weight * pace.trialKeep + 1
    let due = arrive(arriving)
    for index in pools.indices {
      pools[index].serve(arriving, at: tick, pace: pace, due: due)
      let wanted = sight.plainly(at: pools[index].multiple, backlog: pools[index].backlog)
      pools[index].resize(to: wanted, readyAt: tick + pace.coldTicks + 1)
    }
    return vote(pace)
  }

  /// Counts what arrived; what must have been served by now, once there is any.
  private mutating func arrive(_ arriving: Double) -> ClosedRange<Double>? {
    arrived += arriving
    guard let before = arrivals.push(arrived), let due = arrivals.oldest else { return nil }
    return before...max(before, due)
  }

  private func vote(_ pace: DemandPace) -> Double {
    let mean = (best > 0 ? best : 1) / weight
    let belief = pace.beliefTicks * mean
    let losses = pools.map { loss(of: $0, belief: belief) }
    let least = losses.min() ?? 0
    let width = 2 * DemandRule.voteWidth * belief
    var sum = 0.0
    var votes = 0.0
    for (pool, loss) in zip(pools, losses) {
      let near = 1 / (1 + (loss - least) / width)
      let vote = near * near * near * near
      votes += vote
      sum += vote * pool.multiple
    }
    return votes > 0 ? sum / votes : DemandRule.firstMultiple
  }

  /// In replica-intervals.
  private func loss(of pool: TrialPool, belief: Double) -> Double {
    let over = max(0, pool.cost - DemandRule.costKnee * best)
    let late = work > 0 ? DemandRule.latePrice * best / work * pool.late : 0
    return pool.cost + DemandRule.costSlope * over + late + pool.disbelief * belief
  }
}
