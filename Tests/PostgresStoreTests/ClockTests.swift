import CostModel
import FleetModel
import Planner
import Ports
import Testing

@testable import PostgresStore

/// The books through the real store while somebody sets the clock (RELIABILITY F60, ATTACK S2,
/// S11).
@Suite("A clock that is set")
struct ClockTests {
  /// $3.60 an hour: a nano-dollar is a microsecond.
  static let rulebook = Rulebook(
    fleet: "test", pools: [],
    prices: PriceBook([
      Price(
        cloud: "aws", type: "p5.48xlarge",
        hourly: HourlyRate(perHour: Money(nanos: 3_600_000_000)), source: "test",
        asOf: "2026-11-01")
    ]))

  /// One node that runs all the time, and a controller that books it.
  struct Run {
    var store: PostgresStore
    var lease: Lease
    var wall: Timestamp
    var steady = Duration.zero
    var memory = Memory()
    var books = BookClock()
    /// Apart from the books: what was observed, as a list of moments at which it began and ended.
    var edges: [(at: Int64, by: Int)] = []
    var lastStored: (wall: Timestamp, steady: Duration)?

    init(_ store: PostgresStore, from wall: Timestamp) async throws {
      self.store = store
      self.wall = wall
      lease = try await lead(store)
    }

    mutating func pass(_ time: Duration, isStored: Bool = true) async throws {
      (wall, steady) = (wall.advanced(by: time), steady + time)
      var node = node("i-1")
      node.launchedAt = Timestamp(seconds: 1_700_000_000)
      memory.observe([node], at: wall, under: ClockTests.rulebook)
      let snapshot = Snapshot(
        takenAt: wall, nodes: [node], inventoryAt: wall, targets: [:], memory: memory)
      let observed = books.observed(until: wall, steady: steady, isWrong: false)
      let result = account(snapshot, under: ClockTests.rulebook, observed: observed)
      memory = result.memory
      guard isStored else { return }
      let recorded = tick(at: wall, nodes: [node], usage: result.usage, memory: memory)
      _ = try await store.record(recorded, under: lease)
      books.store()
      noteObserved()
    }

    /// The same by another road: the time since the last stored pass, laid back from now; for a new
    /// process from the last moment before now that is known.
    private mutating func noteObserved() {
      let from: Int64
      if let lastStored {
        from = wall.microseconds - (steady - lastStored.steady).microseconds
      } else {
        from = lastKnown(before: wall.microseconds)
      }
      edges += [(from, 1), (wall.microseconds, -1)]
      lastStored = (wall, steady)
    }

    private func lastKnown(before moment: Int64) -> Int64 {
      var (depth, known) = (0, moment)
      var found: Int64?
      for edge in edges.sorted(by: { ($0.at, -$0.by) < ($1.at, -$1.by) }) {
        if edge.at > moment { break }
        depth += edge.by
        known = edge.at
        if depth == 0 { found = known }
      }
      return depth > 0 ? moment : found ?? moment
    }

    /// The union of all that was observed, by a sweep over its edges.
    var union: Int64 {
      var (depth, total, last) = (0, Int64(0), Int64(0))
      for edge in edges.sorted(by: { $0.at < $1.at }) {
        if depth > 0 { total += edge.at - last }
        (depth, last) = (depth + edge.by, edge.at)
      }
      return total
    }

    /// Another process takes over from the store.
    mutating func restart(after pause: Duration) async throws {
      wall = wall.advanced(by: pause)
      steady = .zero
      lastStored = nil
      books = BookClock()
      memory = try await store.resume().memory
    }

    /// The same process begins a new term.
    mutating func newTerm() async throws {
      memory = try await store.resume().memory
      books.resume(accountedUntil: memory.accountedAt)
      if memory.accountedAt != lastStored?.wall { lastStored = nil }
    }
  }

  /// What the books say it cost, in nano-dollars.
  static func cost(_ database: TestDatabase) throws -> Int64 {
    try database.number(
      "SELECT coalesce(sum(billed_us::numeric * rate_nanos / 3600000000), 0)::bigint FROM node_hour"
    )
  }

  @Test(
    "200 steps at random, seconds to days, restarts between: the books to the nano-dollar",
    arguments: [1, 2] as [UInt64])
  func steps(seed: UInt64) async throws {
    let database = try await TestDatabase.make()
    var chance = SplitMix(state: seed)
    var run = try await Run(try await database.store(), from: start)
    var steps = 0
    try await run.pass(.zero)
    while steps < 200 {
      for _ in 0..<Int.random(in: 1...4, using: &chance) {
        let isStored = Int.random(in: 0..<20, using: &chance) != 0
        let time = Duration.microseconds(Int64.random(in: 1_000_000...40_000_000, using: &chance))
        try await run.pass(time, isStored: isStored)
        if !isStored { try await run.newTerm() }
      }
      let far: Int64 = [30, 3600, 86_400, 259_200][Int.random(in: 0..<4, using: &chance)]
      let step = Duration.microseconds(
        Int64.random(in: 3_000_000...far * 1_000_000, using: &chance))
      run.wall = run.wall.advanced(by: Bool.random(using: &chance) ? step : .zero - step)
      steps += 1
      if Int.random(in: 0..<6, using: &chance) == 0 {
        try await run.restart(after: .seconds(Int64.random(in: 1...600, using: &chance)))
      }
    }
    let booked = try Self.cost(database)
    print(
      "seed \(seed): \(steps) steps, \(booked) nano-dollars in the books, \(run.union) observed")
    #expect(booked == run.union)
    #expect(try database.number("SELECT max(billed_us) FROM node_hour") <= 3_600_000_000)
  }

  @Test(
    "back by 30 s, 5 min, 1 h and a day, over a full hour: every tick is stored",
    arguments: [
      30, 300, 3600, 86_400,
    ] as [Int64])
  func back(by seconds: Int64) async throws {
    let database = try await TestDatabase.make()
    var run = try await Run(try await database.store(), from: start.startOfHour)
    try await run.pass(.zero)
    for _ in 0..<130 { try await run.pass(.seconds(15)) }
    run.wall = run.wall.advanced(by: .seconds(-seconds))
    for _ in 0..<400 { try await run.pass(.seconds(15)) }
    #expect(try Self.cost(database) == run.union)
    // A start afterwards goes on from the newest pass, not from the one that was stamped latest.
    #expect(try await run.store.resume().memory.accountedAt == run.memory.accountedAt)
    let newest = try database.number(
      "SELECT (extract(epoch FROM max(taken_at)) * 1000000)::bigint FROM tick")
    #expect(newest == run.wall.microseconds)
  }

  @Test(
    "set back by days, a clock that every cloud calls wrong takes nothing of the record",
    arguments: [(86_400, true), (86_400, false), (0, false)] as [(Int64, Bool)])
  func wrongly(off: Int64, isKept: Bool) async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    for pass in 0..<4 as Range<Int64> {
      let moment = start.advanced(by: .hours(pass))
      _ = try await store.record(tick(at: moment, nodes: [node("i-1")]), under: lease)
    }
    // Three days back; without a cloud that says so nobody knows that this is not the truth.
    var set = tick(at: start.advanced(by: .zero - .days(3)), nodes: [node("i-1")])
    set.snapshot.clockSkew = isKept ? ["aws": .seconds(off)] : off == 0 ? ["aws": .zero] : [:]
    _ = try await store.record(set, under: lease)
    let ticks = try database.number("SELECT count(*) FROM tick")
    #expect(ticks == (isKept ? 5 : 1))
  }

  @Test(
    "both nights of a change to summer time and back have hours of 3,600 s",
    arguments: [
      1_774_738_800, 1_792_879_200,
    ] as [Int64])
  func daylight(night: Int64) async throws {
    let database = try await TestDatabase.make()
    let name = try database.text("SELECT current_database()::text") ?? ""
    try database.run("ALTER DATABASE \(name) SET timezone = 'Europe/Berlin'")
    let begin = Timestamp(seconds: night).startOfHour
    var run = try await Run(try await database.store(), from: begin)
    try await run.pass(.zero)
    for _ in 0..<48 { try await run.pass(.minutes(10)) }
    let hours = try await run.store.usage(in: begin..<begin.advanced(by: .hours(24))).hours
    #expect(hours.map(\.billedMicroseconds) == Array(repeating: 3_600_000_000, count: 8))
  }
}

/// Chance that can be had again.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
