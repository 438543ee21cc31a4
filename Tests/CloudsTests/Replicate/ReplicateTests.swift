import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

func replicate(
  _ transport: any HTTPTransport, endpoint: String = "http://127.0.0.1:1/v1",
  time: VirtualTime = VirtualTime(), token: TokenBox = TokenBox("r8_demo")
) -> ReplicateActuator {
  ReplicateActuator(
    cloud: "replicate", endpoint: endpoint,
    credentials: { () throws(ActuateError) in token.issued() }, transport: transport, time: time)
}

/// Runs a fake for the time of `body`, with an actuator in front of it.
func withFakeReplicate(
  faults: [FaultRule] = [], pageSize: Int = 100,
  _ body: (FakeReplicate, ReplicateActuator, VirtualTime) async throws -> Void
) async throws {
  let time = VirtualTime()
  let cloud = FakeReplicate(
    pageSize: pageSize, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
  cloud.add("chat")
  let endpoint = try await cloud.start()
  do {
    try await body(cloud, replicate(LoopbackClient(), endpoint: endpoint, time: time), time)
  } catch {
    await cloud.stop()
    throw error
  }
  await cloud.stop()
}

/// The whole actuator against our fake over HTTP.
@Suite(.timeLimit(.minutes(2))) struct ReplicateTests {
  private let chat: WorkloadID = "acme/chat"

  @Test func `Deployments conform as workloads against our fake`() async throws {
    try await withFakeReplicate { _, actuator, time in
      let suite = WorkloadConformance(actuator, scaling: chat, stranger: "acme/nobody") {
        time.advance(by: .seconds(30))
      }
      #expect(await suite.violations() == [])
    }
  }

  @Test func `What is so already makes no release`() async throws {
    try await withFakeReplicate { cloud, actuator, _ in
      for number in [1, 3, 3, 0, 0, 6, 2] {
        _ = try await actuator.carryOut(scale(chat, to: number))
      }
      #expect(cloud.releases(of: "acme/chat") == 5)
      let bodies = cloud.calls("updateDeployment").map(\.body)
      #expect(bodies.last == "{\"max_instances\":6,\"min_instances\":2}")
      let seen = try #require(try await actuator.observe(chat))
      #expect(seen.ready == nil && seen.desired == 2 && seen.type == "gpu-l40s")
    }
  }

  @Test func `At zero it sleeps, and up again it runs`() async throws {
    try await withFakeReplicate { _, actuator, _ in
      _ = try await actuator.carryOut(scale(chat, to: 0))
      let asleep = try await actuator.observe(chat)
      #expect(asleep?.state == .asleep && asleep?.desired == 0)
      _ = try await actuator.carryOut(scale(chat, from: 0, to: 1))
      let awake = try await actuator.observe(chat)
      #expect(awake?.state == .running && awake?.desired == 1)
      for intent in [Intent.stop, .start, .launch, .terminate] {
        let outcome = await ending(actuator, Action(token: "t", intent: intent, workload: chat))
        #expect(outcome.failure?.refusal?.kind == .unsupported)
      }
    }
  }

  @Test func `Every page is read, and the list is sorted`() async throws {
    try await withFakeReplicate(pageSize: 2) { cloud, actuator, _ in
      for index in 1...6 { cloud.add("d\(index)") }
      let listed = try await actuator.inventory().workloads
      #expect(listed.map(\.id.rawValue) == ["acme/chat"] + (1...6).map { "acme/d\($0)" })
      #expect(cloud.calls("listDeployments").count == 4)
    }
  }

  @Test(arguments: [
    "https://elsewhere.example", "http://127.0.0.1", "http://user@127.0.0.1:1", "//x", "",
  ])
  func `A next page on another host is not asked for`(base: String) async throws {
    try await withFakeReplicate(pageSize: 1) { cloud, actuator, _ in
      cloud.add("second")
      cloud.sendPagesTo(base)
      do throws(ActuateError) {
        _ = try await actuator.inventory()
        Issue.record("half a list was given, or the token away")
      } catch {
        #expect(error.refusal?.code == "ForeignCursor")
      }
      #expect(cloud.calls().count == 1)
    }
  }

  @Test func `Capacity, quota and a wrong request are three things`() async throws {
    try await withFakeReplicate { cloud, actuator, _ in
      cloud.sellOut(["gpu-l40s"])
      let soldOut = await ending(actuator, scale(chat, to: 2)).failure?.refusal
      #expect(soldOut?.kind == .capacity)
      let over = await ending(actuator, scale(chat, to: 21)).failure?.refusal
      #expect(over?.kind == .quota)
      let wrong = await ending(actuator, scale(chat, to: -1)).failure?.refusal
      #expect(wrong?.kind == .invalid)
      #expect(cloud.releases(of: "acme/chat") == 1)
    }
  }

  @Test func `A lost answer is unknown, and asking again makes no second release`() async throws {
    let lost = FaultRule(
      match: .init(service: .replicate, action: "updateDeployment"), count: 1,
      effect: FaultEffect(.dropAfter))
    try await withFakeReplicate(faults: [lost]) { cloud, actuator, _ in
      guard case .outcomeUnknown = await ending(actuator, scale(chat, to: 3)).failure else {
        Issue.record("the answer was not lost")
        return
      }
      let receipt = try await actuator.carryOut(scale(chat, to: 3))
      #expect(receipt.replicas == 3 && cloud.releases(of: "acme/chat") == 2)
    }
  }

  @Test func `Retry-After is taken as a number and as a date`() async throws {
    let date = [
      HTTPField("Retry-After", "Sat, 21 Nov 2026 09:22:26 GMT"),
      HTTPField("Date", "Sat, 21 Nov 2026 09:22:06 GMT"),
    ]
    for (headers, wait) in [([HTTPField("Retry-After", "7")], 7), (date, 20)] {
      let transport = ScriptedTransport([
        .json(deployment), .json("{\"detail\":\"slow down\"}", status: 429, headers: headers),
      ])
      let outcome = await ending(replicate(transport), scale(chat, to: 3))
      guard case .retryLater(let after, let failure) = outcome.failure else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(after == .seconds(wait) && failure.kind == .throttled)
    }
  }

  private let deployment = """
    {"owner":"acme","name":"chat","current_release":{"number":1,"configuration":
    {"hardware":"gpu-t4","min_instances":1,"max_instances":5}}}
    """

  @Test func `An expired token is fetched anew once, and the act goes on`() async throws {
    let cloud = FakeReplicate(token: "old", time: VirtualTime())
    cloud.add("chat")
    let endpoint = try await cloud.start()
    let token = TokenBox("old")
    let actuator = replicate(LoopbackClient(), endpoint: endpoint, token: token)
    _ = try await actuator.inventory()
    cloud.accept(tokens: ["new"])
    token.set("new")
    _ = try await actuator.carryOut(scale(chat, to: 2))
    await cloud.stop()
    #expect(cloud.calls().filter { $0.status == 401 }.count == 1)
  }

  @Test func `Prices are refused with the reason, never given as none`() async {
    await #expect(throws: ActuateError.self) {
      try await ReplicatePrices(cloud: "replicate").prices(of: [], in: [])
    }
    #expect(ReplicatePrices.reason.contains("prices"))
  }
}
