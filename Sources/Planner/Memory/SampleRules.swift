import FleetModel

/// The limits one sample is judged by, taken out of the rulebook once per reading.
struct SampleRules {
  var thresholds: Thresholds
  var interval: Duration
  /// A longer hole voids a window.
  var largestGap: Duration
  var frozenAfter: Duration

  init(_ rulebook: Rulebook) {
    thresholds = rulebook.thresholds
    interval = rulebook.scrapeInterval
    largestGap = interval * thresholds.largestGapInIntervals
    frozenAfter = max(thresholds.frozenAfter, largestGap)
  }

  /// How many samples a time should have brought, its first one included.
  func expected(in time: Duration) -> Int {
    let step = max(1, interval.microseconds)
    return Int((time.microseconds + step / 2) / step) + 1
  }
}

/// What an inference server's counters say of the time since the last reading.
enum Demand {
  /// The target has never offered request counters.
  case notOffered
  /// It did before, and does not now.
  case missing
  /// Nothing runs or waits, and nothing was finished.
  case none
  case some
}
