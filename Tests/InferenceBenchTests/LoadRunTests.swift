import CostModel
import FleetModel
import NIOCore
import NIOHTTP1
import Ports
import Synchronization
import Testing

@testable import InferenceBench

/// Real HTTP on loopback. The machine may be busy: moments are compared with lower bounds, and with
/// one another inside one run, never with a clock outside it.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LoadRunTests {
  private static func plan(_ server: ModelServer, rate: Double, for duration: Duration) -> LoadPlan
  {
    var plan = LoadPlan(url: server.url, model: "tiny", rate: rate, duration: duration)
    plan.arrivals = .constant
    plan.recordsKept = 10_000
    plan.timeLimit = .seconds(10)
    return plan
  }

  @Test func `The first token is measured not before it is sent`() async throws {
    let behaviour = Behaviour(
      firstTokenAfter: .milliseconds(80), tokens: 3, between: .milliseconds(20))
    let result = try await ModelServer.with({ _ in behaviour }) { server in
      try await LoadRun.run(Self.plan(server, rate: 20, for: .seconds(1)))
    }
    #expect(result.answered == 20 && result.failed == 0 && result.offered == 20)
    for record in result.records {
      let sent = try #require(record.sent)
      let first = try #require(record.tokens.first)
      #expect(record.intended <= record.begun && record.begun <= sent)
      #expect(first - sent >= 80_000_000)
      #expect(record.tokens.count == 3 && record.end - sent >= 120_000_000)
    }
    // From the intended moment it is never shorter than from the send.
    let intended = try #require(result.firstTokenFromIntended)
    let sent = try #require(result.firstTokenFromSent)
    #expect(sent.p50 >= 80 && intended.p50 >= sent.p50 && intended.max >= sent.max)
    let perToken = try #require(result.perToken)
    // Its ends are two reads, each of which may be late: half of the truth is a safe bound.
    #expect(perToken.p50 >= 10)
  }

  @Test func `Tokens are those of usage and the events agree`() async throws {
    let behaviour = Behaviour(tokens: 7, promptTokens: 13)
    let result = try await ModelServer.with({ _ in behaviour }) { server in
      try await LoadRun.run(Self.plan(server, rate: 100, for: .milliseconds(500)))
    }
    #expect(result.answered == 50)
    #expect(result.outputTokens == 350 && result.inputTokens == 650)
    #expect(result.eventsPerToken == 1)
    #expect(result.withoutUsage == 0)
    #expect(result.connections <= 50 && result.connections >= 1)
  }

  @Test func `Answers cut into single bytes are read the same`() async throws {
    let behaviour = Behaviour(tokens: 5, pieces: 1)
    let result = try await ModelServer.with({ _ in behaviour }) { server in
      try await LoadRun.run(Self.plan(server, rate: 20, for: .milliseconds(500)))
    }
    #expect(result.answered == 10 && result.outputTokens == 50 && result.eventsPerToken == 1)
  }

  @Test func `Without usage the events are counted, and the result says so`() async throws {
    let result = try await ModelServer.with({ _ in Behaviour(tokens: 6, givesUsage: false) }) {
      try await LoadRun.run(Self.plan($0, rate: 20, for: .milliseconds(500)))
    }
    #expect(result.outputTokens == 60 && result.withoutUsage == 10)
    #expect(result.notes.contains { $0.contains("had no usage") })
  }

  @Test func `A usage that does not fit the events is flagged`() async throws {
    let result = try await ModelServer.with({ _ in Behaviour(tokens: 5, usageTokens: 10) }) {
      try await LoadRun.run(Self.plan($0, rate: 20, for: .milliseconds(500)))
    }
    #expect(result.outputTokens == 100 && result.eventsPerToken == 0.5)
    #expect(result.notes.contains { $0.contains("50.0 % of the tokens") })
  }

  /// One request in 50 takes a second, and two may be in flight: the others wait for it. Who counts
  /// from the send sees one slow answer; who counts from the intended moment sees the wait.
  @Test func `A stall of the server shows from the intended moment and hides from the send`()
    async throws
  {
    let stalled: @Sendable (Int) -> Behaviour = {
      Behaviour(firstTokenAfter: (20...21).contains($0) ? .seconds(1) : .zero)
    }
    let result = try await ModelServer.with(stalled) { server in
      var plan = Self.plan(server, rate: 50, for: .seconds(2))
      plan.maxInFlight = 2
      return try await LoadRun.run(plan)
    }
    #expect(result.answered == 100)
    let slow: Int64 = 200_000_000
    let slowFromSent = result.records.filter { $0.end - ($0.sent ?? 0) > slow }.count
    let slowFromIntended = result.records.filter { $0.end - $0.intended > slow }.count
    // 50 requests fall into the stall of 1 s, the first 40 wait more than 0.2 s.
    #expect(slowFromIntended >= 30)
    #expect(slowFromSent <= 10 && slowFromSent >= 2)
    #expect(result.heldRequests >= 30)
    let held = try #require(result.held)
    #expect(held.max > 700)
    #expect(result.notes.contains { $0.contains("waited at the bound") })
  }

  @Test func `An open loop goes on sending while nothing is answered`() async throws {
    let result = try await ModelServer.with({ _ in Behaviour(firstTokenAfter: .milliseconds(600)) })
    {
      try await LoadRun.run(Self.plan($0, rate: 40, for: .milliseconds(500)))
    }
    #expect(result.answered == 20 && result.heldRequests == 0)
    #expect(result.connections == 20)
    let firstEnd = try #require(result.records.map(\.end).min())
    #expect(result.records.allSatisfy { $0.begun < firstEnd })
  }

  @Test(arguments: [
    (Behaviour(status: 503), LoadFailure.status),
    (Behaviour(status: 429), .status),
    (Behaviour(ending: .complaint), .status),
    (Behaviour(ending: .silence), .timeout),
    (Behaviour(ending: .nonsense), .malformed),
    (Behaviour(tokens: 0, ending: .giveUp), .malformed),
    (Behaviour(ending: .notHTTP), .malformed),
    (Behaviour(ending: .hangUp), .broken),
    (Behaviour(ending: .giveUp), .broken),
  ])
  func `A failure is counted in its class and stops nothing`(
    behaviour: Behaviour, failure: LoadFailure
  ) async throws {
    let result = try await ModelServer.with({ $0 % 2 == 0 ? behaviour : Behaviour() }) { server in
      var plan = Self.plan(server, rate: 20, for: .milliseconds(500))
      plan.timeLimit = .milliseconds(1500)
      return try await LoadRun.run(plan)
    }
    #expect(result.failures == [failure: 5])
    #expect(result.answered == 5 && result.outputTokens == 20)
    #expect(result.statuses == (behaviour.status == 200 ? [:] : [behaviour.status: 5]))
    #expect(result.invalid.contains { $0.contains("5 of 10 requests failed") })
    #expect(result.capability?.invalid?.contains("failed") == true)
  }

  @Test func `A server that is gone after the first contact gives connect failures`() async throws {
    let result = try await ModelServer.with({ _ in Behaviour(ending: .doneThenClose) }) { server in
      let plan = Self.plan(server, rate: 10, for: .seconds(1))
      async let running = LoadRun.run(plan)
      try await Task.sleep(for: .milliseconds(350))
      try await server.stop()
      return try await running
    }
    #expect(result.answered >= 1 && (result.failures[.connect] ?? 0) >= 1)
    #expect(result.answered + result.failed == 10)
  }

  @Test func `A connection closed while idle costs a request nothing`() async throws {
    let result = try await ModelServer.with({ _ in Behaviour(ending: .doneThenClose) }) {
      try await LoadRun.run(Self.plan($0, rate: 50, for: .seconds(1)))
    }
    #expect(result.answered == 50 && result.failed == 0)
  }

  @Test func `A run ends in time though the server never answers`() async throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try await ModelServer.with({ _ in Behaviour(ending: .silence) }) { server in
      var plan = Self.plan(server, rate: 100, for: .milliseconds(300))
      plan.maxInFlight = 3
      plan.timeLimit = .milliseconds(400)
      return try await LoadRun.run(plan)
    }
    #expect(result.answered == 0 && result.failed == 30)
    #expect((result.failures[.unsent] ?? 0) >= 18)
    #expect(result.capability == nil)
    #expect(result.invalid.contains("nothing was answered"))
    #expect(clock.now - begin < .seconds(20))
  }

  @Test func `A whole answer to a streaming request is read and said to be whole`() async throws {
    let result = try await ModelServer.with({ _ in Behaviour(ending: .whole) }) {
      try await LoadRun.run(Self.plan($0, rate: 20, for: .milliseconds(500)))
    }
    #expect(result.answered == 10 && result.unstreamed == 10 && result.outputTokens == 40)
    #expect(result.perToken == nil && result.coalescedShare == nil && result.eventsPerToken == nil)
    #expect(result.notes.contains { $0.contains("not streamed") })
  }

  @Test func `Requests carry what the plan says`() async throws {
    let requests = try await ModelServer.with({ _ in Behaviour() }) { server in
      var plan = Self.plan(server, rate: 10, for: .milliseconds(200))
      plan.bearer = Secret("s3cret")
      plan.prompt = "a \"quoted\"\nline\u{1}"
      plan.maxTokens = 9
      plan.ignoresEnd = true
      _ = try await LoadRun.run(plan)
      plan.api = .completions
      plan.streams = false
      plan.uniquePrompts = false
      plan.ignoresEnd = false
      plan.bearer = nil
      _ = try await LoadRun.run(plan)
      return server.requests
    }
    #expect(requests.count == 4)
    #expect(requests[1].head.uri == "/v1/chat/completions" && requests[1].head.method == .POST)
    #expect(requests[1].head.headers["authorization"] == ["Bearer s3cret"])
    let chat =
      #"{"model":"tiny","messages":[{"role":"user","content":"[1] a \"quoted\"\nline\u0001"}]"#
    #expect(
      requests[1].body == chat
        + #","max_tokens":9,"ignore_eos":true,"stream":true,"stream_options":{"include_usage":true}}"#
    )
    #expect(requests[2].head.uri == "/v1/completions")
    #expect(requests[2].head.headers["authorization"].isEmpty)
    #expect(
      requests[2].body == #"{"model":"tiny","prompt":"a \"quoted\"\nline\u0001","max_tokens":9}"#)
  }

  @Test func `Progress is told while it runs and adds up`() async throws {
    let seen = Mutex<[LoadRun.Progress]>([])
    let result = try await ModelServer.with({ _ in Behaviour() }) { server in
      try await LoadRun.run(Self.plan(server, rate: 20, for: .milliseconds(2300))) { now in
        seen.withLock { $0.append(now) }
      }
    }
    let told = seen.withLock { $0 }
    #expect(told.map(\.elapsed) == [.seconds(1), .seconds(2)])
    for now in told {
      #expect(now.answered + now.failed + now.inFlight == now.begun && now.begun <= now.due)
    }
    #expect(told[0].due >= 20 && told[1].due >= 40 && result.answered == 46)
  }

  @Test func `A cancelled run stops at once and says so`() async throws {
    try await ModelServer.with({ _ in Behaviour() }) { server in
      let plan = Self.plan(server, rate: 10, for: .seconds(600))
      let running = Task { try await LoadRun.run(plan) }
      try await Task.sleep(for: .milliseconds(200))
      running.cancel()
      await #expect(throws: LoadError.cancelled) { try await running.value }
    }
  }

  @Test func `Nobody at the address is an error before the run`() async throws {
    let port = try await ModelServer.with({ _ in Behaviour() }) { $0.port }
    let plan = LoadPlan(
      url: "http://127.0.0.1:\(port)", model: "m", rate: 1, duration: .seconds(1))
    let error = await #expect(throws: LoadError.self) { try await LoadRun.run(plan) }
    #expect(error?.description.contains("no connection to 127.0.0.1:\(port)") == true)
  }
}
