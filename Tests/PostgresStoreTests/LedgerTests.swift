import CostModel
import FleetModel
import Planner
import Ports
import Testing

@testable import PostgresStore

struct LedgerTests {
  @Test func `I20: a write under a stale epoch is fenced and changes nothing`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let stale = try await lead(store)
    _ = try await lead(store)
    let whole = tick(decisions: [decision("k")], usage: [usageHour()], alerts: [alert("a")])
    await #expect(throws: StoreError.fenced) { try await store.record(whole, under: stale) }
    let event = LedgerEvent(at: start, key: "k", kind: .attempted(number: 1))
    await #expect(throws: StoreError.fenced) {
      try await store.append(event, alerts: [alert("a")], under: stale)
    }
    let rows = try database.number(
      """
      SELECT (SELECT count(*) FROM tick) + (SELECT count(*) FROM ledger_event)
        + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM node_hour)
        + (SELECT count(*) FROM decision) + (SELECT count(*) FROM node)
      """)
    #expect(rows == 0)
  }

  @Test func `a tick recorded twice adds its usage once and names the same new keys`() async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    let whole = tick(
      decisions: [decision("a"), decision("b")], usage: [usageHour(seconds: 15)],
      alerts: [alert("x")])
    for _ in 0..<2 {
      #expect(try await store.record(whole, under: lease).map(\.key) == ["a", "b"])
    }
    #expect(try database.number("SELECT sum(billed_us)::bigint FROM node_hour") == 15_000_000)
    #expect(try database.number("SELECT count(*) FROM ledger_event") == 2)
    #expect(try database.number("SELECT count(*) FROM outbox") == 1)
  }

  @Test func `usage of later ticks is added to its hour, also twice in one tick`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    for second in 0..<3 {
      let moment = start.advanced(by: .seconds(Int64(second) * 15))
      let hours = [usageHour(seconds: 5), usageHour(seconds: 10, bucket: .freeIdle)]
      _ = try await store.record(tick(at: moment, usage: hours), under: lease)
    }
    let hour = start.startOfHour
    let usage = try await store.usage(in: hour..<hour.advanced(by: .hours(1)))
    #expect(usage.hours.count == 1)
    #expect(usage.hours.first?.billedMicroseconds == 45_000_000)
    #expect(usage.hours.first?.buckets[.work] == 120_000_000)
    #expect(usage.hours.first?.buckets[.freeIdle] == 240_000_000)
  }

  @Test func `a key is recorded once, and again only when advice becomes an intent`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    let later = (1...3).map { start.advanced(by: .seconds($0 * 15)) }
    let advised = tick(at: start, decisions: [decision("k", mode: .advise)])
    #expect(try await store.record(advised, under: lease).map(\.key) == ["k"])
    let again = tick(at: later[0], decisions: [decision("k", mode: .advise)])
    #expect(try await store.record(again, under: lease).isEmpty)
    let intended = tick(at: later[1], decisions: [decision("k", mode: .auto)])
    #expect(try await store.record(intended, under: lease).map(\.key) == ["k"])
    let repeated = tick(at: later[2], decisions: [decision("k", mode: .auto)])
    #expect(try await store.record(repeated, under: lease).isEmpty)
    #expect(try await store.recentDecisions(limit: 9).map(\.kind.name) == ["intended", "advised"])
  }

  @Test func `resume gives the last memory and the events after it, in order`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    #expect(try await store.resume().memory == Memory())
    _ = try await store.record(tick(decisions: [decision("a"), decision("b")]), under: lease)
    let receipt = Receipt(node: "i-1", state: .stopping, requestID: "r\u{0}1")
    let kinds: [LedgerEvent.Kind] = [
      .attempted(number: 1), .attempted(number: 2), .succeeded(receipt),
    ]
    for kind in kinds + kinds {
      let event = LedgerEvent(at: start, key: "a", kind: kind)
      _ = try await store.append(event, alerts: [], under: lease)
    }
    let first = try await store.resume()
    #expect(
      first.events.map(\.kind.name)
        == ["intended", "intended", "attempted", "attempted", "succeeded"])
    #expect(first.events.map(\.key) == ["a", "b", "a", "a", "a"])
    #expect(first.events.map(\.id) == first.events.map(\.id).sorted())
    var memory = Memory()
    memory.lastEvent = first.events[3].id
    memory.nodes["i-1"] = NodeMemory()
    memory.targets["10.0.0.1:9400"] = TargetMemory()
    let later = tick(at: start.advanced(by: .seconds(15)), memory: memory)
    _ = try await store.record(later, under: lease)
    let second = try await store.resume()
    #expect(second.memory == memory)
    #expect(second.events == [first.events[4]])
    #expect(try await store.events(after: first.events[2].id, limit: 1) == [first.events[3]])
  }

  @Test func `a stored tick gives back the very snapshot and plan; only the newest are kept`()
    async throws
  {
    let store = try await TestDatabase.make().store(limits: StoreLimits(ticksKept: 3, hoursKept: 0))
    let lease = try await lead(store)
    var last: Tick?
    for index in 0..<5 {
      let verdict = Verdict(
        subject: .node("i-1"), pool: "batch", intent: .keep, reason: .busy(.engine))
      let next = tick(at: start.advanced(by: .seconds(Int64(index))), verdicts: [verdict])
      _ = try await store.record(next, under: lease)
      last = next
    }
    let stored = try await store.recentTicks(limit: 10)
    #expect(stored.count == 3)
    #expect(stored.first?.snapshot == last?.snapshot)
    #expect(stored.first?.plan == last?.plan)
  }

  @Test func `verdicts change in the history only when their code or intent does`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    let reasons: [Reason] = [
      .idleTooShort(for: .seconds(15), limit: .minutes(10)),
      .idleTooShort(for: .seconds(30), limit: .minutes(10)), .busy(.engine),
    ]
    for (index, reason) in reasons.enumerated() {
      let verdicts = [
        Verdict(subject: .node("i-1"), pool: "batch", intent: .keep, reason: reason),
        Verdict(subject: .pool("batch"), pool: "batch", intent: .keep, reason: .killSwitch),
      ]
      let moment = start.advanced(by: .seconds(Int64(index) * 15))
      _ = try await store.record(
        tick(at: moment, verdicts: verdicts, usage: [usageHour(seconds: 15)]), under: lease)
    }
    #expect(try database.number("SELECT count(*) FROM verdict_change") == 3)
    #expect(try await store.latestVerdicts().map(\.reason) == [.busy(.engine), .killSwitch])
    let current = try #require(await store.currentNodes().first)
    #expect(current.node == node("i-1"))
    #expect(current.rate == dollar)
    #expect(current.target == "10.0.0.1:9400")
    #expect(current.verdict?.reason == .busy(.engine))
    #expect(current.verdictSince == start.advanced(by: .seconds(30)))
    _ = try await store.record(
      tick(at: start.advanced(by: .seconds(60)), nodes: [node("i-2")]), under: lease)
    #expect(try await store.currentNodes().map(\.node.id) == ["i-2"])
  }

  @Test func `the kill switch is off at first and stays as it was set`() async throws {
    let store = try await TestDatabase.make().store()
    #expect(try await store.killSwitch() == false)
    try await store.haltSwitch(set: true, by: "someone")
    #expect(try await store.killSwitch())
    try await store.haltSwitch(set: false)
    #expect(try await store.killSwitch() == false)
  }

  @Test(arguments: [
    "UPDATE ledger_event SET key = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event",
  ])
  func `the ledger can only be appended to`(statement: String) async throws {
    let database = try await TestDatabase.make()
    #expect(throws: Failure.self) { try database.run(statement) }
  }
}
