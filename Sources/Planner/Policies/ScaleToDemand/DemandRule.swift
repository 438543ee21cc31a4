/// The shipped constants of the rule; one set for every pool.
///
/// Explored on public traces (docs/scaling.md has the figures and how little each one matters when
/// moved alone). What differs from pool to pool is learned, so each of these is only the scale on
/// which something is looked at, or what is believed before there is evidence.
enum DemandRule {
  // MARK: the level

  /// The present level is a mean over this long and a share of the cold start: a capacity decided
  /// on noise must last for one cold start, so a long one asks for a calmer mean.
  static let levelSeconds = 24.0
  static let levelShareOfColdStart = 2.0 / 15
  /// A former peak fades towards the level on this scale and this much of it is trusted.
  static let envelopeSeconds = 1500.0
  static let envelopeTrust = 0.9

  // MARK: the error

  /// Before evidence the load is believed to move by an eighth within 120 s, by more within a
  /// longer cold start (its fourth root: much less than a random walk would).
  static let firstError = 0.125
  static let firstErrorColdStart = 120.0
  /// Memory of the squared error: 72 min, a few bursts back.
  static let errorSeconds = 4320.0
  /// A load that fell counts a little less than one that rose.
  static let fallWeight = 0.9

  // MARK: the margin

  /// Multiples of the error on trial, and how little each is believed in before evidence: the
  /// square of the natural logarithm of its ratio to `firstMultiple`, times 4 below it and 2 above:
  /// late work is rare, so its absence proves little.
  ///
  /// Around 3 in steps that change the cost by a few percent; the outer ones are where a calm and
  /// a wild pool end up.
  static let multiples: [(multiple: Double, disbelief: Double)] = [
    (0.7, 8.081349),
    (1.1, 3.758950),
    (1.6, 1.414706),
    (2.0, 0.552238),
    (2.4, 0.143250),
    (2.8, 0.004926),
    (3.2, 0.019381),
    (3.8, 0.146114),
    (4.8, 0.507841),
    (6.5, 1.302793),
  ]
  /// What is believed of the multiple before evidence.
  static let firstMultiple = 2.9
  /// Share of the level added whatever the error, at a multiple of `plainAt`; others in proportion.
  static let plain = 0.125
  static let plainAt = 3.0
  /// One percentage point of late work is worth as much as the best schedule costs…
  static let latePrice = 100.0
  /// …while the cost is below one and a half times that schedule's; above, what is spent counts
  /// four times (once, and three times more).
  static let costKnee = 1.5
  static let costSlope = 3.0
  /// A disbelief of 1 is worth what the best schedule costs in this long: six hours.
  static let beliefSeconds = 21_600.0
  /// Multiples this near to the best (in the same measure) share the vote.
  static let voteWidth = 0.05
  /// Memory of what the multiples on trial cost and missed: days, so that a week may differ.
  static let trialSeconds = 345_600.0

  // MARK: the answer

  /// An overload that lasts one cold start may build up the wait that is allowed, and no more.
  static let longestAllowance = 1.0
  /// Headroom over the level that no allowance takes away: without it a wait stands for good.
  static let leastHeadroom = 0.1
  /// Waiting work is to be gone within this.
  static let drainSeconds = 30.0
  /// Part of a replica that is not worth a whole one.
  static let rounding = 0.28
  /// One replica stays this long after the last work.
  static let warmSeconds = 1800.0
  /// Nothing is released below the first size before this long and two cold starts.
  static let startSeconds = 300.0
  static let startColdStarts = 2.0

  // MARK: strict

  static let strictEnvelopeSeconds = 1800.0
  static let strictErrorSeconds = 21_600.0
  static let strictMultiple = 1.5
  static let strictRounding = 0.03
  static let strictWarmSeconds = 10_800.0

  // MARK: bounds

  /// No pool is larger; keeps every conversion to a whole number safe.
  static let mostReplicas = 100_000
  /// Longest horizon kept, in intervals; a longer one (a cold start of an hour looked at every
  /// second has 3600) is cut to it.
  static let mostTicks = 4096
}
