/// What a billed moment of one accelerator was spent on; every billed moment is in exactly one.
///
/// Source of the list: SEMANTICS 4.13. `unobserved` is ours: time without evidence is neither
/// idle nor work, and is said as such.
public enum Bucket: Int, Sendable, Hashable, Codable, CaseIterable {
  /// Work was done.
  case work
  /// A server is up with its weights loaded, and nobody asks.
  case warmIdle
  /// A process or lease holds the device without working.
  case allocatedIdle
  /// Nobody has it.
  case freeIdle
  /// A model is being loaded, or the node is starting.
  case loading
  /// The node is on its way out.
  case draining
  /// Broken: replace it rather than "save" it.
  case faulty
  /// Billed, and no valid reading says what for.
  case unobserved

  public var category: Category {
    switch self {
    case .work: .productive
    case .warmIdle, .allocatedIdle, .freeIdle: .idle
    case .loading, .draining, .faulty, .unobserved: .overhead
    }
  }

  /// The three parts of what a node costs (DECISIONS 31).
  public enum Category: Sendable, Hashable { case productive, idle, overhead }
}

/// A duration for each bucket, in accelerator-microseconds.
public struct BucketTimes: Sendable, Hashable, Codable {
  /// Indexed by `Bucket.rawValue`; as long as there are buckets.
  public private(set) var microseconds: [Int64]

  public init() { microseconds = Bucket.allCases.map { _ in 0 } }

  /// Takes stored times; nil when their number is not that of the buckets or one is negative.
  public init?(microseconds: [Int64]) {
    guard microseconds.count == Bucket.allCases.count, microseconds.allSatisfy({ $0 >= 0 }) else {
      return nil
    }
    self.microseconds = microseconds
  }

  public subscript(bucket: Bucket) -> Int64 {
    get { microseconds[bucket.rawValue] }
    set { microseconds[bucket.rawValue] = newValue }
  }

  public var total: Int64 { microseconds.reduce(0, +) }

  public static func + (left: BucketTimes, right: BucketTimes) -> BucketTimes {
    var sum = left
    for bucket in Bucket.allCases { sum[bucket] += right[bucket] }
    return sum
  }
}
