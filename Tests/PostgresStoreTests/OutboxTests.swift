import FleetModel
import Planner
import Ports
import Testing

@testable import PostgresStore

struct OutboxTests {
  private func filled(_ count: Int, channels: [String] = ["hook"]) async throws
    -> (TestDatabase, PostgresStore)
  {
    let database = try await TestDatabase.make()
    let store = try await database.store(channels: channels)
    let lease = try await lead(store)
    let alerts = (0..<count).map { alert("key-\($0)") }
    _ = try await store.record(tick(alerts: alerts), under: lease)
    return (database, store)
  }

  @Test func `two claimers share the messages and never the same one`() async throws {
    let (_, store) = try await filled(40)
    let claims = try await withThrowingTaskGroup(of: [OutboxMessage].self) { group in
      for _ in 0..<8 { group.addTask { try await store.claim(limit: 5) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claims.count == 40)
    #expect(Set(claims.map(\.id)).count == 40)
    #expect(claims.allSatisfy { $0.id.hasPrefix("evt_") && $0.id.utf8.count == 36 })
    #expect(try await store.claim(limit: 5).isEmpty)
  }

  @Test func `every channel gets the alert under one id, in order`() async throws {
    let (_, store) = try await filled(2, channels: ["a", "b"])
    let messages = try await store.claim(limit: 10)
    #expect(messages.map(\.channel).sorted() == ["a", "a", "b", "b"])
    #expect(Set(messages.map(\.id)).count == 2)
    #expect(messages.first?.alert == alert("key-0"))
    #expect(messages.last?.alert == alert("key-1"))
  }

  @Test func `a retry comes back after its time with the same id and one attempt more`()
    async throws
  {
    let (database, store) = try await filled(1)
    let first = try #require(await store.claim(limit: 1).first)
    #expect(first.attempts == 0)
    try await store.retry(first.id, channel: "hook", after: .seconds(30), error: "503")
    #expect(try await store.claim(limit: 1).isEmpty)
    try database.run("UPDATE outbox SET due_at = due_at - interval '31 s'")
    let second = try #require(await store.claim(limit: 1).first)
    #expect(second.id == first.id)
    #expect(second.attempts == 1)
    #expect(try database.text("SELECT last_error FROM outbox") == "503")
  }

  @Test func `a claimer that died gives its message back after a minute`() async throws {
    let (database, store) = try await filled(1)
    _ = try await store.claim(limit: 1)
    try database.run("UPDATE outbox SET due_at = due_at - interval '58 s'")
    #expect(try await store.claim(limit: 1).isEmpty)
    try database.run("UPDATE outbox SET due_at = due_at - interval '3 s'")
    #expect(try await store.claim(limit: 1).count == 1)
  }

  @Test func `what was delivered or buried never comes back`() async throws {
    let (database, store) = try await filled(2)
    let messages = try await store.claim(limit: 2)
    try await store.delivered(messages[0].id, channel: "hook")
    try await store.bury(messages[1].id, channel: "hook", error: "410")
    try await store.retry(messages[1].id, channel: "hook", after: .zero, error: "late")
    try database.run("UPDATE outbox SET due_at = due_at - interval '1 day'")
    #expect(try await store.claim(limit: 2).isEmpty)
    let states = try database.text("SELECT string_agg(end_state, ',' ORDER BY number) FROM outbox")
    #expect(states == "delivered,buried")
  }
}
