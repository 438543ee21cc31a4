/// How far a forecast was off lately, beside "the same slot last week".
///
/// Sums that halve with time: the last day counts for most. It is the middle of the profile that is
/// judged; a quantile is meant to lie above what comes.
struct ForecastRecord: Sendable, Hashable, Codable {
  private var actual = 0.0
  private var missed = 0.0
  private var missedByLastWeek = 0.0
  /// What was compared with last week alone.
  private var missedBeside = 0.0

  /// A day of 5-minute slots: short enough to notice a changed season within a day, long enough
  /// that one odd hour is not one†.
  private static let memory = 1 - 1.0 / 288

  /// A percentage point of difference is none†: without it a season that has come back would wait
  /// for the last trace of its old errors to fade.
  private static let margin = 0.01

  mutating func fold(actual level: Double, usual: Double, lastWeek: Double?) {
    let miss = (level - usual).magnitude
    actual = actual * Self.memory + level
    missed = missed * Self.memory + miss
    missedBeside = missedBeside * Self.memory + (lastWeek == nil ? 0 : miss)
    missedByLastWeek =
      missedByLastWeek * Self.memory + (lastWeek.map { (level - $0).magnitude } ?? 0)
  }

  /// Weighted absolute percentage error, 0…; nil: nothing was asked for, and something foretold.
  var error: Double? {
    guard missed > 0 else { return 0 }
    return actual > 0 ? missed / actual : nil
  }

  /// For reasons: 999 % stands for everything beyond.
  var shownError: Double { min(error ?? 9.99, 9.99) }

  /// Within the limit, and not worse than last week by more than `margin`.
  func isTrusted(below limit: Double) -> Bool {
    guard let error, error <= limit else { return false }
    return missedBeside <= missedByLastWeek + actual * Self.margin
  }
}
