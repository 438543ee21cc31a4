/// Shares of a whole, counted in 32 buckets: a quantile is known to one part in 32, from above.
struct ShareHistogram: Sendable, Hashable, Codable {
  private var counts: [UInt32] = Array(repeating: 0, count: 32)

  init() {}

  var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  /// Values outside 0…1 count as the nearer end.
  mutating func add(_ share: Double) {
    guard share.isFinite else { return }
    let place = Int((min(max(share, 0), 1) * 32).rounded(.up)) - 1
    let index = max(0, place)
    if counts[index] < .max { counts[index] += 1 }
  }

  /// The upper end of the bucket the quantile lies in; nil when nothing was counted.
  func quantile(_ share: Double) -> Double? {
    let total = counts.reduce(UInt64(0)) { $0 + UInt64($1) }
    guard total > 0 else { return nil }
    let rank = max(1, UInt64((Double(total) * share).rounded(.up)))
    var seen: UInt64 = 0
    for (index, count) in counts.enumerated() {
      seen += UInt64(count)
      if seen >= rank { return Double(index + 1) / 32 }
    }
    return 1
  }

  static func + (left: ShareHistogram, right: ShareHistogram) -> ShareHistogram {
    var sum = left
    for index in sum.counts.indices {
      let (count, overflow) = sum.counts[index].addingReportingOverflow(right.counts[index])
      sum.counts[index] = overflow ? .max : count
    }
    return sum
  }
}
