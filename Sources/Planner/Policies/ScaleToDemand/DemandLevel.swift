/// The level of the load, its former peaks and its error one cold start ahead.
struct DemandLevel: Sendable, Hashable, Codable {
  private(set) var level = 0.0
  /// Mean load over the allowed wait: what a replica has to serve with that wait used up.
  private(set) var need = 0.0
  private(set) var envelope = 0.0
  private(set) var strictEnvelope = 0.0
  /// Mean squared errors, of a short and a long memory.
  private var square = 0.0
  private var strictSquare = 0.0
  /// Intervals since the windows began.
  private(set) var tick = -1

  private var levels: SlidingMean
  private var needs: SlidingMean
  private var history: Echo
  /// False where error and peaks were carried over from other terms.
  private let isFirst: Bool

  init(_ pace: DemandPace, after old: DemandLevel? = nil) {
    levels = SlidingMean(length: pace.levelTicks)
    needs = SlidingMean(length: pace.slackTicks + 1)
    history = Echo(length: pace.coldTicks)
    isFirst = old == nil
    guard let old else { return }
    (square, strictSquare) = (old.square, old.strictSquare)
    (envelope, strictEnvelope) = (old.envelope, old.strictEnvelope)
  }

  mutating func fold(_ offered: Double, _ pace: DemandPace) {
    tick += 1
    level = levels.add(offered)
    need = needs.add(offered)
    let former = history.push(level)
    if tick == pace.levelTicks, isFirst { believe(pace) }
    if let former, !isEarly(pace) { learn(need - former, pace) }
    envelope = fade(envelope, pace.envelopeKeep, pace)
    strictEnvelope = fade(strictEnvelope, pace.strictEnvelopeKeep, pace)
  }

  func error(_ pace: DemandPace) -> Double { root(square, pace) }
  func strictError(_ pace: DemandPace) -> Double { root(strictSquare, pace) }

  /// True until a whole level is one cold start old.
  private func isEarly(_ pace: DemandPace) -> Bool { tick < pace.levelTicks + pace.coldTicks }

  private mutating func believe(_ pace: DemandPace) {
    let first = pace.firstError * level
    square = first * first
    strictSquare = square
  }

  /// `error`: what the load turned out to be, less what was seen one cold start earlier.
  private mutating func learn(_ error: Double, _ pace: DemandPace) {
    let squared = error * error * (error < 0 ? DemandRule.fallWeight : 1)
    square += pace.errorRate * (squared - square)
    strictSquare += pace.strictErrorRate * (squared - strictSquare)
  }

  private func fade(_ peak: Double, _ keep: Double, _ pace: DemandPace) -> Double {
    if isFirst, tick < pace.levelTicks { return level }
    return max(level, level + (peak - level) * keep)
  }

  private func root(_ square: Double, _ pace: DemandPace) -> Double {
    let learned = square.squareRoot()
    return isEarly(pace) ? max(learned, pace.firstError * level) : learned
  }
}
