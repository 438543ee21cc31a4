import CostModel
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@testable import PostgresStore

/// What is stored is enough to make every plan again.
struct ReplayTests {
  /// A fleet that lives for a while, each look of it stored.
  private func record(_ looks: Int, in store: PostgresStore) async throws -> [Plan] {
    let lease = try await lead(store)
    var fleet = TestFleet(5, kind: .batch, mode: .approve, gpus: 2)
    fleet.rulebook.inabilities = ["aws": [.unload: "none", .scaleUp: "x"], "gcp": [.stop: "y"]]
    fleet.rulebook.pools[0].minimumNodes = 2
    var plans: [Plan] = []
    for look in 0..<looks {
      fleet.pass(.minutes(2), look % 7 == 6 ? .busy : .idle, except: [1: .idle])
      if look == looks / 2 { fleet.rulebook.pools[0].idleAfter = .minutes(25) }
      let plan = fleet.plan
      _ = try await store.record(
        Tick(
          snapshot: fleet.snapshot, plan: plan, usage: [], off: [], alerts: [],
          rulebook: fleet.rulebook), under: lease)
      plans.append(plan)
      fleet.step()
    }
    return plans
  }

  @Test func `stored looks under stored rules give the stored plans, byte for byte`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let plans = try await record(20, in: store)
    let times = try await store.tickTimes()
    #expect(times == plans.map(\.takenAt))
    var acts = 0
    for moment in times {
      let tick = try #require(try await store.tick(at: moment))
      let again = plan(tick.snapshot, under: try #require(tick.rulebook))
      #expect(try PostgresStore.bytes(of: again) == tick.planBytes)
      acts += again.decisions.count
    }
    #expect(acts > 0)
    #expect(try database.number("SELECT count(*) FROM rulebook") == 2)
  }

  @Test func `the same rules have the same digest in whatever order they were written`() throws {
    let reasons: [Intent: String] = [.stop: "a", .start: "b", .launch: "c", .unload: "d"]
    let clouds: [CloudName] = ["aws", "gcp", "azure", "runpod", "k8s"]
    var texts: Set<[UInt8]> = []
    for shift in clouds.indices {
      var rules = TestFleet().rulebook
      for index in clouds.indices {
        rules.inabilities[clouds[(index + shift) % clouds.count]] = reasons
      }
      texts.insert(try JSON.bytes(StoredRulebook(rules)))
      let back = try JSON.value(StoredRulebook.self, JSON.bytes(StoredRulebook(rules)))
      #expect(back.rulebook == rules)
    }
    #expect(texts.count == 1)
  }

  @Test func `the newest look at or before a moment is found, and none before the first`()
    async throws
  {
    let store = try await TestDatabase.make().store()
    let plans = try await record(3, in: store)
    let last = try #require(plans.last).takenAt
    #expect(try await store.tick(at: last)?.plan == plans[2])
    #expect(try await store.tick(at: last.advanced(by: .microseconds(-1)))?.plan == plans[1])
    let first = try #require(plans.first).takenAt
    #expect(try await store.tick(at: first.advanced(by: .microseconds(-1))) == nil)
  }

  @Test func `of older looks the first of each hour stays, for as many hours as are kept`()
    async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store(limits: StoreLimits(ticksKept: 2, hoursKept: 3))
    let lease = try await lead(store)
    let rules = TestFleet().rulebook
    for index in 0..<11 {
      var next = tick(at: start.advanced(by: .minutes(Int64(index) * 30)))
      next.rulebook = rules
      if index < 3 { next.rulebook?.scrapeInterval = .seconds(30) }
      _ = try await store.record(next, under: lease)
    }
    // 09:00 to 14:00; the last two, and the first looks of 12:00, 13:00 and 14:00.
    let kept = try await store.tickTimes().map { $0.duration(since: start) }
    #expect(kept == [.hours(3), .hours(4), .minutes(270), .hours(5)])
    #expect(try database.number("SELECT count(*) FROM rulebook") == 1)
  }

  @Test func `a look another version stored does not keep a controller from starting`()
    async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    _ = try await store.record(tick(decisions: [decision("a")]), under: lease)
    try database.run("UPDATE tick SET snapshot = '{\"memory\": 7}'")
    let found = try await store.resume()
    #expect(found.fault?.isEmpty == false)
    #expect(found.events.map(\.key) == ["a"])
    #expect(found.memory.accountedAt == start)
    #expect(found.memory.lastEvent == 0)
    await #expect(throws: StoreError.self) { try await store.tick(at: start) }
    try database.run(
      "UPDATE tick SET snapshot = convert_to(jsonb_build_object('memory', "
        + "'{\"targets\":[],\"nodes\":[],\"pools\":[],\"turnedIdle\":[],\"lastEvent\":1,"
        + "\"openActions\":[],\"settled\":[],\"owners\":[]}'::jsonb)::text, 'UTF8')")
    let older = try await store.resume()
    #expect(older.fault == nil)
    #expect(older.memory.lastEvent == 1)
  }

  @Test func `a decision is found by its subject and by its pool, with its whole life`()
    async throws
  {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    let decisions = [decision("a"), decision("b", on: "i-2")]
    _ = try await store.record(tick(decisions: decisions), under: lease)
    _ = try await store.append(
      LedgerEvent(at: start, key: "a", kind: .attempted(number: 1)), alerts: [], under: lease)
    #expect(try await store.decisionKeys(of: .node("i-1")) == ["a"])
    #expect(try await store.decisionKeys(in: "batch") == ["a", "b"])
    #expect(try await store.decisionKeys(in: "other").isEmpty)
    #expect(try await store.life(of: "a").map(\.kind.name) == ["intended", "attempted"])
    #expect(try await store.decisions(since: start, limit: 9).count == 3)
    let later = start.advanced(by: .microseconds(1))
    #expect(try await store.decisions(since: later, limit: 9).isEmpty)
  }
}
