import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator against our fake over HTTP.
@Suite(.timeLimit(.minutes(2))) struct HuggingFaceTests {
  private let chat: WorkloadID = "acme/chat"

  @Test func `Endpoints conform as workloads against our fake`() async throws {
    try await withFakeHuggingFace { _, actuator, time in
      let suite = WorkloadConformance(actuator, scaling: chat, stranger: "acme/nobody") {
        time.advance(by: .seconds(30))
      }
      #expect(await suite.violations() == [])
    }
  }

  @Test func `Up, down to zero, up from sleep, stop and start`() async throws {
    try await withFakeHuggingFace { cloud, actuator, time in
      for (number, word) in [(3, "running"), (0, "scaledToZero"), (2, "running")] {
        _ = try await actuator.carryOut(scale(chat, to: number))
        time.advance(by: .seconds(10))
        #expect(cloud.status(of: "acme/chat") == word)
        let seen = try await actuator.observe(chat)
        #expect(seen?.desired == number && seen?.ready == number)
      }
      for (intent, word) in [(Intent.stop, "paused"), (.stop, "paused"), (.start, "running")] {
        _ = try await actuator.carryOut(Action(token: "t", intent: intent, workload: chat))
        time.advance(by: .seconds(10))
        #expect(cloud.status(of: "acme/chat") == word)
      }
      #expect(cloud.calls("pauseEndpoint").count == 1)
    }
  }

  @Test func `A resume of what runs already is a success`() async throws {
    try await withFakeHuggingFace { cloud, actuator, _ in
      let start = Action(token: "t", intent: .start, workload: chat)
      let receipt = try await actuator.carryOut(start)
      #expect(receipt.replicas == 1)
      #expect(cloud.calls("resumeEndpoint").map(\.status) == [400])
    }
  }

  @Test func `At zero the floor is zero too, so that one request wakes one replica`() async throws {
    try await withFakeHuggingFace { cloud, actuator, time in
      _ = try await actuator.carryOut(scale(chat, to: 3))
      time.advance(by: .seconds(10))
      _ = try await actuator.carryOut(scale(chat, from: 3, to: 0))
      time.advance(by: .seconds(10))
      let asleep = try await actuator.observe(chat)
      #expect(asleep?.state == .asleep && asleep?.figures["maximum_replicas"] == 4)
      let url = try #require(cloud.url(of: "acme/chat"))
      #expect(try await LoopbackClient().send(HTTPRequest(url: url)).status == 503)
      time.advance(by: .seconds(10))
      let awake = try await actuator.observe(chat)
      #expect(awake?.ready == 1 && awake?.desired == 0)
    }
  }

  @Test func `A floor above the ceiling lifts it, and the ceiling is never lowered`() async throws {
    try await withFakeHuggingFace { _, actuator, time in
      _ = try await actuator.carryOut(scale(chat, to: 6))
      time.advance(by: .seconds(10))
      _ = try await actuator.carryOut(scale(chat, from: 6, to: 1))
      #expect(try await actuator.observe(chat)?.figures["maximum_replicas"] == 6)
    }
  }

  @Test func `Quota is told from capacity before anything is changed`() async throws {
    try await withFakeHuggingFace { cloud, actuator, _ in
      cloud.setQuota(3, of: "aws-us-east-1-nvidia-l4-x1")
      let over = await ending(actuator, scale(chat, to: 4))
      #expect(over.failure?.refusal?.kind == .quota)
      cloud.setStatus("not_available", of: "aws-us-east-1-nvidia-l4-x1")
      let soldOut = await ending(actuator, scale(chat, to: 3))
      #expect(soldOut.failure?.refusal?.kind == .capacity)
      cloud.setStatus("low_availability", of: "aws-us-east-1-nvidia-l4-x1")
      #expect(await ending(actuator, scale(chat, to: 3)).failure == nil)
      #expect(cloud.calls("updateEndpoint").count == 1)
    }
  }

  @Test func `What the server says of quota and capacity is told apart too`() async throws {
    let rule = FaultRule(
      match: .init(service: .huggingface, action: "listHardware"),
      effect: FaultEffect(.error, status: 400))
    try await withFakeHuggingFace(faults: [rule]) { cloud, actuator, _ in
      cloud.setQuota(3, of: "aws-us-east-1-nvidia-l4-x1")
      #expect(await ending(actuator, scale(chat, to: 4)).failure?.refusal?.kind == .quota)
      cloud.setStatus("not_available", of: "aws-us-east-1-nvidia-l4-x1")
      #expect(await ending(actuator, scale(chat, to: 3)).failure?.refusal?.kind == .capacity)
    }
  }

  @Test func `A field that was dropped without a word is a refusal that names it`() async throws {
    try await withFakeHuggingFace { cloud, actuator, _ in
      cloud.drop(["minReplica"])
      let failure = await ending(actuator, scale(chat, to: 3)).failure?.refusal
      #expect(failure?.code == "FieldsDropped")
      #expect(failure?.message.contains("minReplica (asked for 3, it is 1)") == true)
    }
  }

  @Test(arguments: ["updateEndpoint", "scaleEndpointToZero", "resumeEndpoint"])
  func `A lost answer is unknown, and asking again changes nothing twice`(
    call: String
  ) async throws {
    let lost = FaultRule(
      match: .init(service: .huggingface, action: call), count: 1, effect: FaultEffect(.dropAfter))
    try await withFakeHuggingFace(faults: [lost], lag: .none) { cloud, actuator, _ in
      let number = call == "updateEndpoint" ? 3 : call == "resumeEndpoint" ? 2 : 0
      if call == "resumeEndpoint" {
        _ = try await actuator.carryOut(Action(token: "t", intent: .stop, workload: chat))
      }
      guard case .outcomeUnknown = await ending(actuator, scale(chat, to: number)).failure else {
        Issue.record("the answer was not lost")
        return
      }
      let before = cloud.changes(of: "acme/chat")
      #expect(try await actuator.carryOut(scale(chat, to: number)).replicas == number)
      let seen = try await actuator.observe(chat)
      #expect(seen?.desired == number)
      #expect(cloud.changes(of: "acme/chat") - before <= (call == "resumeEndpoint" ? 1 : 0))
    }
  }

  @Test func `An expired token is fetched anew once, and the act goes on`() async throws {
    let time = VirtualTime()
    let cloud = FakeHuggingFace(token: "old", lag: .none, time: time)
    cloud.add("chat")
    let endpoint = try await cloud.start()
    let token = TokenBox("old")
    let actuator = huggingFace(LoopbackClient(), endpoint: endpoint, time: time, token: token)
    #expect(try await actuator.inventory().workloads.count == 1)
    cloud.accept(tokens: ["new"])
    token.set("new")
    #expect(try await actuator.carryOut(scale(chat, to: 2)).replicas == 2)
    cloud.accept(tokens: [])
    #expect(await ending(actuator, scale(chat, to: 3)).failure?.refusal?.kind == .auth)
    await cloud.stop()
    #expect(cloud.calls().filter { $0.status == 401 }.count == 2)
  }

  @Test func `A throttled look is repeated, a throttled change is the caller's`() async throws {
    let rules = ["getEndpoint", "updateEndpoint"].map { action in
      FaultRule(
        match: .init(service: .huggingface, action: action), count: 1,
        effect: FaultEffect(.error, status: 429, code: "TooManyRequests"))
    }
    try await withFakeHuggingFace(faults: rules) { cloud, actuator, _ in
      let outcome = await ending(actuator, scale(chat, to: 2))
      guard case .retryLater(let after, let failure) = outcome.failure else {
        Issue.record("\(outcome)")
        return
      }
      #expect(after == .seconds(1) && failure.kind == .throttled)
      #expect(cloud.changes(of: "acme/chat") == 0)
    }
  }

  @Test func `A failed endpoint is not scaled, and is said to be one`() async throws {
    try await withFakeHuggingFace { cloud, actuator, _ in
      cloud.fail("acme/chat")
      let seen = try await actuator.observe(chat)
      #expect(seen?.state == .failed)
      for number in [1, 2] {
        let failure = await ending(actuator, scale(chat, to: number)).failure?.refusal
        #expect(failure?.kind == .unsupported && failure?.code == "EndpointFailed")
      }
      #expect(cloud.calls("updateEndpoint").isEmpty)
    }
  }

  @Test(arguments: [
    ("updateFailed", 1, Workload.State.running), ("updateFailed", 0, .failed),
    ("pending", 0, .changing), ("a word of tomorrow", 1, .changing), ("paused", 0, .paused),
  ])
  func `Each state has its meaning, and an unknown one decides nothing`(
    word: String, ready: Int, state: Workload.State
  ) async throws {
    let body = """
      {"name":"chat","compute":{"scaling":{"minReplica":1,"maxReplica":2}},
      "status":{"state":"\(word)","readyReplica":\(ready)}}
      """
    let seen = try await huggingFace(ScriptedTransport([.json(body)])).observe(chat)
    #expect(seen?.state == state && seen?.desired == (word == "paused" ? 0 : 1))
  }

  @Test(arguments: ["chat", "acme/chat/x", "acme/", "acme/..", "../chat"])
  func `A name that is no endpoint's is not asked for`(name: String) async throws {
    let transport = ScriptedTransport([])
    let actuator = huggingFace(transport)
    let seen = try await actuator.observe(WorkloadID(name))
    #expect(seen == nil)
    let outcome = await ending(actuator, scale(WorkloadID(name), to: 2))
    #expect(outcome.failure?.refusal?.code == "BadName")
    #expect(transport.requests.isEmpty)
  }
}
