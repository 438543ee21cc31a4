public import FleetModel

/// What was spent, in parts that add up to the whole by construction (DECISIONS 31).
///
/// Only the smallest parts are stored; every other figure is a sum of them, so no report can show
/// parts and a whole that disagree.
public struct SpendSplit: Sendable, Hashable {
  /// Indexed by `Bucket.rawValue`.
  private var parts: [Money]
  /// Disks of nodes that are switched off; overhead, and in no bucket because no node is billed.
  public var stoppedStorage: Money
  /// Paid for by a commitment and used by nobody.
  public var unusedCommitment: Money

  public init(stoppedStorage: Money = .zero, unusedCommitment: Money = .zero) {
    parts = Bucket.allCases.map { _ in .zero }
    self.stoppedStorage = stoppedStorage
    self.unusedCommitment = unusedCommitment
  }

  /// Splits a billed amount over what the time was spent on, by largest remainder.
  ///
  /// Billed time of which nothing at all is recorded is `unobserved`, never idle.
  public init(_ amount: Money, over times: BucketTimes) {
    self.init()
    guard times.total > 0 else {
      self[.unobserved] = amount
      return
    }
    parts = amount.split(by: times.microseconds)
  }

  public subscript(bucket: Bucket) -> Money {
    get { parts[bucket.rawValue] }
    set { parts[bucket.rawValue] = newValue }
  }

  /// Work was done.
  public var productive: Money { sum(of: .productive) }
  /// Warm, allocated and free idle time.
  public var idle: Money { sum(of: .idle) }
  /// Loading, draining, faulty and unobserved time, and the disks of stopped nodes.
  public var overhead: Money { sum(of: .overhead) + stoppedStorage }
  /// Everything: productive + idle + overhead + unusedCommitment.
  public var effective: Money { productive + idle + overhead + unusedCommitment }

  public static let zero = SpendSplit()

  public static func + (left: SpendSplit, right: SpendSplit) -> SpendSplit {
    var sum = SpendSplit(
      stoppedStorage: left.stoppedStorage + right.stoppedStorage,
      unusedCommitment: left.unusedCommitment + right.unusedCommitment)
    for bucket in Bucket.allCases { sum[bucket] = left[bucket] + right[bucket] }
    return sum
  }

  public static func += (left: inout SpendSplit, right: SpendSplit) { left = left + right }

  private func sum(of category: Bucket.Category) -> Money {
    Money.sum(Bucket.allCases.filter { $0.category == category }.map { self[$0] })
  }
}
