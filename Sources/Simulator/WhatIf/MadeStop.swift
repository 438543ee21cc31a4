public import CostModel
import FleetModel
public import Planner

/// A stop that was really made: how long it kept the node off, and the decision behind it.
public struct MadeStop: Sendable, Hashable {
  public var interval: OffInterval
  /// nil where the record has it no more.
  public var decision: Decision?

  public init(interval: OffInterval, decision: Decision?) {
    self.interval = interval
    self.decision = decision
  }

  /// How long the node had idled and how sure that was; nil when it was stopped for another reason.
  var idle: (time: Duration, confidence: Confidence)? {
    guard case .idleConfirmed(let time, _, let confidence) = decision?.reason else { return nil }
    return (time, confidence)
  }

  /// What becomes of it under other rules. An off node has no work until the record starts it.
  enum Fate: Hashable {
    case made
    /// Made so much later; the node may be wanted again before.
    case later(by: Duration)
    case unmade
  }

  func fate(under rulebook: Rulebook) -> Fate {
    guard let pool = rulebook.pool(interval.pool), pool.acts else { return .unmade }
    guard let idle else { return .made }
    guard idle.confidence >= pool.minimumConfidence else { return .unmade }
    guard let wait = rulebook.idleWait(of: pool), wait > idle.time else { return .made }
    return .later(by: wait - idle.time)
  }

  /// What it saves in a range under other rules; nil when it is not made there.
  func saved(under rulebook: Rulebook, in range: Range<Timestamp>) -> Money? {
    var shown = interval
    switch fate(under: rulebook) {
    case .unmade: return nil
    case .made: break
    case .later(let delay):
      shown.from = interval.from.advanced(by: delay)
      let end = interval.until ?? range.upperBound
      guard shown.from < end else { return nil }
      shown.coveredMicroseconds = interval.coveredMicroseconds.map {
        part($0, from: shown.from, to: end)
      }
    }
    return Savings.realised(of: shown, in: range, now: range.upperBound).saved
  }

  /// What a commitment covered is spread evenly over the time off, as the report spreads it.
  private func part(_ covered: Int64, from start: Timestamp, to end: Timestamp) -> Int64 {
    let whole = end.microseconds - interval.from.microseconds
    let left = end.microseconds - start.microseconds
    return Int64(Int128(covered) * Int128(left) / Int128(max(1, whole)))
  }
}
