import FleetModel
import Testing

/// SplitMix64 with its published constants; this room's tests import nothing else.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Money")
struct MoneyTests {
  @Test(
    "a split adds up to the whole, and no part is a nano-dollar from its share",
    arguments: 1...200)
  func split(seed: UInt64) {
    var dice = Dice(state: seed)
    let amount = Money(
      nanos: Int64.random(in: -9_000_000_000_000_000...9_000_000_000_000_000, using: &dice))
    let weights = (0..<Int.random(in: 1...12, using: &dice)).map { _ in
      Int64.random(in: 0...4_000_000_000, using: &dice)
    }
    let parts = amount.split(by: weights)
    #expect(Money.sum(parts) == amount)
    let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
    guard total > 0 else { return }
    for (part, weight) in zip(parts, weights) {
      let off = Int128(part.nanos) * total - Int128(amount.nanos) * Int128(weight)
      #expect(off.magnitude < total.magnitude)
    }
  }

  @Test("equal remainders go to the earlier part; weights of zero give all to the first")
  func ties() {
    #expect(Money(nanos: 5).split(by: [1, 1]).map(\.nanos) == [3, 2])
    #expect(Money(nanos: -5).split(by: [1, 1]).map(\.nanos) == [-3, -2])
    #expect(Money(nanos: 5).split(by: [0, 0]).map(\.nanos) == [5, 0])
  }

  @Test("reading and writing agree", arguments: 1...100)
  func text(seed: UInt64) {
    var dice = Dice(state: seed)
    let money = Money(
      nanos: Int64.random(in: -9_000_000_000_000_000...9_000_000_000_000_000, using: &dice))
    #expect(Money(decimal: money.description) == money)
  }

  @Test(
    "only plain decimals are money",
    arguments: [
      "", "-", ".", "1.", ".5", "1e3", "+1", "1,000", "$1", "0x10", "1.0000000001", "NaN", " 1",
      "1 ", "--1", "٣", "99999999999999",
    ])
  func refused(text: String) { #expect(Money(decimal: text) == nil) }

  @Test(
    "plain decimals are read exactly",
    arguments: [("1.861", 1_861_000_000), ("-0.25", -250_000_000), ("0", 0), ("0.000000001", 1)])
  func accepted(text: String, nanos: Int64) { #expect(Money(decimal: text)?.nanos == nanos) }

  @Test(
    "a cost is rounded half up to the nano-dollar",
    arguments: [(3600, 1), (1800, 1), (1799, 0), (5400, 2), (5399, 1)])
  func rounding(seconds: Int64, nanos: Int64) {
    #expect(HourlyRate(perHour: Money(nanos: 1)).cost(of: .seconds(seconds)).nanos == nanos)
  }

  @Test("the cost of a time is within a nano-dollar of the cost of its parts", arguments: 1...100)
  func cost(seed: UInt64) {
    var dice = Dice(state: seed)
    let rate = HourlyRate(
      perHour: Money(nanos: Int64.random(in: 0...100_000_000_000, using: &dice)))
    let first = Duration.microseconds(Int64.random(in: 0...10_000_000_000, using: &dice))
    let second = Duration.microseconds(Int64.random(in: 0...10_000_000_000, using: &dice))
    let whole = rate.cost(of: first + second)
    let parts = rate.cost(of: first) + rate.cost(of: second)
    #expect((whole - parts).nanos.magnitude <= 1)
  }
}

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "known moments both ways",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799),
      ("2026-11-21T09:00:00Z", 1_795_251_600), ("1969-12-31T23:59:59Z", -1),
      ("2100-03-01T00:00:00Z", 4_107_542_400),
    ])
  func known(text: String, seconds: Int64) {
    #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds))
    #expect(Timestamp(seconds: seconds).description == text)
  }

  @Test("writing and reading agree at whole seconds", arguments: 1...200)
  func both(seed: UInt64) {
    var dice = Dice(state: seed)
    let moment = Timestamp(
      seconds: Int64.random(in: -60_000_000_000...250_000_000_000, using: &dice))
    #expect(Timestamp(rfc3339: moment.description) == moment)
    #expect(moment.startOfHour <= moment)
    #expect(moment.duration(since: moment.startOfHour) < .hours(1))
  }

  @Test("a date is its first moment; parts of a second are kept to the microsecond")
  func forms() {
    #expect(Timestamp(rfc3339: "2026-11-21") == Timestamp(seconds: 1_795_219_200))
    #expect(Timestamp(rfc3339: "1970-01-01T00:00:00.5Z")?.microseconds == 500_000)
    #expect(Timestamp(rfc3339: "1970-01-01T00:00:00.1234567Z")?.microseconds == 123_456)
  }

  @Test(
    "what is not a moment is refused",
    arguments: [
      "", "true", "2026-02-29", "2026-13-01", "2026-1-1", "2026-11-21T24:00:00Z",
      "2026-11-21T09:00:00", "2026-11-21T09:00Z", "2026-11-21T09:00:00+01:00", "P7D",
      "2026-11-21T09:00:60Z", "2026-11-21T09:00:00.Z",
    ])
  func refused(text: String) { #expect(Timestamp(rfc3339: text) == nil) }
}

@Suite("Readings")
struct DeviceReadingTests {
  @Test("each field takes its limits and nothing beyond", arguments: DeviceField.allCases)
  func limits(field: DeviceField) {
    var reading = DeviceReading()
    reading[field] = field.range.upperBound
    #expect(reading[field] == field.range.upperBound)
    reading[field] = field.range.upperBound.nextUp
    #expect(reading[field] == nil)
    reading[field] = field.range.lowerBound
    #expect(reading.count == 1)
    reading[field] = field.range.lowerBound.nextDown
    #expect(reading.count == 0)
  }

  @Test("I19: no NaN spreads: it is absent", arguments: [Double.nan, .infinity, -.infinity])
  func notNumbers(value: Double) {
    var reading = DeviceReading()
    reading[.engineActive] = 0.5
    reading[.engineActive] = value
    #expect(reading[.engineActive] == nil)
  }

  @Test("names on the wire are one for each field")
  func names() { #expect(Set(DeviceField.allCases.map(\.metricName)).count == 26) }

  @Test(
    "a duration is said in its two largest units",
    arguments: [
      (0, "0s"), (59, "59s"), (845, "14m 5s"), (3600, "1h"), (183_600, "2d 3h"), (-5, "-5s"),
    ])
  func brief(seconds: Int64, text: String) { #expect(Duration.seconds(seconds).brief == text) }
}
