import CostModel
import FleetModel
import Testing

@Suite("Realised savings")
struct SavingRealisedTests {
  static let start = Timestamp(seconds: 1_795_251_600)
  static let month = start..<start.advanced(by: .days(30))
  static let later = start.advanced(by: .days(40))
  static let rate = HourlyRate(perHour: .dollars(10))

  @Test("a stop saves the price of the time off")
  func plain() {
    let saving = Savings.realised(of: Self.off(0, 5), in: Self.month, now: Self.later)
    #expect(saving.saved == .dollars(50))
    #expect(saving.gross == .dollars(50))
  }

  @Test("restart, storage and covered time are taken off")
  func less() {
    var interval = Self.off(0, 10)
    interval.restartMicroseconds = 1_800_000_000
    interval.storage = HourlyRate(perHour: .dollars(1))
    let saving = Savings.realised(
      of: interval, in: Self.month, now: Self.later, coveredByCommitment: .hours(2))
    #expect(saving.restart == .dollars(5))
    #expect(saving.storage == .dollars(10))
    #expect(saving.saved == .dollars(65))
    #expect(saving.coveredMicroseconds == 7_200_000_000)
  }

  @Test(
    "one stop saves for seven days and no longer",
    arguments: [(hours: 167, counted: 167), (168, 168), (169, 168), (700, 168)])
  func cap(hours: Int64, counted: Int64) {
    let saving = Savings.realised(of: Self.off(0, hours), in: Self.month, now: Self.later)
    #expect(saving.saved == .dollars(10 * counted))
  }

  @Test("the seven days begin with the stop, not with the report")
  func capBeforeRange() {
    let range = Self.start.advanced(by: .days(6))..<Self.start.advanced(by: .days(30))
    let saving = Savings.realised(of: Self.off(0, nil), in: range, now: Self.later)
    #expect(saving.saved == .dollars(240))
  }

  @Test("a stop that lasts saves up to now, not up to the end of the report")
  func open() {
    let now = Self.start.advanced(by: .hours(3))
    let saving = Savings.realised(of: Self.off(0, nil), in: Self.month, now: now)
    #expect(saving.saved == .dollars(30))
  }

  @Test("a restart is taken off in the report it falls in", arguments: [true, false])
  func restartInRange(inside: Bool) {
    var interval = Self.off(0, 24)
    interval.restartMicroseconds = 3_600_000_000
    let end = Self.start.advanced(by: inside ? .hours(25) : .hours(24))
    let saving = Savings.realised(of: interval, in: Self.start..<end, now: Self.later)
    #expect(saving.saved == .dollars(inside ? 230 : 240))
  }

  @Test("overlapping intervals of a node are counted once, those of two nodes twice")
  func overlap() {
    let one = [Self.off(0, 10), Self.off(0, 10), Self.off(4, 12), Self.off(5, 6)]
    #expect(Self.total(one) == .dollars(120))
    #expect(Self.total([Self.off(0, 10), Self.off(0, 10, node: "i-2")]) == .dollars(200))
  }

  @Test("a restart that ends two intervals of a node is taken off once")
  func restartOnce() {
    var interval = Self.off(0, 10)
    interval.restartMicroseconds = 3_600_000_000
    var second = interval
    second.decision = "another"
    #expect(Self.total([interval, second]) == .dollars(90))
  }

  @Test("disks of a stopped node cost on after the cap, and once")
  func storage() {
    var interval = Self.off(0, 24 * 10)
    interval.storage = HourlyRate(perHour: .dollars(1))
    let costs = Savings.storage(of: [interval, interval], in: Self.month, now: Self.later)
    #expect(Money.sum(costs.map(\.cost)) == .dollars(240))
  }

  @Test("5,000 savings equal the exact fractions, rounded once")
  func exact() {
    var random = SpendRandom(seed: 416)
    for _ in 0..<5000 {
      let interval = Self.randomInterval(using: &random)
      let saving = Savings.realised(of: interval, in: Self.month, now: Self.later)
      // |saved − exact| ≤ ½, in units of 1/3.6e9 nano-dollar.
      let distance = Int128(saving.saved.nanos) * 3_600_000_000 - Self.fraction(interval)
      #expect(distance > -1_800_000_000 && distance <= 1_800_000_000)
    }
  }

  static func randomInterval(using random: inout SpendRandom) -> OffInterval {
    let from = Int64.random(in: -3_000_000_000_000...2_000_000_000_000, using: &random)
    let length = Int64.random(in: 0...2_000_000_000_000, using: &random)
    return OffInterval(
      node: "i-1", pool: "p", decision: "d",
      from: Timestamp(microseconds: start.microseconds + from),
      until: Timestamp(microseconds: start.microseconds + from + length),
      rate: HourlyRate(perHour: Money(nanos: .random(in: 0...150_000_000_000, using: &random))),
      storage: HourlyRate(perHour: Money(nanos: .random(in: 0...999_999_999, using: &random))),
      restartMicroseconds: .random(in: 0...900_000_000, using: &random))
  }

  /// The saving × 3.6e9, by counting from the definition.
  static func fraction(_ interval: OffInterval) -> Int128 {
    let until = interval.until?.microseconds ?? 0
    let last = min(
      until, month.upperBound.microseconds, interval.from.microseconds + 604_800_000_000)
    let off = Int128(max(0, last - max(interval.from.microseconds, month.lowerBound.microseconds)))
    let back =
      until >= month.lowerBound.microseconds && until < month.upperBound.microseconds
      && until > interval.from.microseconds
    let restart = back ? Int128(interval.restartMicroseconds) : 0
    return Int128(interval.rate.perHour.nanos) * (off - restart)
      - Int128(interval.storage.perHour.nanos) * off
  }

  static func total(_ intervals: [OffInterval]) -> Money {
    Money.sum(Savings.realised(of: intervals, in: month, now: later).map(\.saved))
  }

  static func off(_ from: Int64, _ until: Int64?, node: NodeID = "i-1") -> OffInterval {
    OffInterval(
      node: node, pool: "p", decision: "d", from: start.advanced(by: .hours(from)),
      until: until.map { start.advanced(by: .hours($0)) }, rate: rate)
  }
}
