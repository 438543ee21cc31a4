import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// What a day brings, against our fake.
@Suite struct GCPScenarioTests {
  @Test(.timeLimit(.minutes(1)))
  func `Tags come back whole, whatever a label allows`() async throws {
    try await withGCP(lag: .none) { bench in
      let receipt = try await bench.actuator().carryOut(gcpLaunch())
      let node = try #require(try await bench.actuator().inventory().nodes.first)
      #expect(node.id == receipt.node)
      #expect(node.tags[Tag.target] == "10.0.0.5:9400")
      #expect(node.tags["Name"] == "a b")
      #expect(node.tags[Tag.fleet] == "f" && node.tags[Tag.intent] == "tok1")
      #expect(node.tags[Tag.pool] == "p")
      #expect(node.acceleratorCount == 1 && node.zone == "us-central1-a")
      #expect(node.launchedAt == bench.time.now())
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A person may set a tag as metadata, and a pool may be found by labels alone`() async throws
  {
    try await withGCP(lag: .none) { bench in
      let node = bench.cloud.add(
        name: "by-hand", type: "n1-standard-8", labels: ["team": "ml"],
        metadata: [Tag.target: "gpu:9400"])
      let listed = try await bench.actuator(pools: [["team": "ml"]]).inventory().nodes
      #expect(listed.map(\.id) == [node])
      #expect(listed.first?.tags[Tag.target] == "gpu:9400")
      #expect(listed.first?.tags["Name"] == "by-hand")
      #expect(listed.first?.acceleratorCount == 0)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `GPUs that are attached are part of the type`() async throws {
    try await withGCP(lag: .none) { bench in
      var spec = gcpSpec
      spec.type = "n1-standard-8+nvidia-tesla-t4:2"
      spec.capacity = .spot
      _ = try await bench.actuator().carryOut(gcpLaunch("t4", spec))
      let node = try #require(try await bench.actuator().inventory().nodes.first)
      #expect(node.type == spec.type && node.acceleratorCount == 2 && node.capacity == .spot)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Sold out is told with the zones that have some, and the next choice works`() async throws {
    try await withGCP { bench in
      bench.cloud.sellOut([.init("g2-standard-8", zone: "us-central1-a")])
      let actuator = bench.actuator()
      let failure = await actuator.outcome(gcpLaunch()).failure?.refusal
      #expect(failure?.kind == .capacity)
      #expect(failure?.code == "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS")
      #expect(failure?.message.contains("zonesAvailable: us-central1-b,us-central1-f") == true)
      bench.settle()
      #expect(try await actuator.inventory().nodes.isEmpty)
      var next = gcpSpec
      next.zone = "us-central1-b"
      let receipt = try await actuator.carryOut(gcpLaunch("tok2", next))
      #expect(receipt.node?.rawValue.hasPrefix("us-central1-b/") == true)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `No quota is told apart from no capacity`() async throws {
    try await withGCP { bench in
      bench.cloud.exhaustQuota(of: ["g2-standard-8"])
      let failure = await bench.actuator().outcome(gcpLaunch()).failure?.refusal
      #expect(failure?.kind == .quota && failure?.code == "QUOTA_EXCEEDED")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A start for which there is no room is refused for capacity, and the machine stays stopped`()
    async throws
  {
    try await withGCP { bench in
      let actuator = bench.actuator()
      let node = try #require(try await actuator.carryOut(gcpLaunch()).node)
      #expect(try await actuator.carryOut(gcpAct(.stop, node)).state == .stopped)
      bench.cloud.sellOut([.init("g2-standard-8")])
      let failure = await actuator.outcome(gcpAct(.start, node)).failure?.refusal
      #expect(failure?.kind == .capacity)
      #expect(try await actuator.observe(node)?.state == .stopped)
      bench.cloud.sellOut([])
      #expect(try await actuator.carryOut(gcpAct(.start, node, token: "u")).state == .running)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A suspended machine is woken by the call that wakes it`() async throws {
    try await withGCP(lag: .none) { bench in
      let node = bench.cloud.add(name: "sleeper", type: "g2-standard-8")
      let path = "zones/us-central1-a/instances/sleeper/suspend"
      _ = try await bench.transport.send(
        HTTPRequest(
          method: "POST", url: "\(bench.endpoint)/compute/v1/projects/demo-project/\(path)",
          headers: [HTTPField("Authorization", "Bearer " + GCPBench.token)]))
      #expect(try await bench.actuator().observe(node)?.state == .stopped)
      #expect(try await bench.actuator().carryOut(gcpAct(.start, node)).state == .running)
      #expect(bench.cloud.status(of: node) == "RUNNING")
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [FaultEffect.Kind.dropAfter, .truncate])
  func `A launch whose answer is lost is unknown, and again it is the one machine`(
    kind: FaultEffect.Kind
  ) async throws {
    let rule = FaultRule(
      match: .init(service: .gcp, action: "compute.instances.insert"), count: 2,
      effect: FaultEffect(kind, share: 0.5))
    try await withGCP(faults: [rule]) { bench in
      let actuator = bench.actuator()
      for _ in 1...2 {
        guard case .failure(.outcomeUnknown) = await actuator.outcome(gcpLaunch()) else {
          Issue.record("not unknown")
          return
        }
      }
      let receipt = try await actuator.carryOut(gcpLaunch())
      bench.settle()
      #expect(try await actuator.inventory().nodes.map(\.id) == [receipt.node])
      #expect(bench.cloud.everMade(label: Tag.intent, "tok1") == [receipt.node])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A machine of the token's name is adopted, and a stranger's is not`() async throws {
    try await withGCP(lag: .none) { bench in
      let ours = bench.cloud.add(
        name: "finops-tok1", type: "g2-standard-8", labels: [Tag.intent: "tok1"])
      let receipt = try await bench.actuator().carryOut(gcpLaunch())
      #expect(receipt.node == ours && receipt.adopted && receipt.state == .running)
      _ = bench.cloud.add(name: "finops-tok2", type: "g2-standard-8")
      let failure = await bench.actuator().outcome(gcpLaunch("tok2")).failure?.refusal
      #expect(failure?.code == "alreadyExists" && failure?.kind == .invalid)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A launch that outlasts the patience is unknown, and is found by its tag`() async throws {
    try await withGCP(lag: FakeGCP.Lag(start: .minutes(4))) { bench in
      let actuator = bench.actuator(patience: .seconds(20))
      guard case .failure(.outcomeUnknown(let why)) = await actuator.outcome(gcpLaunch()) else {
        Issue.record("not unknown")
        return
      }
      #expect(why.contains("us-central1-a/finops-tok1"))
      let node = try #require(try await actuator.inventory().nodes.first)
      #expect(node.tags[Tag.intent] == "tok1" && node.state == .pending)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A stop that outlasts the patience is told as under way`() async throws {
    try await withGCP(lag: FakeGCP.Lag(stop: .minutes(4))) { bench in
      let actuator = bench.actuator(patience: .seconds(20))
      let node = bench.cloud.add(name: "a", type: "g2-standard-8")
      let receipt = try await actuator.carryOut(gcpAct(.stop, node))
      #expect(receipt.state == .stopping)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A stop whose operation can not be asked is unknown only where the machine does not tell`()
    async throws
  {
    let rule = FaultRule(
      match: .init(service: .gcp, action: "compute.zoneOperations.get"),
      effect: FaultEffect(.error, status: 503, code: "backendError"))
    try await withGCP(faults: [rule]) { bench in
      let actuator = bench.actuator(patience: .seconds(3))
      let node = bench.cloud.add(name: "a", type: "g2-standard-8")
      let state = try await actuator.carryOut(gcpAct(.stop, node)).state
      #expect(state == .stopping || state == .stopped)
      bench.settle()
      guard case .failure(.outcomeUnknown) = await actuator.outcome(gcpLaunch()) else {
        Issue.record("not unknown")
        return
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A zone that could not be reached makes the list fail, not shrink`() async throws {
    try await withGCP(lag: .none) { bench in
      _ = bench.cloud.add(name: "a", type: "g2-standard-8", labels: [Tag.fleet: "f"])
      let actuator = bench.actuator(zones: [])
      #expect(try await actuator.inventory().nodes.count == 1)
      bench.cloud.silence(["zones/us-central1-b"])
      do throws(ActuateError) {
        _ = try await actuator.inventory()
        Issue.record("half a list was taken")
      } catch {
        guard case .retryLater(_, let failure) = error else { throw error }
        #expect(failure.code == "IncompleteList")
        #expect(failure.message.contains("zones/us-central1-b"))
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `More machines than a page are one list`() async throws {
    try await withGCP(lag: .none) { bench in
      for index in 0..<501 {
        _ = bench.cloud.add(
          name: "m-\(index)", type: "a2-highgpu-8g", labels: [Tag.fleet: "f"])
      }
      _ = bench.cloud.add(name: "other", type: "a2-highgpu-8g", labels: [Tag.fleet: "g"])
      let nodes = try await bench.actuator(zones: []).inventory().nodes
      #expect(nodes.count == 501 && nodes.allSatisfy { $0.acceleratorCount == 8 })
      #expect(bench.cloud.calls("compute.instances.aggregatedList").count == 2)
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [403, 429])
  func `Slower means later, and a change is not sent twice`(status: Int) async throws {
    let rule = FaultRule(
      match: .init(service: .gcp, action: "compute.instances.insert"),
      effect: FaultEffect(.error, status: status, code: "rateLimitExceeded"))
    try await withGCP(faults: [rule]) { bench in
      guard case .failure(.retryLater(_, let failure)) = await bench.actuator().outcome(gcpLaunch())
      else {
        Issue.record("not later")
        return
      }
      #expect(failure.kind == .throttled)
      #expect(bench.cloud.calls("compute.instances.insert").count == 1)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `What is not allowed is told with the permission's name`() async throws {
    try await withGCP(lag: .none) { bench in
      bench.cloud.forbid(["compute.instances.stop"])
      let node = bench.cloud.add(name: "a", type: "g2-standard-8")
      let failure = await bench.actuator().outcome(gcpAct(.stop, node)).failure?.refusal
      #expect(failure?.kind == .auth)
      #expect(failure?.message.contains("compute.instances.stop") == true)
      #expect(bench.cloud.status(of: node) == "RUNNING")
    }
  }

  @Test(arguments: [
    ("us-central1", "europe-west4-a", "g2-standard-8", "OtherRegion"),
    ("europe-west4", "europe-west4-a", "g2-standard-8", "OtherRegion"),
    ("europe-west4", nil, "g2-standard-8", "NoZone"),
    ("us-central1", nil, "n1-standard-8+t4", "BadType"),
    ("us-central1", nil, "p5.48xlarge", "BadType"),
  ])
  func `A launch that makes no sense is refused before it is sent`(
    region: Region, zone: String?, type: InstanceType, code: String
  ) async throws {
    try await withGCP(lag: .none) { bench in
      var spec = gcpSpec
      (spec.region, spec.zone, spec.type) = (region, zone, type)
      let failure = await bench.actuator().outcome(gcpLaunch("x", spec)).failure?.refusal
      #expect(failure?.code == code && failure?.kind == .invalid)
      #expect(bench.transport.exchanges.isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Reserved capacity goes into the reservation that is named, or nowhere`() async throws {
    try await withGCP(lag: .none) { bench in
      var spec = gcpSpec
      spec.capacity = .reserved
      let failure = await bench.actuator().outcome(gcpLaunch("x", spec)).failure?.refusal
      #expect(failure?.code == "NoReservation")
      _ = try await bench.actuator(reservation: "block-1").carryOut(gcpLaunch("y", spec))
      #expect(try await bench.actuator().inventory().nodes.map(\.capacity) == [.reserved])
    }
  }
}
