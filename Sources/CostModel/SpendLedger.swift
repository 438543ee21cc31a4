public import FleetModel

/// The spend of one node in one pool on one UTC day.
public struct SpendCell: Sendable, Hashable {
  public var node: NodeID
  public var pool: PoolName
  /// 00:00 UTC.
  public var day: Timestamp
  public var spend: SpendSplit
}

/// Turns billed hours into money: once per node and price, then shared out without loss.
public enum SpendLedger {
  /// The spend of every node, pool and day; hours without a price are left out, not made free.
  ///
  /// Each node's billed microseconds at one price are summed and priced once, so that a month has
  /// one rounding and not 720. The amount is split by bucket, and each bucket's money over pools
  /// and days, every time by largest remainder: any grouping of the cells adds up to the whole.
  /// The answer is sorted by node, day and pool, and does not depend on the order of `hours`.
  public static func cells(of hours: [UsageHour]) -> [SpendCell] {
    let priced = hours.compactMap { hour in hour.rate.map { (Account(hour.node, $0), hour) } }
    let accounts = Dictionary(grouping: priced) { $0.0 }
    var cells: [Place: SpendSplit] = [:]
    for account in accounts.keys.sorted() {
      let hours = (accounts[account] ?? []).map(\.1)
      for (place, spend) in shares(of: hours, at: account.rate) {
        cells[place, default: .zero] += spend
      }
    }
    return cells.keys.sorted().map { place in
      SpendCell(
        node: place.node, pool: place.pool, day: place.day, spend: cells[place] ?? .zero)
    }
  }

  private static func shares(of hours: [UsageHour], at rate: HourlyRate) -> [(Place, SpendSplit)] {
    let billed = hours.reduce(Int64(0)) { $0 + $1.billedMicroseconds }
    let amount = rate.cost(of: .microseconds(billed))
    // Bucket times count accelerators: hours with another number of them have another weight.
    let groups = Dictionary(grouping: hours) { max(1, $0.accelerators) }
    let sizes = groups.keys.sorted()
    let weights = sizes.map { size in
      (groups[size] ?? []).reduce(Int64(0)) { $0 + $1.billedMicroseconds }
    }
    return zip(sizes, amount.split(by: weights)).flatMap { size, part in
      shared(part, among: groups[size] ?? [])
    }
  }

  private static func shared(_ amount: Money, among hours: [UsageHour]) -> [(Place, SpendSplit)] {
    var times: [Place: BucketTimes] = [:]
    for hour in hours { add(hour.buckets, to: &times[Place(hour), default: BucketTimes()]) }
    let places = times.keys.sorted()
    let each = places.map { times[$0] ?? BucketTimes() }
    let whole = SpendSplit(amount, over: each.reduce(BucketTimes(), +))
    var spends = places.map { _ in SpendSplit.zero }
    for bucket in Bucket.allCases {
      let parts = whole[bucket].split(by: each.map { $0[bucket] })
      for (index, part) in parts.enumerated() { spends[index][bucket] = part }
    }
    return Array(zip(places, spends))
  }

  private static func add(_ times: BucketTimes, to sum: inout BucketTimes) {
    for bucket in Bucket.allCases { sum[bucket] += times[bucket] }
  }

  /// What is priced in one go.
  private struct Account: Hashable, Comparable {
    var node: NodeID
    var rate: HourlyRate
    init(_ node: NodeID, _ rate: HourlyRate) {
      self.node = node
      self.rate = rate
    }
    static func < (left: Account, right: Account) -> Bool {
      (left.node, left.rate) < (right.node, right.rate)
    }
  }

  private struct Place: Hashable, Comparable {
    var node: NodeID
    var pool: PoolName
    var day: Timestamp
    init(_ hour: UsageHour) {
      node = hour.node
      pool = hour.pool
      day = hour.hour.startOfDay
    }
    static func < (left: Place, right: Place) -> Bool {
      (left.node, left.day, left.pool) < (right.node, right.day, right.pool)
    }
  }
}

extension Timestamp {
  /// The start of the UTC day this moment lies in.
  public var startOfDay: Timestamp {
    let day: Int64 = 86_400_000_000
    let remainder = microseconds % day
    return Timestamp(microseconds: microseconds - (remainder < 0 ? remainder + day : remainder))
  }
}
