public import FleetModel

/// The times without work between a pool's work, as a histogram, and the one that runs now.
///
/// Bins widen with the gap, four to an octave: a gap is known to a quarter of its length, from a
/// second to twelve days, in eighty counts.
public struct GapMemory: Sendable, Hashable, Codable {
  /// Gaps by bin.
  public private(set) var counts = [Int](repeating: 0, count: GapMemory.bins)
  /// Since when nothing was asked and nothing waited; nil while there is work or nobody knows.
  public private(set) var quietSince: Timestamp?

  static let bins = 80
  /// From here on all counts are halved: what was long ago weighs less, and nothing grows without
  /// end. Ten times what is needed to be believed at all.
  private static let most = 2000

  public init() {}

  /// How many gaps speak; older ones less.
  public var total: Int { counts.reduce(0, +) }

  /// Takes in an interval of demand; `previous` is the one before it.
  mutating func fold(_ demand: PoolDemand, after previous: PoolDemand?) {
    let before = previous.flatMap { demand.follows($0) ? $0 : nil }
    // A hole is no gap: nobody knows what was in it.
    if before == nil { quietSince = nil }
    guard demand.hasWork else {
      let start = demand.at.advanced(by: .zero - demand.interval)
      quietSince = quietSince ?? before?.at ?? start
      return
    }
    if let since = quietSince, let end = before?.at { record(end.duration(since: since)) }
    quietSince = nil
  }

  public mutating func record(_ gap: Duration) {
    guard gap > .zero else { return }
    counts[Self.bin(of: gap)] += 1
    if total >= Self.most { counts = counts.map { $0 / 2 } }
  }

  /// Whole seconds up to 7, then four bins to each doubling.
  static func bin(of gap: Duration) -> Int {
    let seconds = gap.microseconds / 1_000_000
    guard seconds >= 8 else { return Int(max(0, seconds)) }
    let octave = 63 - seconds.leadingZeroBitCount
    let quarter = Int(seconds >> Int64(octave - 2)) & 3
    return min(8 + (octave - 3) * 4 + quarter, bins - 1)
  }

  /// Seconds at which a bin begins.
  static func start(of bin: Int) -> Int64 {
    guard bin >= 8 else { return Int64(bin) }
    return Int64(4 + (bin - 8) % 4) << Int64(1 + (bin - 8) / 4)
  }
}

extension PoolDemand {
  /// Something was asked, is worked on or waits.
  var hasWork: Bool {
    offered > 0 || backlog > 0 || (waiting ?? 0) > 0 || (running ?? 0) > 0
  }

  /// Every figure is one; none is below nothing.
  var isSound: Bool {
    interval > .zero
      && timeToFirstToken ?? .zero >= .zero
      && [
        offered, backlog, waiting ?? 0, running ?? 0, cacheUsage ?? 0, tokensPerSecond ?? 0,
      ].allSatisfy { $0.isFinite && $0 >= 0 }
  }

  /// Nothing is missing between the two: at most three intervals lie between their ends.
  func follows(_ earlier: PoolDemand) -> Bool {
    at > earlier.at && at.duration(since: earlier.at) <= interval * 3
  }

  /// Young enough to act on. What is from the future is as little worth as what is old (F60).
  func isFresh(at now: Timestamp) -> Bool {
    let age = now.duration(since: at)
    return age <= interval * 3 && age >= .zero - interval
  }
}
