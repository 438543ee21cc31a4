import FleetModel
import Planner
import Ports
import Testing

@testable import PostgresStore

/// People's words on decisions, and pools they woke.
struct WishesTests {
  private let until = start.advanced(by: .hours(4))

  /// A store that leads, with one decision waiting in mode `approve`.
  private func waiting() async throws -> (PostgresStore, TestDatabase, Lease) {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    let decisions = [decision("k", mode: .approve), decision("a", on: "i-2", mode: .advise)]
    _ = try await store.record(tick(decisions: decisions), under: lease)
    return (store, database, lease)
  }

  private func say(
    _ isApproval: Bool, _ store: PostgresStore, on key: DecisionKey = "k"
  ) async throws -> Bool {
    try await store.say(isApproval, on: key, by: "ann", at: start, expires: until)
  }

  @Test func `only decisions in mode approve that have not ended wait for people`() async throws {
    let (store, _, lease) = try await waiting()
    #expect(try await store.waitingDecisions().map(\.decision.key) == ["k"])
    let event = LedgerEvent(at: start, key: "k", kind: .cancelled(.busy(.engine)))
    _ = try await store.append(event, alerts: [], under: lease)
    #expect(try await store.waitingDecisions().isEmpty)
  }

  @Test func `an approval is read with the decision as it was recorded`() async throws {
    let (store, _, _) = try await waiting()
    let wishes = try await store.wishes()
    #expect(wishes.grants.isEmpty && wishes.wakes.isEmpty)
    #expect(try await say(true, store))
    let grant = Grant(
      decision: decision("k", mode: .approve), approval: Approval(by: "ann", at: start))
    #expect(try await store.wishes().grants == [grant])
    #expect(try await store.waitingDecisions().first?.word?.isApproval == true)
  }

  @Test func `a no is no approval, and either word may be taken back while it waits`() async throws
  {
    let (store, _, _) = try await waiting()
    #expect(try await say(false, store))
    #expect(try await store.wishes().grants.isEmpty)
    #expect(try await store.waitingDecisions().first?.word?.isApproval == false)
    #expect(try await say(true, store))
    #expect(try await store.wishes().grants.count == 1)
    #expect(try await say(false, store))
    #expect(try await store.wishes().grants.isEmpty)
  }

  @Test func `carrying it out uses the word, in the transaction of the intent`() async throws {
    let (store, _, lease) = try await waiting()
    #expect(try await say(true, store))
    var allowed = decision("k", mode: .approve, at: start.advanced(by: .seconds(15)))
    allowed.approval = Approval(by: "ann", at: start)
    let events = try await store.record(
      tick(at: start.advanced(by: .seconds(15)), decisions: [allowed]), under: lease)
    #expect(events.map(\.kind) == [.intended(allowed)])
    #expect(try await store.wishes().grants.isEmpty)
    #expect(try await store.approval(of: "k")?.state == "used")
    #expect(try await say(true, store) == false)
  }

  @Test func `the end of a decision is the end of the word on it`() async throws {
    let (store, _, lease) = try await waiting()
    #expect(try await say(true, store))
    let event = LedgerEvent(at: start, key: "k", kind: .cancelled(.busy(.engine)))
    _ = try await store.append(event, alerts: [], under: lease)
    #expect(try await store.wishes().grants.isEmpty)
    #expect(try await store.approval(of: "k")?.state == "ended")
    #expect(try await say(true, store) == false)
  }

  @Test func `a fenced controller ends nobody's word`() async throws {
    let (store, _, lease) = try await waiting()
    #expect(try await say(true, store))
    _ = try await lead(store)
    let event = LedgerEvent(at: start, key: "k", kind: .cancelled(.busy(.engine)))
    await #expect(throws: StoreError.fenced) {
      try await store.append(event, alerts: [], under: lease)
    }
    #expect(try await store.wishes().grants.count == 1)
  }

  @Test func `a word on a decision nobody recorded is none`() async throws {
    let (store, database, _) = try await waiting()
    #expect(try await say(true, store, on: "nothing") == false)
    #expect(try await say(true, store))
    try database.run("UPDATE approval SET digest = 'of another'")
    #expect(try await store.wishes().grants.isEmpty)
  }

  @Test func `a word has to expire later than it is given`() async throws {
    let (store, _, _) = try await waiting()
    await #expect(throws: StoreError.self) {
      try await store.say(true, on: "k", by: "ann", at: until, expires: until)
    }
    let last = until.advanced(by: .microseconds(-1))
    #expect(try await store.say(true, on: "k", by: "ann", at: last, expires: until))
  }

  @Test func `a wake lasts as long as the longest that was asked for`() async throws {
    let (store, _, _) = try await waiting()
    let ends = [1, 3, 2].map { start.advanced(by: .hours($0)) }
    for end in ends { try await store.wake("batch", until: end, by: "ann", at: start) }
    #expect(try await store.wishes().wakes == ["batch": ends[1]])
  }
}
