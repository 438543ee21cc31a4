import FleetModel
import Ports
import Testing

@testable import PostgresStore

struct LeadershipTests {
  let term = Duration.seconds(15)

  @Test func `fixture: two controllers, one leader, and the second waits for the end of the lease`()
    async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let first = try await store.acquire(holder: "one", term: term, renewing: nil)
    #expect(first == Lease(holder: "one", epoch: 1))
    #expect(try await store.acquire(holder: "two", term: term, renewing: nil) == nil)
    let left = try database.number(
      "SELECT extract(epoch FROM expires_at - clock_timestamp())::bigint FROM controller_lease")
    #expect((13...15).contains(left))
    try database.run("UPDATE controller_lease SET expires_at = clock_timestamp()")
    let second = try await store.acquire(holder: "two", term: term, renewing: nil)
    #expect(second == Lease(holder: "two", epoch: 2))
    #expect(try await store.acquire(holder: "one", term: term, renewing: first) == nil)
  }

  @Test func `a restart takes its own live lease back at once, with a new epoch`() async throws {
    let store = try await TestDatabase.make().store()
    let before = try await lead(store)
    let after = try await store.acquire(holder: "one", term: term, renewing: nil)
    #expect(after == Lease(holder: "one", epoch: 2))
    #expect(try await store.acquire(holder: "one", term: term, renewing: before) == nil)
  }

  @Test func `renewing keeps the epoch, also after an expiry nobody used`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    #expect(try await store.acquire(holder: "one", term: term, renewing: lease) == lease)
    try database.run("UPDATE controller_lease SET expires_at = clock_timestamp()")
    #expect(try await store.acquire(holder: "one", term: term, renewing: lease) == lease)
  }

  @Test func `release lets another in at once; a stale release changes nothing`() async throws {
    let store = try await TestDatabase.make().store()
    let first = try await lead(store, as: "one")
    try await store.release(first)
    let second = try await lead(store, as: "two")
    #expect(second.epoch == 2)
    try await store.release(first)
    #expect(try await store.acquire(holder: "one", term: term, renewing: nil) == nil)
  }

  @Test func `of many who reach for it at once, one gets it`() async throws {
    let store = try await TestDatabase.make().store()
    let leases = try await withThrowingTaskGroup(of: Lease?.self) { group in
      for index in 0..<12 {
        group.addTask {
          try await store.acquire(holder: "h\(index)", term: .seconds(15), renewing: nil)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(leases.compactMap { $0 }.count == 1)
  }

  /// Yuzu#3191, dbos-transact-py#637: what a stopped process holds stays locked for as long as TCP hopes.
  @Test func `a leader that is stopped within a transaction keeps nobody from taking over`()
    async throws
  {
    let database = try await TestDatabase.make()
    let limits = StoreLimits(lock: .seconds(1), pause: .seconds(2))
    let old = try await database.store(limits: limits)
    let lease = try #require(
      try await old.acquire(holder: "one", term: .seconds(1), renewing: nil))
    // What SIGSTOP does between two statements: the row is locked, and nothing more is said.
    let stopped = try Session(conninfo: database.conninfo, limits: limits)
    try stopped.script(Session.beginning(limits))
    try stopped.fence(lease)
    let next = try await database.store(limits: limits)
    let began = ContinuousClock.now
    let taken = await eventually(within: .seconds(20)) {
      (try? await next.acquire(holder: "two", term: .seconds(15), renewing: nil)) != nil
    }
    #expect(taken)
    #expect(ContinuousClock.now - began < .seconds(6))
    #expect(throws: Failure.self) { try stopped.script("COMMIT") }
  }
}
