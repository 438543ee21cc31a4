public import FleetModel

/// A stretch of the fleet's time that is in the books.
public struct BookedSpan: Sendable, Hashable, Codable {
  public var from: Timestamp
  public var until: Timestamp

  public init(from: Timestamp, until: Timestamp) {
    self.from = from
    self.until = until
  }
}

/// What of the fleet's time one pass of the loop may book: what passed by a clock that nobody sets,
/// since the last pass that is stored.
///
/// A wall clock is set forward and back, by people, by time servers and by hosts that slept
/// (chronos#85, ntpd-rs#957, juju#3941, meta-balena#1295): an hour that was not there cost $88 here
/// once, and a step of 30 s back ended all planning. Where the two clocks part, the steady one says
/// how long it was, and the wall clock says when it ended.
public struct BookClock: Sendable {
  /// The last pass that is stored.
  private var stored: Mark?
  /// The pass that was observed last.
  private var last: Mark?

  private struct Mark: Sendable {
    var takenAt: Timestamp
    var steady: Duration
  }

  /// Clocks that part by less are one: they are read one after the other, and slewed.
  private let slack: Duration

  /// `slack` is a second of the machine's time in the fleet's: more where that runs faster.
  public init(slack: Duration = .seconds(1)) { self.slack = slack }

  /// What was observed up to `moment`; nil when this process has stored nothing yet: then what is
  /// booked follows the last that is (`Memory.unbooked`). Empty where nothing may be booked now.
  ///
  /// - Parameters:
  ///   - steady: the same moment on the fleet's clock that is never set.
  ///   - isWrong: every cloud's Date says that our wall clock is off. What passes meanwhile is booked
  ///     once it is right again.
  public mutating func observed(
    until moment: Timestamp, steady: Duration, isWrong: Bool
  ) -> Range<Timestamp>? {
    last = isWrong ? nil : Mark(takenAt: moment, steady: steady)
    if isWrong { return moment..<moment }
    guard let stored else { return nil }
    let passed = max(.zero, steady - stored.steady)
    let said = moment.duration(since: stored.takenAt)
    let apart = said > passed ? said - passed : passed - said
    if apart <= max(slack, passed / 50), said >= .zero { return stored.takenAt..<moment }
    return moment.advanced(by: .zero - passed)..<moment
  }

  /// What was observed last is in the ledger.
  public mutating func store() { stored = last ?? stored }

  /// A new term begins with what the ledger accounted for until `moment`: ours goes on from there,
  /// another's is a beginning.
  public mutating func resume(accountedUntil moment: Timestamp?) {
    last = nil
    if stored?.takenAt != moment { stored = nil }
  }
}

extension Memory {
  /// The parts of `observed` that are not in the books, oldest first.
  ///
  /// `observed` nil: everything from the end of the last booked time before `moment`. The clouds
  /// list the same nodes before and after, so that time was billed though nobody saw it.
  func unbooked(
    of observed: Range<Timestamp>?, until moment: Timestamp
  ) -> [Range<Timestamp>] {
    let spans = bookedSpans
    var start = observed?.lowerBound ?? spans.last { $0.from <= moment }?.until ?? moment
    let end = observed?.upperBound ?? moment
    var free: [Range<Timestamp>] = []
    for span in spans where span.until > start && span.from < end {
      if start < span.from { free.append(start..<span.from) }
      start = max(start, span.until)
    }
    if start < end { free.append(start..<end) }
    return free
  }

  /// Adds them to what is booked. Of many stretches the oldest become one: what was not booked
  /// between them never will be.
  mutating func book(_ times: [Range<Timestamp>]) {
    let new = times.map { BookedSpan(from: $0.lowerBound, until: $0.upperBound) }
    var merged: [BookedSpan] = []
    for span in (bookedSpans + new).sorted(by: { $0.from < $1.from }) {
      if let last = merged.last, span.from <= last.until {
        merged[merged.count - 1].until = max(last.until, span.until)
      } else {
        merged.append(span)
      }
    }
    while merged.count > Self.spansKept {
      merged[1].from = merged[0].from
      merged.removeFirst()
    }
    booked = merged
    accountedAt = merged.last?.until ?? accountedAt
  }

  private static let spansKept = 256

  /// Memories stored by older programs know only how far they had come.
  private var bookedSpans: [BookedSpan] {
    guard let accountedAt else { return [] }
    return booked ?? [BookedSpan(from: Timestamp(microseconds: 0), until: accountedAt)]
  }
}
