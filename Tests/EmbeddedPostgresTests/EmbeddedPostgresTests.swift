import Foundation
import Glibc
import Testing

@testable import EmbeddedPostgres

@Suite(.serialized) struct EmbeddedPostgresTests {
  @Test func `a cold start makes a cluster, a warm one is quick and keeps what was stored`()
    async throws
  {
    let folder = try Tools.folder("warm")
    defer { Tools.remove(folder) }
    let first = try await EmbeddedPostgres.start(dataDirectory: folder)
    #expect(try Tools.ask(first, "CREATE TABLE t AS SELECT 7 AS x") != nil)
    await first.stop()
    #expect(first.processID == nil)
    var times: [Duration] = []
    for _ in 0..<3 {
      let began = ContinuousClock.now
      let again = try await EmbeddedPostgres.start(dataDirectory: folder)
      times.append(ContinuousClock.now - began)
      #expect(try Tools.ask(again, "SELECT x FROM t") == "7")
      await again.stop()
      await again.stop()
    }
    print("warm start: \(times)")
    let said = try String(contentsOfFile: first.logPath, encoding: .utf8)
    #expect(said.contains("database system is shut down"))
  }

  @Test func `the server listens on no network and lets only us in, as peer`() async throws {
    let folder = try Tools.folder("peer")
    defer { Tools.remove(folder) }
    let server = try await EmbeddedPostgres.start(dataDirectory: folder)
    #expect(try Tools.ask(server, "SHOW listen_addresses") == "")
    #expect(try Tools.ask(server, "SHOW jit") == "off")
    #expect(
      try Tools.ask(server, "SELECT current_user || '@' || current_database()")
        == "finops@finops")
    let rules = try String(contentsOfFile: folder + "/postgres/data/pg_hba.conf", encoding: .utf8)
    #expect(rules == "local all all peer map=finops\n")
    await server.stop()
  }

  @Test func `a second starter adopts the live server, leaves it running, and takes over later`()
    async throws
  {
    let folder = try Tools.folder("adopt")
    defer { Tools.remove(folder) }
    let owner = try await EmbeddedPostgres.start(dataDirectory: folder)
    let guest = try await EmbeddedPostgres.start(dataDirectory: folder)
    #expect(guest.processID == nil)
    let passing = try await EmbeddedPostgres.start(dataDirectory: folder)
    await passing.stop()
    #expect(try Tools.ask(owner, "SELECT 1") == "1")
    await owner.stop()
    #expect(try await Tools.eventually { try Tools.ask(guest, "SELECT 1") == "1" })
    #expect(guest.processID != nil)
    await guest.stop()
  }

  @Test func `starters at the same moment make one cluster and one server`() async throws {
    let folder = try Tools.folder("race")
    defer { Tools.remove(folder) }
    let servers = try await withThrowingTaskGroup(of: EmbeddedPostgres.self) { group in
      for _ in 0..<4 {
        group.addTask { try await EmbeddedPostgres.start(dataDirectory: folder) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(servers.count { $0.processID != nil } == 1)
    for server in servers { #expect(try Tools.ask(server, "SELECT 1") == "1") }
    for server in servers where server.processID == nil { await server.stop() }
    for server in servers { await server.stop() }
  }

  @Test func `a server that is killed is started again`() async throws {
    let folder = try Tools.folder("kill")
    defer { Tools.remove(folder) }
    let server = try await EmbeddedPostgres.start(dataDirectory: folder)
    #expect(try Tools.ask(server, "CREATE TABLE t AS SELECT 7 AS x") != nil)
    let first = try #require(server.processID)
    kill(first, SIGKILL)
    #expect(try await Tools.eventually { try Tools.ask(server, "SELECT x FROM t") == "7" })
    #expect(try #require(server.processID) != first)
    await server.stop()
  }

  @Test func `SIGKILL of the owner shuts the server down cleanly`() async throws {
    let folder = try Tools.folder("owner")
    defer { Tools.remove(folder) }
    let server = try await EmbeddedPostgres.start(dataDirectory: folder)
    await server.stop()
    let cluster = try Cluster(dataDirectory: folder, environment: [:], settings: [:])
    let owner = try Owner.start(cluster.serverCommand, log: cluster.log.path)
    defer { kill(owner, SIGKILL) }
    #expect(try await Tools.eventually { cluster.runningServer() != nil })
    let process = try #require(cluster.runningServer())
    kill(owner, SIGKILL)
    #expect(try await Tools.eventually { !Cluster.isAlive(process) })
    #expect(cluster.log.tail(from: 0).hasSuffix("database system is shut down"))
  }
}
