import FleetModel
import Testing

@testable import Notifiers

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same waits.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite("When a delivery is tried again")
struct RetryTests {
  @Test(
    "every wait is between a second and the table's value, and spread over it",
    arguments: [(1, 5), (2, 300), (3, 1800), (4, 7200), (5, 18_000)])
  func jitter(attempts: Int, longest: Int64) {
    var generator = Seeded(state: 1)
    var waits: [Duration] = []
    for _ in 0..<2000 {
      guard
        case .wait(let wait) = RetrySchedule.standard.next(
          after: attempts, age: .zero, using: &generator)
      else {
        Issue.record("it gave up at once")
        return
      }
      waits.append(wait)
    }
    #expect(waits.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(longest) })
    let mean = waits.reduce(Duration.zero, +) / 2000
    let middle = (Duration.seconds(longest) + .seconds(1)) / 2
    #expect(mean > middle * 0.9 && mean < middle * 1.1)
  }

  @Test("the same generator gives the same waits")
  func deterministic() {
    var one = Seeded(state: 7)
    var two = Seeded(state: 7)
    for attempts in 1...9 {
      let first = RetrySchedule.standard.next(after: attempts, age: .zero, using: &one)
      #expect(first == RetrySchedule.standard.next(after: attempts, age: .zero, using: &two))
    }
  }

  @Test("what the receiver asks for is a floor")
  func floor() {
    var generator = Seeded(state: 3)
    let step = RetrySchedule.standard.next(
      after: 1, age: .zero, retryAfter: .seconds(600), using: &generator)
    #expect(step == .wait(.seconds(600)))
  }

  @Test("a message a day old is given up, one a little younger is not")
  func lifetime() {
    var generator = Seeded(state: 5)
    let schedule = RetrySchedule.standard
    let day = Duration.seconds(86_400)
    #expect(schedule.next(after: 9, age: day, using: &generator) == .giveUp)
    #expect(schedule.next(after: 1, age: day - .seconds(6), using: &generator) != .giveUp)
    #expect(
      schedule.next(after: 1, age: day - .seconds(60), retryAfter: .seconds(60), using: &generator)
        == .giveUp)
  }

  @Test("a receiver that never answers gets a bounded number of attempts")
  func bounded() {
    for seed in 0..<100 {
      var generator = Seeded(state: UInt64(seed))
      var age = Duration.zero
      var attempts = 1
      while case .wait(let wait) = RetrySchedule.standard.next(
        after: attempts, age: age, using: &generator)
      {
        age += wait
        attempts += 1
        if attempts > 100 { break }
      }
      #expect((4...30).contains(attempts))
      #expect(age < .seconds(86_400))
    }
  }

  @Test(
    "Retry-After is read as seconds or as a date",
    arguments: [
      ("7", Duration.seconds(7)), (" 0 ", .zero), ("86401", .seconds(86_400)),
      ("99999999999999999999", .seconds(86_400)), ("Sat, 21 Nov 2026 09:02:00 GMT", .seconds(120)),
      ("Sat, 21 Nov 2026 08:00:00 GMT", .zero), ("Fri, 01 Jan 2100 00:00:00 GMT", .seconds(86_400)),
      ("soon", nil), ("-5", nil), ("", nil), ("1.5", nil),
    ] as [(String, Duration?)])
  func retryAfter(header: String, wait: Duration?) {
    #expect(RetryAfter.wait(header, at: Timestamp(seconds: 1_795_251_600)) == wait)
  }

  @Test("no Retry-After is no wish")
  func noHeader() { #expect(RetryAfter.wait(nil, at: Timestamp(seconds: 0)) == nil) }

  @Test("every kind of channel is in the list")
  func kinds() { #expect(Notifiers.kinds == ["webhook"]) }
}
