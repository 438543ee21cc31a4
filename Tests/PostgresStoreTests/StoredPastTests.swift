import CostModel
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@testable import PostgresStore

/// Looks are thinned; what an answer about the past needs beside them is not.
struct StoredPastTests {
  @Test func `a stop outlives the looks around it, with its decision, its time off and its rules`()
    async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store(limits: StoreLimits(ticksKept: 2, hoursKept: 6))
    let lease = try await lead(store)
    var fleet = TestFleet(1, kind: .batch, gpus: 1)
    fleet.pass(.minutes(12))
    let stop = try #require(fleet.plan.decisions.first)
    func record(_ fleet: TestFleet, _ off: [OffInterval] = []) async throws {
      _ = try await store.record(
        Tick(
          snapshot: fleet.snapshot, plan: fleet.plan, usage: [], off: off, alerts: [],
          rulebook: fleet.rulebook), under: lease)
    }
    let made = fleet.now
    try await record(fleet)
    let receipt = Receipt(node: fleet.nodes[0].id, state: .stopping)
    for kind in [LedgerEvent.Kind.attempted(number: 1), .succeeded(receipt)] {
      _ = try await store.append(
        LedgerEvent(at: made, key: stop.key, kind: kind), alerts: [], under: lease)
    }
    let interval = OffInterval(
      node: fleet.nodes[0].id, pool: "pool", decision: stop.key.rawValue,
      from: made.advanced(by: .minutes(1)), until: made.advanced(by: .minutes(31)),
      rate: HourlyRate(perHour: .dollars(20)))
    fleet.nodes[0].state = .stopped
    for look in 1...30 {
      fleet.now = made.advanced(by: .minutes(Int64(look) * 7))
      try await record(fleet, look == 1 ? [interval] : [])
    }
    let first = made.advanced(by: .zero - .hours(1))
    let times = try await store.tickTimes(since: first)
    #expect(times.count < 8)
    #expect(!times.contains(made.advanced(by: .minutes(7))))
    let range = first..<fleet.now
    let decided = try await store.carriedOut(in: range)
    #expect(decided == [stop])
    #expect(try await store.carriedOut(in: made.advanced(by: .seconds(1))..<fleet.now).isEmpty)
    #expect(try await store.usage(in: range).off == [interval])
    #expect(try await store.rulebooks(since: first) == [fleet.rulebook])
  }

  @Test func `every rulebook a look was planned under is there, and none is made up`() async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    #expect(try await store.rulebooks(since: start)?.isEmpty == true)
    var rules = TestFleet().rulebook
    for wait in [Duration.minutes(10), .minutes(10), .hours(1)] {
      rules.pools[0].idleAfter = wait
      let place = try await store.tickTimes().count
      var next = tick(at: start.advanced(by: .minutes(Int64(place))))
      next.rulebook = rules
      _ = try await store.record(next, under: lease)
    }
    let waits = try await store.rulebooks(since: start)?.map(\.pools[0].idleAfter)
    #expect(waits == [.minutes(10), .hours(1)])
    #expect(try await store.rulebooks(since: start.advanced(by: .minutes(2)))?.count == 1)
    try database.run("UPDATE tick SET rulebook_digest = NULL WHERE taken_at = '\(start)'")
    #expect(try await store.rulebooks(since: start) == nil)
  }

  @Test func `an act that failed, or waits, was not carried out`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    _ = try await store.record(
      tick(decisions: [decision("a"), decision("b", on: "i-2")]), under: lease)
    _ = try await store.append(
      LedgerEvent(at: start, key: "a", kind: .attempted(number: 1)), alerts: [], under: lease)
    _ = try await store.append(
      LedgerEvent(at: start, key: "b", kind: .cancelled(.killSwitch)), alerts: [], under: lease)
    let range = start..<start.advanced(by: .hours(1))
    #expect(try await store.carriedOut(in: range).isEmpty)
  }
}
