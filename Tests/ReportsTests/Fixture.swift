import CostModel
import FleetModel
import Reports

/// Fleets to report on: a small one written out, and random ones from a seed.
enum Fixture {
  static let start = Timestamp(seconds: 1_792_540_800)  // 2026-10-21T00:00:00Z
  static let hour: Int64 = 3_600_000_000

  static func hour(
    _ index: Int, node: NodeID, pool: PoolName, type: InstanceType = "p5.48xlarge",
    rate: HourlyRate?, billed: Int64 = hour, accelerators: Int = 8, _ times: [Bucket: Int64]
  ) -> UsageHour {
    var buckets = BucketTimes()
    for (bucket, time) in times { buckets[bucket] = time }
    return UsageHour(
      node: node, pool: pool, cloud: "aws", region: "us-east-1", type: type, capacity: .onDemand,
      accelerators: accelerators, hour: start.advanced(by: .hours(Int64(index))), rate: rate,
      billedMicroseconds: billed, buckets: buckets)
  }

  /// Ten days: two serving nodes, one of them stopped at night, a batch node without a price.
  static func small() -> FleetReport {
    let rate = HourlyRate(perHour: Money(nanos: 55_040_000_000))
    var hours: [UsageHour] = []
    var off: [OffInterval] = []
    for day in 0..<10 {
      for index in 0..<24 {
        let at = day * 24 + index
        let busy = index >= 8 && index < 20
        let work: [Bucket: Int64] =
          busy ? [.work: 6 * hour, .warmIdle: 2 * hour] : [.work: hour, .freeIdle: 7 * hour]
        hours.append(self.hour(at, node: "i-0aaa", pool: "chat", rate: rate, work))
        if busy { hours.append(self.hour(at, node: "i-0bbb", pool: "chat", rate: rate, work)) }
        hours.append(
          self.hour(
            at, node: "i-0ccc", pool: "research", type: "x9.large", rate: nil, accelerators: 1,
            [.unobserved: hour]))
      }
      let evening = start.advanced(by: .hours(Int64(day * 24 + 20)))
      off.append(
        OffInterval(
          node: "i-0bbb", pool: "chat", decision: "d\(day)", from: evening,
          until: evening.advanced(by: .hours(12)), rate: rate,
          storage: HourlyRate(perHour: Money(nanos: 80_000_000)),
          restartMicroseconds: 300_000_000))
    }
    return FleetReport.make(
      hours: hours, off: off, range: start..<start.advanced(by: .days(10)),
      now: start.advanced(by: .days(10)))
  }

  static func random(seed: UInt64) -> (hours: [UsageHour], off: [OffInterval]) {
    var random = Stream(seed: seed)
    let hours = (0..<Int.random(in: 0...40, using: &random)).map { randomHour($0, using: &random) }
    let off = (0..<Int.random(in: 0...8, using: &random)).map { _ in randomOff(using: &random) }
    return (hours, off)
  }

  static func randomHour(_ index: Int, using random: inout Stream) -> UsageHour {
    let billed = Int64.random(in: 0...hour, using: &random)
    let accelerators = Int.random(in: 1...8, using: &random)
    var left = billed * Int64(accelerators)
    var times: [Bucket: Int64] = [:]
    for bucket in Bucket.allCases.dropLast() {
      times[bucket] = Int64.random(in: 0...left, using: &random)
      left -= times[bucket] ?? 0
    }
    times[.unobserved] = left
    let rate = HourlyRate(perHour: Money(nanos: .random(in: 0...60_000_000_000, using: &random)))
    return self.hour(
      index * 3, node: NodeID("i-\(Int.random(in: 0...3, using: &random))"),
      pool: PoolName("p\(Int.random(in: 0...2, using: &random))"),
      rate: Int.random(in: 0...5, using: &random) == 0 ? nil : rate, billed: billed,
      accelerators: accelerators, times)
  }

  static func randomOff(using random: inout Stream) -> OffInterval {
    let from = start.advanced(by: .seconds(.random(in: -400_000...400_000, using: &random)))
    let length = Duration.microseconds(Int64.random(in: 0...900_000_000_000, using: &random))
    return OffInterval(
      node: NodeID("i-\(Int.random(in: 0...5, using: &random))"),
      pool: PoolName("p\(Int.random(in: 0...2, using: &random))"), decision: "d", from: from,
      until: Bool.random(using: &random) ? nil : from.advanced(by: length),
      rate: HourlyRate(perHour: Money(nanos: .random(in: 0...60_000_000_000, using: &random))),
      storage: HourlyRate(perHour: Money(nanos: .random(in: 0...900_000_000, using: &random))),
      restartMicroseconds: .random(in: 0...900_000_000, using: &random))
  }
}

/// SplitMix64: small, and the same on every machine.
struct Stream: RandomNumberGenerator {
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
