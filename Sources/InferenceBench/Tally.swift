import CostModel
import Histogram

/// Counts and distributions of a run while it goes on; nanoseconds throughout.
struct Tally: Sendable {
  var firstTokenFromIntended = Spread()
  var firstTokenFromSent = Spread()
  var answerFromIntended = Spread()
  var answerFromSent = Spread()
  /// Between reads that brought tokens.
  var betweenTokens = Spread()
  /// An answer's time per token after its first.
  var perToken = Spread()
  var lag = Spread()
  var held = Spread()
  var connecting = Spread()

  var answered = 0
  var failures: [LoadFailure: Int] = [:]
  var statuses: [Int: Int] = [:]
  var inputTokens = 0
  var outputTokens = 0
  /// Events with text, of answers that had a usage to compare with.
  var checkedEvents = 0
  var checkedTokens = 0
  var withoutUsage = 0
  var unstreamed = 0
  /// Gaps between neighbouring tokens, and how many were nothing since one read brought both.
  var gaps = 0
  var coalescedGaps = 0
  var resent = 0
  var lastEnd: Int64 = 0
  /// How long at least one request was due and not over.
  var busy: Int64 = 0
  var records: [RequestRecord] = []

  var failed: Int { failures.values.reduce(0, +) }

  mutating func add(_ record: RequestRecord, isStream: Bool, usage: Int?) {
    lastEnd = max(lastEnd, record.end)
    guard record.failure == nil else { return }
    answered += 1
    inputTokens += record.inputTokens
    outputTokens += record.outputTokens
    if isStream, let usage {
      checkedEvents += record.tokens.count
      checkedTokens += usage
    }
    if usage == nil { withoutUsage += 1 }
    if !isStream { unstreamed += 1 }
    addMoments(of: record, isStream: isStream)
  }

  private mutating func addMoments(of record: RequestRecord, isStream: Bool) {
    answerFromIntended.add(record.end - record.intended)
    if let sent = record.sent { answerFromSent.add(record.end - sent) }
    guard let first = record.tokens.first, let last = record.tokens.last else { return }
    firstTokenFromIntended.add(first - record.intended)
    if let sent = record.sent { firstTokenFromSent.add(first - sent) }
    guard isStream else { return }
    for (earlier, later) in zip(record.tokens, record.tokens.dropFirst()) {
      gaps += 1
      if later == earlier { coalescedGaps += 1 } else { betweenTokens.add(later - earlier) }
    }
    let tokens = max(record.outputTokens, record.tokens.count)
    if tokens > 1 { perToken.add((last - first) / Int64(tokens - 1)) }
  }
}

/// A distribution of nanoseconds with three exact digits, up to an hour.
struct Spread: Sendable {
  /// Longer than any time limit that makes sense; a longer one counts as this.
  static let longest: UInt64 = 3_600_000_000_000

  /// Starts small and grows: most distributions of a run stay within a few powers of two.
  private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)

  var count: Int { Int(histogram.totalCount) }

  mutating func add(_ nanoseconds: Int64) {
    histogram.record(min(UInt64(max(0, nanoseconds)), Self.longest))
  }

  /// Milliseconds; nil when nothing was recorded.
  var quantiles: NodeCapability.Quantiles? {
    guard count > 0 else { return nil }
    return NodeCapability.Quantiles(
      p50: milliseconds(50), p90: milliseconds(90), p99: milliseconds(99),
      max: milliseconds(100))
  }

  private func milliseconds(_ percentile: Double) -> Double {
    Double(histogram.valueAtPercentile(percentile)) / 1e6
  }
}
