import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Forecast")
struct ForecastTests {
  static let start = Timestamp(seconds: 1_795_219_200)
  static let slot = Duration.minutes(5)

  /// A memory of `days` days with this demand at each moment, one word for a slot.
  static func memory(
    days: Double, from: Duration = .zero, into memory: ForecastMemory = ForecastMemory(),
    _ demand: (Timestamp) -> Double
  ) -> ForecastMemory {
    var memory = memory
    for number in 1...Int(days * 288) {
      let at = start.advanced(by: from + slot * number)
      memory.fold(
        PoolDemand(
          at: at, interval: slot, offered: demand(at.advanced(by: .zero - slot / 2))))
    }
    return memory
  }

  /// Ten by day, two by night (UTC), every day alike.
  static func season(_ moment: Timestamp) -> Double {
    (8..<20).contains(moment.microseconds / 3_600_000_000 % 24) ? 10 : 2
  }

  /// The pool's one step of this policy; nil when it says nothing.
  static func step(
    _ memory: ForecastMemory, days: Double, hour: Double = 0,
    change: (inout PoolRules) -> Void = { _ in }
  ) -> Sizing.Step? {
    sizing(memory, days: days, hour: hour, change: change)?.steps.first { $0.policy == "forecast" }
  }

  static func sizing(
    _ memory: ForecastMemory, days: Double, hour: Double = 0, minimum: Int = 0,
    change: (inout PoolRules) -> Void = { _ in }
  ) -> Sizing? {
    var fleet = TestFleet(0, kind: .serving)
    fleet.rulebook.pools[0].forecast = ForecastRules()
    fleet.rulebook.pools[0].minimumNodes = minimum
    change(&fleet.rulebook.pools[0])
    fleet.now = start.advanced(by: .seconds(Int64(days * 86_400 + hour * 3600)))
    fleet.memory.pools["pool", default: PoolMemory()].forecast = memory
    return fleet.plan.sizings?.first
  }

  @Test("the season is the floor from the eighth day on", arguments: [(7.9, false), (8.0, true)])
  func eightDays(days: Double, speaks: Bool) {
    let memory = Self.memory(days: days, Self.season)
    let step = Self.step(memory, days: days)
    #expect((step != nil) == speaks)
    if speaks { #expect(step?.kind == .floor(2)) }
  }

  @Test("the floor is raised one start and one slot before the load comes")
  func lead() {
    let memory = Self.memory(days: 10, Self.season)
    // Two minutes' start and five minutes' slot before 8:00.
    #expect(Self.step(memory, days: 10, hour: 8 - 7.5 / 60)?.kind == .floor(2))
    #expect(Self.step(memory, days: 10, hour: 8 - 6.9 / 60)?.kind == .floor(10))
    #expect(Self.step(memory, days: 10, hour: 19.9)?.kind == .floor(10))
    #expect(Self.step(memory, days: 10, hour: 20)?.kind == .floor(2))
  }

  @Test("it only raises, and a ceiling stands above it")
  func onlyRaises() {
    let memory = Self.memory(days: 10, Self.season)
    let above = Self.sizing(memory, days: 10, hour: 12, minimum: 12)
    #expect(above?.floor == 12)
    let capped = Self.sizing(memory, days: 10, hour: 12) { $0.maximumNodes = 4 }
    #expect(capped?.desired(from: 0) == 4)
  }

  @Test("a pool that does not ask for it, or was never heard, gets none")
  func off() {
    let memory = Self.memory(days: 10, Self.season)
    #expect(Self.step(memory, days: 10, hour: 12) { $0.forecast = nil } == nil)
    #expect(Self.step(ForecastMemory(), days: 10, hour: 12) == nil)
  }

  @Test("random demand switches it off by itself")
  func random() {
    var dice = SeededGenerator(seed: 7)
    let memory = Self.memory(days: 21) { _ in Double.random(in: 0...10, using: &dice) }
    guard case .forecastOff(let error) = Self.step(memory, days: 21, hour: 12)?.reason else {
      Issue.record("random demand is not foretold")
      return
    }
    #expect(error > 0.35)
    #expect(Self.sizing(memory, days: 21, hour: 12)?.floor == 0)
  }

  @Test("noise around a season is no reason to switch off")
  func noise() {
    var dice = SeededGenerator(seed: 7)
    let memory = Self.memory(days: 22) {
      Self.season($0) * Double.random(in: 0.8...1.2, using: &dice)
    }
    guard case .forecastFloor(let floor, let error) = Self.step(memory, days: 22, hour: 12)?.reason
    else {
      Issue.record("a season with noise is foretold")
      return
    }
    #expect((10...13).contains(floor))
    #expect((0.05...0.2).contains(error))
  }

  @Test("a season that shifts switches it off, and one that stays switches it on again")
  func shift() {
    let settled = Self.memory(days: 28, Self.season)
    #expect(Self.step(settled, days: 28, hour: 12)?.kind == .floor(10))
    // From now on the load comes twelve hours later.
    let turned = { (moment: Timestamp) in Self.season(moment.advanced(by: .hours(12))) }
    let shifted = Self.memory(days: 3, from: .days(28), into: settled, turned)
    guard case .forecastOff = Self.step(shifted, days: 31, hour: 1)?.reason else {
      Issue.record("a shifted season is not foretold")
      return
    }
    let learned = Self.memory(days: 35, from: .days(31), into: shifted, turned)
    #expect(Self.step(learned, days: 66, hour: 1)?.kind == .floor(10))
  }

  @Test("the error's limit has two sides", arguments: [(0.34, true), (0.36, false)])
  func limit(miss: Double, trusted: Bool) {
    // Weeks alternate around 10, so that last week misses more than the middle of all does.
    let memory = Self.memory(days: 35) { moment in
      let week = Int((moment.microseconds - Self.start.microseconds) / 604_800_000_000)
      return week == 4
        ? 10 : [10 - 20 * miss, 10 + 10 * miss, 10 + 10 * miss, 10 + 40 * miss][week]
    }
    let word = Self.step(memory, days: 35, hour: 1)?.reason
    if trusted {
      guard case .forecastFloor(_, let error) = word else {
        Issue.record("\(String(describing: word))")
        return
      }
      #expect(error <= 0.35)
    } else {
      guard case .forecastOff(let error) = word else {
        Issue.record("\(String(describing: word))")
        return
      }
      #expect(error > 0.35)
    }
  }

  @Test("slots nobody was heard in are unknown, not idle")
  func gap() {
    var memory = Self.memory(days: 10, Self.season)
    let silent = Self.memory(days: 4, from: .days(20), into: memory, Self.season)
    #expect(Self.step(silent, days: 24, hour: 12)?.kind == .floor(10))
    // Two months of silence leave nothing of it.
    memory.fold(
      PoolDemand(
        at: Self.start.advanced(by: .days(80)), interval: Self.slot, offered: 1))
    #expect(Self.step(memory, days: 80, hour: 12) == nil)
  }

  @Test("old or impossible words change nothing")
  func bad() {
    let memory = Self.memory(days: 9, Self.season)
    var other = memory
    let late = Self.start.advanced(by: .days(1))
    let now = Self.start.advanced(by: .days(9))
    other.fold(PoolDemand(at: late, interval: Self.slot, offered: 99))
    other.fold(PoolDemand(at: now, interval: Self.slot, offered: .nan))
    other.fold(PoolDemand(at: now, interval: Self.slot, offered: -1))
    other.fold(PoolDemand(at: now, interval: .zero, offered: 1))
    #expect(other == memory)
  }
}
