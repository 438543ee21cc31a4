import Clouds
import CostModel
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator against our fake over HTTP.
@Suite(.timeLimit(.minutes(2))) struct RunPodTests {
  private let endpoint: WorkloadID = "serverless/ep1"

  @Test func `Pods conform against our fake`() async throws {
    try await withFakeRunPod { cloud, actuator, time in
      let suite = ActuatorConformance(actuator, launching: podSpec) {
        time.advance(by: .seconds(30))
      }
      #expect(await suite.violations(tokens: "conformance") == [])
      #expect(cloud.made(withToken: "conformance-a").count == 1)
    }
  }

  @Test func `Pods conform where a list lags and an ended pod is forgotten at once`() async throws {
    let lag = FakeRunPod.Lag(visibility: .seconds(20), afterlife: .zero)
    try await withFakeRunPod(lag: lag) { _, actuator, time in
      let suite = ActuatorConformance(
        actuator, launching: podSpec, cloud: .init(honoursTokens: false)
      ) { time.advance(by: .seconds(30)) }
      #expect(await suite.violations(tokens: "conformance") == [])
    }
  }

  @Test func `Serverless endpoints conform as workloads`() async throws {
    try await withFakeRunPod { cloud, actuator, time in
      cloud.addEndpoint("ep1")
      let suite = WorkloadConformance(actuator, scaling: endpoint, stranger: "serverless/nobody") {
        time.advance(by: .seconds(30))
      }
      #expect(await suite.violations() == [])
    }
  }

  @Test func `A lost answer to a launch makes no second pod, where the list is up to date`()
    async throws
  {
    let lost = FaultRule(
      match: .init(service: .runpod, action: "createPod"), count: 1, effect: FaultEffect(.dropAfter)
    )
    try await withFakeRunPod(faults: [lost]) { cloud, actuator, _ in
      guard case .outcomeUnknown = await ending(actuator, launchPod()).failure else {
        Issue.record("the answer was not lost")
        return
      }
      let receipt = try await actuator.carryOut(launchPod())
      #expect(receipt.adopted)
      #expect(cloud.made(withToken: "tok1") == [receipt.node])
    }
  }

  @Test func `Where the list lags there is one extra at most, and both carry the token`()
    async throws
  {
    let lost = FaultRule(
      match: .init(service: .runpod, action: "createPod"), count: 1, effect: FaultEffect(.dropAfter)
    )
    let lag = FakeRunPod.Lag(visibility: .seconds(20))
    try await withFakeRunPod(faults: [lost], lag: lag) { cloud, actuator, time in
      _ = await ending(actuator, launchPod())
      _ = try await actuator.carryOut(launchPod())
      #expect(cloud.made(withToken: "tok1").count == 2)
      time.advance(by: .seconds(20))
      let again = try await actuator.carryOut(launchPod())
      #expect(again.adopted && cloud.made(withToken: "tok1").count == 2)
      let nodes = try await actuator.inventory().nodes
      #expect(nodes.map { $0.tags[Tag.intent] } == ["tok1", "tok1"])
    }
  }

  @Test func `Tags survive in the pod, and a pod of another fleet is not listed`() async throws {
    try await withFakeRunPod(pools: [["team": "x"]]) { cloud, actuator, time in
      _ = try await actuator.carryOut(launchPod())
      _ = cloud.addPod(name: "finops.other.tok9")
      _ = cloud.addPod(name: "no tags")
      let locked = cloud.addPod(env: ["FINOPS_FLEET": "f", "FINOPS_POOL": "q"], locked: true)
      let match = cloud.addPod(env: ["FINOPS_TAGS": "{\"team\":\"x\"}"])
      time.advance(by: .seconds(10))
      let nodes = try await actuator.inventory().nodes
      #expect(nodes.count == 3)
      let ours = try #require(nodes.first { $0.tags[Tag.intent] == "tok1" })
      #expect(ours.tags["team"] == "a \"b\" ä" && ours.tags[Tag.pool] == "p")
      #expect(ours.tags[Tag.fleet] == "f" && ours.acceleratorCount == 2)
      #expect(ours.type == podSpec.type && ours.region == "secure" && ours.zone == "US-KS-2")
      let byHand = try #require(nodes.first { $0.id == locked })
      #expect(byHand.tags[Tag.pool] == "q" && byHand.tags[Tag.protect] == "true")
      #expect(nodes.contains { $0.id == match })
    }
  }

  @Test func `No capacity, no credit, no quota and a wrong request are four things`() async throws {
    try await withFakeRunPod { cloud, actuator, time in
      cloud.addEndpoint("ep1")
      cloud.sellOut([RunPodTests.gpu])
      #expect(await ending(actuator, launchPod()).failure?.refusal?.kind == .capacity)
      var other = podSpec
      other.type = "NVIDIA L4"
      #expect(await ending(actuator, launchPod("tok2", other)).failure == nil)
      cloud.setBalance(isEnough: false)
      #expect(await ending(actuator, launchPod("tok3", other)).failure?.refusal?.kind == .quota)
      cloud.setBalance(isEnough: true)
      other.type = "NVIDIA L4 x9"
      #expect(await ending(actuator, launchPod("tok4", other)).failure?.refusal?.kind == .invalid)
      let many = await ending(actuator, scale(endpoint, to: 31))
      #expect(many.failure?.refusal?.kind == .quota)
    }
  }

  static let gpu = "NVIDIA H100 80GB HBM3"

  @Test func `A stopped pod whose GPUs are taken is not started, for capacity`() async throws {
    try await withFakeRunPod { cloud, actuator, time in
      let node = try #require(try await actuator.carryOut(launchPod()).node)
      time.advance(by: .seconds(10))
      _ = try await actuator.carryOut(Action(token: "t", intent: .stop, node: node))
      cloud.sellOut([Self.gpu])
      let outcome = await ending(actuator, Action(token: "t", intent: .start, node: node))
      #expect(outcome.failure?.refusal?.kind == .capacity)
    }
  }

  @Test(arguments: [
    (Intent.stop, "EXITED"), (.terminate, "TERMINATED"),
  ])
  func `A lost answer to a change is unknown, and asking again is a success`(
    intent: Intent, status: String
  ) async throws {
    let lost = FaultRule(
      match: .init(service: .runpod, action: "podAction"), count: 1, effect: FaultEffect(.dropAfter)
    )
    try await withFakeRunPod(faults: [lost]) { cloud, actuator, _ in
      let node = cloud.addPod()
      let action = Action(token: "t", intent: intent, node: node)
      guard case .outcomeUnknown = await ending(actuator, action).failure else {
        Issue.record("the answer was not lost")
        return
      }
      let receipt = try await actuator.carryOut(action)
      #expect(receipt.state == (intent == .stop ? .stopped : .terminated))
      #expect(cloud.status(of: node) == status)
    }
  }

  @Test func `A locked pod is not stopped`() async throws {
    try await withFakeRunPod { cloud, actuator, _ in
      let node = cloud.addPod(locked: true)
      let outcome = await ending(actuator, Action(token: "t", intent: .stop, node: node))
      #expect(outcome.failure?.refusal?.code == "Protected")
      let end = await ending(actuator, Action(token: "t", intent: .terminate, node: node))
      #expect(end.failure?.refusal?.code == "Protected")
      #expect(cloud.status(of: node) == "RUNNING")
      let seen = try await actuator.observe(node)
      #expect(seen?.facts?.hindrances.count == 2)
    }
  }

  @Test(arguments: ["", "eu-1", "SECURE"])
  func `A region that is no tier is refused before anything is sent`(region: String) async throws {
    try await withFakeRunPod { cloud, actuator, _ in
      var spec = podSpec
      spec.region = Region(region)
      #expect(await ending(actuator, launchPod("t", spec)).failure?.refusal?.code == "NoTier")
      spec = podSpec
      spec.capacity = .spot
      #expect(await ending(actuator, launchPod("t", spec)).failure?.refusal?.code == "NoSpot")
      #expect(cloud.calls().isEmpty)
    }
  }

  @Test func `The queue is the load, and the workers are what is ready`() async throws {
    try await withFakeRunPod { cloud, actuator, time in
      cloud.addEndpoint("ep1", workers: 0...3)
      cloud.addEndpoint("ep2", workers: 1...3, isQueue: false)
      let asleep = try #require(try await actuator.observe(endpoint))
      #expect(asleep.state == .asleep && asleep.ready == 0 && asleep.desired == 0)
      cloud.setJobs("ep1", waiting: 5, running: 1)
      time.advance(by: .seconds(10))
      let busy = try #require(try await actuator.observe(endpoint))
      #expect(busy.load == .init(at: time.now(), running: 1, waiting: 5) && busy.ready == 3)
      #expect(busy.type == "ADA_24" && busy.region == "serverless")
      #expect(try await actuator.observe("serverless/ep2")?.load == nil)
    }
  }

  @Test func `A data plane that is away makes the load unknown, and not the list`() async throws {
    let down = FaultRule(
      match: .init(service: .runpod, action: "queueHealth"),
      effect: FaultEffect(.status, status: 503))
    try await withFakeRunPod(faults: [down]) { cloud, actuator, _ in
      cloud.addEndpoint("ep1")
      let workloads = try await actuator.inventory().workloads
      #expect(workloads.map(\.id) == [endpoint] && workloads[0].load == nil)
    }
  }

  @Test func `Only the bounds are sent, and only when they differ`() async throws {
    try await withFakeRunPod { cloud, actuator, _ in
      cloud.addEndpoint("ep1", workers: 1...2, scalesOnRequests: true)
      for number in [1, 3, 3, 0] { _ = try await actuator.carryOut(scale(endpoint, to: number)) }
      let sent = cloud.calls("updateEndpoint").map(\.body)
      #expect(sent == ["{\"workers\":{\"max\":3,\"min\":3}}", "{\"workers\":{\"min\":0}}"])
      #expect(cloud.changes(of: "ep1") == 2)
    }
  }

  @Test func `An expired key is fetched anew once, and the act goes on`() async throws {
    let cloud = FakeRunPod(key: "old", lag: .none, time: VirtualTime())
    let url = try await cloud.start()
    let token = TokenBox("old")
    let actuator = runPod(LoopbackClient(), endpoint: url, token: token)
    _ = try await actuator.inventory()
    cloud.accept(keys: ["new"])
    token.set("new")
    _ = try await actuator.carryOut(launchPod())
    await cloud.stop()
    #expect(cloud.made(withToken: "tok1").count == 1)
    #expect(cloud.calls().filter { $0.status == 401 }.count == 1)
  }

  @Test func `The limit the headers speak of is kept, not run into`() async throws {
    try await withFakeRunPod(perMinute: 4) { cloud, actuator, time in
      let start = time.now()
      for _ in 1...9 {
        do throws(ActuateError) { _ = try await actuator.observe(NodeID("nobody")) } catch {
          guard case .retryLater(let after?, let failure) = error else { throw error }
          #expect(failure.code == "RateLimitSpent")
          time.advance(by: after)
        }
      }
      #expect(cloud.calls().allSatisfy { $0.status == 404 })
      #expect(time.now().duration(since: start) >= .seconds(60))
    }
  }

  @Test func `Prices are a GPU's times its number, exact, by tier`() async throws {
    try await withFakeRunPod { _, actuator, time in
      let source = RunPodPrices(actuator, time: time)
      let two = try await source.prices(of: [podSpec.type], in: ["secure"])
      #expect(two.map(\.hourly.perHour.description) == ["5.980000000"])
      #expect(two[0].source == "RunPod catalogue" && two[0].asOf == "2026-11-21")
      let pools = try await source.prices(of: [], in: ["serverless"])
      #expect(pools.map(\.type) == ["ADA_24", "HOPPER_141"])
      #expect(pools[0].hourly.perHour.description == "1.100000000")
      let all = try await source.prices(of: [], in: [])
      #expect(all.count == 10)
    }
  }

  @Test func `The bill is exact to the nano-dollar`() async throws {
    let text = """
      {"records":[{"startTime":"2026-06-01T00:00:00Z","endTime":"2026-06-02T00:00:00Z",
      "podId":"p","totalAmount":12345678.123456789,"gpuAmount":4.5e-8,"cpuAmount":0,
      "diskAmount":0.1234567895}],"metadata":{}}
      """
    let billing = RunPodBilling(runPod(ScriptedTransport([.json(text)])))
    let day = Timestamp(seconds: 1_780_272_000)
    let lines = try await billing.lines(.pods, from: day, to: day.advanced(by: .hours(24)))
    #expect(lines.map(\.total.description) == ["12345678.123456789"])
    #expect(lines[0].parts["gpuAmount"] == Money(nanos: 45))
    #expect(lines[0].parts["diskAmount"] == Money(nanos: 123_456_790))
  }
}
