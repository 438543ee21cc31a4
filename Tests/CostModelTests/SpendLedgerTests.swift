import CostModel
import FleetModel
import Testing

@Suite("Spend")
struct SpendLedgerTests {
  @Test("one node's month is priced once, not hour by hour")
  func pricedOnce() {
    // A third of a nano-dollar an hour for 720 hours is 240 nano-dollars; rounded hourly it is 0.
    let rate = HourlyRate(perHour: Money(nanos: 1))
    let hours = (0..<720).map { hour in
      Self.hour(hour, rate: rate, billed: 1_200_000_000, [.work: 1_200_000_000])
    }
    #expect(Self.total(hours).effective == Money(nanos: 240))
  }

  @Test("the parts of a billed hour follow its buckets")
  func parts() {
    let hours = [
      Self.hour(
        0, rate: HourlyRate(perHour: .dollars(8)), billed: 3_600_000_000, accelerators: 2,
        [.work: 3_600_000_000, .freeIdle: 1_800_000_000, .loading: 1_800_000_000])
    ]
    let spend = Self.total(hours)
    #expect(spend.productive == .dollars(4))
    #expect(spend.idle == .dollars(2))
    #expect(spend.overhead == .dollars(2))
    #expect(spend.effective == .dollars(8))
  }

  @Test("time of which nothing is recorded is unobserved, never idle")
  func unrecorded() {
    let spend = SpendSplit(.dollars(3), over: BucketTimes())
    #expect(spend[.unobserved] == .dollars(3))
    #expect(spend.idle == .zero)
  }

  @Test("hours without a price are left out")
  func unpriced() {
    let hours = [Self.hour(0, rate: nil, billed: 3_600_000_000, [.work: 3_600_000_000])]
    #expect(SpendLedger.cells(of: hours).isEmpty)
  }

  @Test("each part that is no bucket counts in its category")
  func others() {
    let spend = SpendSplit(stoppedStorage: .dollars(2), unusedCommitment: .dollars(5))
    #expect(spend.overhead == .dollars(2))
    #expect(spend.effective == .dollars(7))
  }

  @Test("I18: pools, days and buckets add up to what was billed, in 2,000 random fleets")
  func conservation() {
    var random = SpendRandom(seed: 31)
    for _ in 0..<2000 {
      let hours = (0..<Int.random(in: 1...40, using: &random)).map { index in
        Self.randomHour(index, using: &random)
      }
      let whole = Self.total(hours)
      #expect(whole.effective == Self.billed(hours))
      #expect(whole == Self.total(hours.reversed()))
      // Nothing was clamped to make it so: no part is below nothing or above the whole.
      for part in [whole.productive, whole.idle, whole.overhead] {
        #expect(part >= .zero && part <= whole.effective)
      }
    }
  }

  /// Each node's time at each price, priced once.
  static func billed(_ hours: [UsageHour]) -> Money {
    let accounts = Dictionary(grouping: hours) { "\($0.node) \($0.rate?.perHour.nanos ?? 0)" }
    return Money.sum(
      accounts.values.map { hours in
        let micros = hours.reduce(Int64(0)) { $0 + $1.billedMicroseconds }
        return (hours.first?.rate ?? .zero).cost(of: .microseconds(micros))
      })
  }

  static func total(_ hours: [UsageHour]) -> SpendSplit {
    SpendLedger.cells(of: hours).map(\.spend).reduce(.zero, +)
  }

  static func hour(
    _ index: Int, node: NodeID = "i-1", pool: PoolName = "p", rate: HourlyRate?, billed: Int64,
    accelerators: Int = 1, _ times: [Bucket: Int64]
  ) -> UsageHour {
    var buckets = BucketTimes()
    for (bucket, time) in times { buckets[bucket] = time }
    return UsageHour(
      node: node, pool: pool, cloud: "aws", region: "us-east-1", type: "p5.48xlarge",
      capacity: .onDemand, accelerators: accelerators,
      hour: Timestamp(seconds: 1_795_251_600 + Int64(index) * 3600), rate: rate,
      billedMicroseconds: billed, buckets: buckets)
  }

  static func randomHour(_ index: Int, using random: inout SpendRandom) -> UsageHour {
    let billed = Int64.random(in: 0...3_600_000_000, using: &random)
    let accelerators = [1, 7, 8].randomElement(using: &random) ?? 1
    var left = billed * Int64(accelerators)
    var times: [Bucket: Int64] = [:]
    for bucket in Bucket.allCases.dropLast() {
      times[bucket] = Int64.random(in: 0...left, using: &random)
      left -= times[bucket] ?? 0
    }
    times[.unobserved] = left
    return hour(
      index, node: NodeID("i-\(Int.random(in: 0...3, using: &random))"),
      pool: PoolName("p\(Int.random(in: 0...2, using: &random))"),
      rate: HourlyRate(
        perHour: Money(
          nanos: [1, 1_861_000_000, 55_040_000_007].randomElement(using: &random) ?? 1)),
      billed: billed, accelerators: accelerators, times)
  }
}

/// SplitMix64: small, and the same on every machine.
struct SpendRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
