import FleetModel

/// A result over time in at most a few hundred buckets, for charts.
public struct DemandSeries: Sendable, Hashable {
  /// How long a bucket is; the last may be shorter.
  public var bucket: Duration
  /// Mean load in replicas.
  public var offered: [Double]
  /// Mean count of ready replicas.
  public var ready: [Double]
  /// Mean count of paid replicas, ready or not.
  public var paid: [Double]
  /// Paid time of each bucket.
  public var billed: [Duration]
  /// Late requests of each bucket's requests, as a fraction of 1.
  public var lateShare: [Double]

  public init(
    bucket: Duration, offered: [Double] = [], ready: [Double] = [], paid: [Double] = [],
    billed: [Duration] = [], lateShare: [Double] = []
  ) {
    self.bucket = bucket
    self.offered = offered
    self.ready = ready
    self.paid = paid
    self.billed = billed
    self.lateShare = lateShare
  }
}

/// Adds up a series tick by tick.
struct SeriesSums {
  private let tick: Duration
  private let count: Int
  private let size: Int
  private var offered: [Double]
  private var ready: [Int]
  private var paid: [Int]
  private var late: [Double]
  private var requests: [Double]

  /// - Parameter points: the most buckets; none when 0.
  init(_ trace: DemandTrace, points: Int) {
    tick = trace.tick
    count = trace.count
    size = points > 0 ? max(1, (trace.count + points - 1) / points) : 0
    let buckets = size > 0 ? (trace.count + size - 1) / size : 0
    offered = [Double](repeating: 0, count: buckets)
    ready = [Int](repeating: 0, count: buckets)
    paid = ready
    late = offered
    requests = offered
  }

  mutating func add(_ tick: Int, offered load: Double, ready: Int, paid: Int) {
    guard size > 0 else { return }
    let bucket = tick / size
    offered[bucket] += load
    self.ready[bucket] += ready
    self.paid[bucket] += paid
  }

  mutating func add(_ tick: Int, late: Double, of requests: Double) {
    guard size > 0 else { return }
    let bucket = tick / size
    self.late[bucket] += late
    self.requests[bucket] += requests
  }

  func finished() -> DemandSeries {
    let lengths = offered.indices.map { Double(min(size, count - $0 * size)) }
    return DemandSeries(
      bucket: tick * size, offered: zip(offered, lengths).map { $0 / $1 },
      ready: zip(ready, lengths).map { Double($0) / $1 },
      paid: zip(paid, lengths).map { Double($0) / $1 }, billed: paid.map { tick * $0 },
      lateShare: zip(late, requests).map { $1 > 0 ? $0 / $1 : 0 })
  }
}

/// What a run adds up.
struct DemandAccount {
  private(set) var replicaTicks = 0
  private(set) var peak = 0
  private(set) var requests = 0.0
  private(set) var lateRequests = 0.0
  private(set) var series: SeriesSums
  private let arrivals: [Double]

  init(_ trace: DemandTrace, points: Int) {
    arrivals = trace.requests
    series = SeriesSums(trace, points: points)
  }

  mutating func bill(_ tick: Int, _ offered: Double, _ replicas: DemandReplicas) {
    bill(tick, offered, ready: replicas.ready, paid: replicas.current)
  }

  mutating func bill(_ tick: Int, _ offered: Double, ready: Int, paid: Int) {
    replicaTicks += paid
    peak = max(peak, paid)
    series.add(tick, offered: offered, ready: ready, paid: paid)
  }

  mutating func late(_ tick: Int, _ share: Double) {
    let count = arrivals[tick]
    requests += count
    lateRequests += count * share
    series.add(tick, late: count * share, of: count)
  }
}
