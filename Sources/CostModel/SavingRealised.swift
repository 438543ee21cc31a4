public import FleetModel

/// What keeping one node off saved within a range, with the figures to compute it again.
///
/// saved = (rate × (off − covered) − rate × restart − storage rate × off) / hour, rounded to a
/// nano-dollar once. It is negative where a restart cost more than the time off brought.
public struct RealisedSaving: Sendable, Hashable {
  public var interval: OffInterval
  /// The time counted: off, inside the range, not yet past the cap, not counted before.
  public var offMicroseconds: Int64
  /// Time off that a commitment had paid for anyway.
  public var coveredMicroseconds: Int64
  /// Loading after the restart; zero unless the node came back inside the range.
  public var restartMicroseconds: Int64
  public var saved: Money
  /// What the restart cost.
  public var restart: Money
  /// What the disks cost in the time counted.
  public var storage: Money
  /// The price of the time counted, so that gross − restart − storage = saved; within two
  /// nano-dollars of rate × time where restart and storage were rounded too.
  public var gross: Money { saved + restart + storage }
}

/// What the disks of a stopped node cost in a time.
public struct StoppedStorage: Sendable, Hashable {
  public var node: NodeID
  public var pool: PoolName
  public var time: Range<Timestamp>
  public var cost: Money
}

/// Realised savings as SEMANTICS 4.16 defines them.
public enum Savings {
  /// One stop saves for seven days at most: after that the node would have been given up anyway.
  public static let cap = Duration.days(7)

  /// The saving of one interval alone; `now` ends intervals that are still open. `covered` is the
  /// time in the range a commitment would have paid for; nil: what the interval says of it.
  public static func realised(
    of interval: OffInterval, in range: Range<Timestamp>, now: Timestamp,
    coveredByCommitment covered: Duration? = nil
  ) -> RealisedSaving {
    realised(of: interval, after: nil, in: range, now: now, covered: covered)
  }

  /// The savings of all intervals that touch the range, by node and start.
  ///
  /// Time that two intervals of a node share is counted for the earlier one only, whether or not
  /// that one is past its cap; a restart that ends both is taken off once.
  public static func realised(
    of intervals: [OffInterval], in range: Range<Timestamp>, now: Timestamp
  ) -> [RealisedSaving] {
    var counted: (node: NodeID, until: Timestamp)?
    var savings: [RealisedSaving] = []
    for interval in intervals.sorted(by: precedes) {
      let before = counted.flatMap { $0.node == interval.node ? $0.until : nil }
      let saving = realised(of: interval, after: before, in: range, now: now, covered: nil)
      if saving.offMicroseconds > 0 || saving.restartMicroseconds > 0 { savings.append(saving) }
      let end = min(interval.until ?? now, now)
      counted = (interval.node, max(before ?? end, end))
    }
    return savings
  }

  /// What the disks of stopped nodes cost in the range: also after the cap, but once per node.
  public static func storage(
    of intervals: [OffInterval], in range: Range<Timestamp>, now: Timestamp
  ) -> [StoppedStorage] {
    var counted: (node: NodeID, until: Timestamp)?
    return intervals.sorted(by: precedes).map { interval in
      let before = counted.flatMap { $0.node == interval.node ? $0.until : nil }
      let end = min(interval.until ?? now, now)
      counted = (interval.node, max(before ?? end, end))
      let start = max(interval.from, before ?? interval.from, range.lowerBound)
      let stop = max(start, min(end, range.upperBound))
      let cost = interval.storage.cost(of: stop.duration(since: start))
      return StoppedStorage(
        node: interval.node, pool: interval.pool, time: start..<stop, cost: cost)
    }
  }

  private static func realised(
    of interval: OffInterval, after counted: Timestamp?, in range: Range<Timestamp>,
    now: Timestamp, covered: Duration?
  ) -> RealisedSaving {
    let end = min(interval.until ?? now, now)
    let start = max(interval.from, counted ?? interval.from, range.lowerBound)
    let stop = min(end, range.upperBound, interval.from.advanced(by: cap))
    let off = max(0, stop.microseconds - start.microseconds)
    let returned = interval.until.map { until in
      range.contains(until) && until <= now && until > (counted ?? interval.from)
    }
    let restart = returned == true ? max(0, interval.restartMicroseconds) : 0
    let paid = covered?.microseconds ?? interval.covered(in: start..<max(start, stop), now: end)
    let free = min(off, max(0, paid))
    return RealisedSaving(
      interval: interval, offMicroseconds: off, coveredMicroseconds: free,
      restartMicroseconds: restart,
      saved: net(of: interval, off: off, covered: free, restart: restart),
      restart: interval.rate.cost(of: .microseconds(restart)),
      storage: interval.storage.cost(of: .microseconds(off)))
  }

  /// The exact difference, rounded half up, as `HourlyRate.cost(of:)` rounds.
  private static func net(
    of interval: OffInterval, off: Int64, covered: Int64, restart: Int64
  ) -> Money {
    let paid = Int128(off) - Int128(covered) - Int128(restart)
    let product =
      Int128(interval.rate.perHour.nanos) * paid - Int128(interval.storage.perHour.nanos)
      * Int128(off)
    let hour = Int128(3_600_000_000)
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: hour)
    let up: Int128 = remainder * 2 >= hour ? 1 : (remainder * 2 < -hour ? -1 : 0)
    return Money(nanos: Int64(quotient + up))
  }

  private static func precedes(_ left: OffInterval, _ right: OffInterval) -> Bool {
    (left.node, left.from, left.until ?? .distantFuture, left.decision)
      < (right.node, right.from, right.until ?? .distantFuture, right.decision)
  }
}

extension OffInterval {
  /// The part of the covered time that falls into a range: spread evenly over the time off, so that
  /// ranges side by side add up to the whole.
  fileprivate func covered(in range: Range<Timestamp>, now end: Timestamp) -> Int64 {
    guard let coveredMicroseconds, coveredMicroseconds > 0, end > from else { return 0 }
    let whole = Int128(end.microseconds - from.microseconds)
    let upTo = { (moment: Timestamp) -> Int128 in
      Int128(coveredMicroseconds) * Int128(moment.microseconds - from.microseconds) / whole
    }
    return Int64(upTo(range.upperBound) - upTo(range.lowerBound))
  }
}

extension Timestamp {
  fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
