import CostModel
import EmbeddedPostgres
import FleetModel
import Glibc
import Ports
import Testing

@testable import PostgresStore

struct FailureTests {
  @Test(arguments: [
    ("08006", "unavailable"), ("57P01", "unavailable"), ("57P03", "unavailable"),
    ("57014", "unavailable"), ("55P03", "unavailable"), ("40001", "unavailable"),
    ("25006", "unavailable"), ("25P03", "unavailable"), ("53100", "full"), ("53300", "full"),
    ("23514", "refused"), ("42P01", "refused"),
    ("57000", "refused"), ("22P05", "refused"),
  ])
  func `an SQLSTATE says what the caller does`(state: String, kind: String) {
    let error = Failure.server(state: state, "x").storeError
    let name =
      switch error {
      case .unavailable: "unavailable"
      case .fenced: "fenced"
      case .full: "full"
      case .refused: "refused"
      }
    #expect(name == kind)
  }

  @Test func `no server is unavailable, and says where it was looked for`() async throws {
    let error = await #expect(throws: StoreError.self) {
      try await PostgresStore.open(conninfo: "host=/tmp/nowhere-at-all user=x dbname=x")
    }
    guard case .unavailable(let text) = error else { throw error ?? .fenced }
    #expect(text.contains("/tmp/nowhere-at-all"))
  }

  @Test func `a terminated backend is replaced without anyone noticing`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store(limits: StoreLimits(connections: 1))
    let lease = try await lead(store)
    try database.run(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
    _ = try await store.record(tick(), under: lease)
    #expect(try database.number("SELECT count(*) FROM tick") == 1)
  }

  /// rails_failover#85, node-mysql2#2050 and #4075: a connection that was opened while a name still
  /// led to a reader was kept for ever (I36).
  @Test func `a session that can only read is given up, and a reader is never connected to`()
    async throws
  {
    let database = try await TestDatabase.make()
    let name = try database.text("SELECT current_database()::text") ?? ""
    let store = try await database.store(limits: StoreLimits(connections: 1, retries: 0))
    _ = try await lead(store)
    let backend = try await store.transact { session throws(Failure) in
      try session.query("SELECT pg_backend_pid()::bigint").integer(0, 0)
    }
    try await store.transact { session throws(Failure) in
      try session.script("SET default_transaction_read_only = on")
    }
    let refused = await #expect(throws: StoreError.self) { try await lead(store) }
    guard case .unavailable(let text) = refused else { throw refused ?? .fenced }
    #expect(text.contains("25006"))
    let next = try await store.transact { session throws(Failure) in
      try session.query("SELECT pg_backend_pid()::bigint").integer(0, 0)
    }
    #expect(next != backend)
    try database.run("ALTER DATABASE \(name) SET default_transaction_read_only = on")
    let away = try await database.reader(limits: StoreLimits(connections: 1, retries: 0))
    let error = await #expect(throws: StoreError.self) { try await away.killSwitch() }
    guard case .unavailable = error else { throw error ?? .fenced }
  }

  @Test func `a statement that takes too long is given up`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store(limits: StoreLimits(statement: .seconds(1)))
    let error = await #expect(throws: StoreError.self) {
      try await store.transact { session throws(Failure) in
        try session.query("SELECT 1 FROM pg_sleep(30)")
        return true
      }
    }
    guard case .unavailable(let text) = error else { throw error ?? .fenced }
    #expect(text.contains("57014"))
  }

  @Test func `a conflict is tried again, and a defect is not`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    try database.run("CREATE SEQUENCE tries")
    for (state, tries) in [("40001", 4), ("40P01", 4), ("23505", 1)] {
      try database.run("ALTER SEQUENCE tries RESTART")
      await #expect(throws: StoreError.self) {
        try await store.transact { session throws(Failure) in
          try session.query("SELECT nextval('tries')")
          try session.query(
            "SELECT set_config('finops.state', $1, true)", [.text(state)])
          try session.query("SET LOCAL client_min_messages = error")
          try session.script(
            "DO $$ BEGIN RAISE SQLSTATE '\(state)'; END $$")
          return true
        }
      }
      #expect(try database.number("SELECT last_value FROM tries") == Int64(tries))
    }
  }

  @Test func `more callers than connections wait their turn`() async throws {
    let store = try await TestDatabase.make().store(limits: StoreLimits(connections: 2))
    let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 { group.addTask { try await store.killSwitch() } }
      return try await group.reduce(into: 0) { $0 += $1 ? 0 : 1 }
    }
    #expect(answers == 50)
  }

  @Test func `a server killed in use is unavailable, comes back, and has lost nothing`()
    async throws
  {
    let server = try await TestDatabase.startServer(named: "killed")
    let store = try await PostgresStore.open(
      conninfo: server.connectionString, channels: ["hook"],
      limits: StoreLimits(connections: 2, retries: 0))
    let lease = try await lead(store)
    _ = try await store.record(tick(usage: [usageHour(seconds: 15)]), under: lease)
    let process = try #require(server.processID)
    kill(process, SIGKILL)
    // The backend of a killed postmaster may answer once more before it notices.
    let wasAway = await eventually {
      do throws(StoreError) { _ = try await store.killSwitch() } catch {
        guard case .unavailable = error else { return false }
        return true
      }
      return false
    }
    #expect(wasAway)
    let later = tick(at: start.advanced(by: .seconds(15)), usage: [usageHour(seconds: 15)])
    let isBack = await eventually {
      (try? await store.record(later, under: lease)) != nil
    }
    #expect(isBack)
    let usage = try await store.usage(in: start..<start.advanced(by: .hours(1)))
    #expect(usage.hours.map(\.billedMicroseconds) == [30_000_000])
    await store.close()
    await server.stop()
  }

  @Test func `a server that stands still is unavailable after the time for any answer`()
    async throws
  {
    let database = try await TestDatabase.make()
    let store = try await database.store(
      limits: StoreLimits(answer: .seconds(1), connections: 1, retries: 0))
    let backend = try await store.transact { session throws(Failure) in
      try session.query("SELECT pg_backend_pid()::bigint").integer(0, 0)
    }
    kill(pid_t(backend), SIGSTOP)
    let error = await #expect(throws: StoreError.self) { try await store.killSwitch() }
    kill(pid_t(backend), SIGCONT)
    guard case .unavailable(let text) = error else { throw error ?? .fenced }
    #expect(text.contains("no answer"))
    #expect(try await store.killSwitch() == false)
  }

  @Test func `what recording a tick of 24 nodes takes`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    let names = (0..<24).map { NodeID("i-\($0)") }
    var times: [Duration] = []
    for index in 0..<30 {
      let next = tick(
        at: start.advanced(by: .seconds(Int64(index) * 15)), nodes: names.map { node($0) },
        usage: names.map { usageHour($0, seconds: 15) })
      let began = ContinuousClock.now
      _ = try await store.record(next, under: lease)
      times.append(ContinuousClock.now - began)
    }
    let median = times.sorted()[15]
    print("tick of 24 nodes: median \(median)")
    let range = start.startOfHour..<start.startOfHour.advanced(by: .hours(2))
    #expect(Set(try await store.usage(in: range).hours.map(\.node)).count == 24)
  }
}
