import FleetModel

/// The terms in intervals, and the rates that follow from them.
///
/// A rate for a memory of T intervals is 1 / (T + 1/2), within a thousandth of 1 − exp(−1/T) for
/// T ≥ 8, so that no transcendental function is needed.
struct DemandPace: Sendable, Hashable, Codable {
  var seconds: Double
  var coldSeconds: Double
  /// From a decision to the last interval without its effect.
  var coldTicks: Int
  var levelTicks: Int
  /// Whole intervals of allowed wait.
  var slackTicks: Int
  var warmSeconds: Double
  var startSeconds: Double
  var strictWarmSeconds: Double
  var errorRate: Double
  var strictErrorRate: Double
  var envelopeKeep: Double
  var strictEnvelopeKeep: Double
  var trialKeep: Double
  /// The error believed in before evidence, as a share of the level.
  var firstError: Double
  /// What the margin is divided by: an overload of one cold start within the allowed wait.
  var allowance: Double
  /// Seconds of cost that a belief in the first multiple is worth, in intervals.
  var beliefTicks: Double

  /// Nil where nothing can be learned: no interval, or one longer than a day.
  init?(_ terms: DemandTerms) {
    guard let seconds = Self.seconds(terms.interval), seconds > 0, seconds <= 86_400 else {
      return nil
    }
    self.seconds = seconds
    let cold = Self.seconds(terms.coldStart) ?? 86_400
    let slack = Self.seconds(terms.slackWait) ?? 86_400
    coldSeconds = cold
    coldTicks = Self.ticks(cold, of: seconds)
    levelTicks = Self.ticks(
      DemandRule.levelSeconds + DemandRule.levelShareOfColdStart * cold, of: seconds)
    slackTicks = min(Int((slack / seconds + 1e-9).rounded(.down)), DemandRule.mostTicks)
    warmSeconds = Self.whole(DemandRule.warmSeconds, of: seconds)
    startSeconds = Self.whole(
      DemandRule.startSeconds + DemandRule.startColdStarts * cold, of: seconds)
    strictWarmSeconds = Self.whole(DemandRule.strictWarmSeconds, of: seconds)
    errorRate = Self.rate(DemandRule.errorSeconds, of: seconds)
    strictErrorRate = Self.rate(DemandRule.strictErrorSeconds, of: seconds)
    envelopeKeep = 1 - Self.rate(DemandRule.envelopeSeconds, of: seconds)
    strictEnvelopeKeep = 1 - Self.rate(DemandRule.strictEnvelopeSeconds, of: seconds)
    trialKeep = 1 - Self.rate(DemandRule.trialSeconds, of: seconds)
    let scale = (cold / DemandRule.firstErrorColdStart).squareRoot().squareRoot()
    firstError = DemandRule.firstError * scale
    let built = Double(slackTicks) * seconds / (cold + seconds)
    allowance = 1 + min(built, DemandRule.longestAllowance)
    beliefTicks = DemandRule.beliefSeconds / seconds
  }

  /// Seconds from 0 to a day; nil where there are more.
  private static func seconds(_ time: Duration) -> Double? {
    let whole = time.components.seconds
    guard whole < 86_400 else { return whole == 86_400 ? 86_400 : nil }
    return whole < 0 ? 0 : max(0, time.inSeconds)
  }

  private static func ticks(_ time: Double, of interval: Double) -> Int {
    min(max(1, Int((time / interval).rounded())), DemandRule.mostTicks)
  }

  /// At least one interval, and whole ones.
  private static func whole(_ time: Double, of interval: Double) -> Double {
    max(1, (time / interval).rounded()) * interval
  }

  private static func rate(_ memory: Double, of interval: Double) -> Double {
    min(1, 1 / (memory / interval + 0.5))
  }
}
