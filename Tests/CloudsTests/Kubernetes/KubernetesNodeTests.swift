import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Nodes: cordon, drain within budgets, give back, uncordon; against our fake cluster.
@Suite struct KubernetesNodeTests {
  /// A node with two replicas of a model, an exporter that belongs to the node, and a finished job.
  static func fill(_ fake: FakeKubernetes, pool: String? = "gpu") {
    fake.add(.init("gpu-1", labels: ours, pool: pool))
    fake.add(deployment: "chat", replicas: 2, labels: ours)
    fake.add(pod: "exporter", in: "kube-system", on: "gpu-1", owner: "DaemonSet")
    fake.add(pod: "proxy", in: "kube-system", on: "gpu-1", owner: "Node")
  }

  @Test(.timeLimit(.minutes(2)))
  func `A node of Karpenter's is drained and given back with its claim`() async throws {
    try await Cluster.run(lag: FakeKubernetes.Lag()) { cluster in
      Self.fill(cluster.fake)
      cluster.time.advance(by: .seconds(10))
      let receipt = try await cluster.outcome(end("gpu-1")).get()
      #expect(receipt.node == "gpu-1" && receipt.state == .shuttingDown)
      #expect(cluster.fake.evicted().count == 2)
      #expect(cluster.fake.evicted().allSatisfy { $0.hasPrefix("chat-") })
      #expect(cluster.fake.annotations(of: "gpu-1")["finops-cordoned"] == "tok")
      #expect(cluster.fake.calls("delete nodeclaims.karpenter.sh").count == 1)
      #expect(try await cluster.actuator.observe(NodeID("gpu-1"))?.state == .shuttingDown)
      #expect(await cluster.outcome(end("gpu-1")).receipt?.state == .shuttingDown)
      cluster.time.advance(by: .seconds(10))
      #expect(try await cluster.actuator.observe(NodeID("gpu-1")) == nil)
      #expect(await cluster.outcome(end("gpu-1")).error?.refusal?.kind == .notFound)
      #expect(cluster.fake.calls("delete nodeclaims.karpenter.sh").count == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A node of nobody's stays, cordoned and empty`() async throws {
    try await Cluster.run(lag: FakeKubernetes.Lag()) { cluster in
      Self.fill(cluster.fake, pool: nil)
      cluster.time.advance(by: .seconds(10))
      let receipt = try await cluster.outcome(end("gpu-1")).get()
      #expect(receipt.state == .running)
      #expect(cluster.fake.isCordoned("gpu-1") == true)
      #expect(cluster.fake.pods(on: "gpu-1") == ["exporter", "proxy"])
      let node = try #require(try await cluster.actuator.inventory().nodes.first)
      #expect(node.tags["finops-unschedulable"] == "true")
      #expect(node.tags["finops-cordoned"] == "tok")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A disruption budget holds a drain up, and nothing is forced`() async throws {
    try await Cluster.run(lag: FakeKubernetes.Lag()) { cluster in
      Self.fill(cluster.fake)
      cluster.fake.add(budget: "chat", app: "chat", least: 2)
      cluster.fake.budgetRetry(after: 7)
      cluster.time.advance(by: .seconds(10))
      let held = await cluster.outcome(end("gpu-1"))
      #expect(held.code == "DisruptionBudget" && held.wait == .seconds(7))
      #expect(cluster.fake.isCordoned("gpu-1") == true && cluster.fake.evicted().isEmpty)
      cluster.fake.budgetRetry(after: nil)
      #expect(await cluster.outcome(end("gpu-1")).wait == .seconds(10))
      #expect(cluster.fake.calls("delete pods").isEmpty)
      cluster.fake.removeBudget("chat")
      #expect(await cluster.outcome(end("gpu-1")).receipt?.state == .shuttingDown)
      #expect(cluster.fake.calls("patch nodes").count == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A drain that is called off is undone`() async throws {
    try await Cluster.run(lag: FakeKubernetes.Lag()) { cluster in
      Self.fill(cluster.fake)
      cluster.fake.add(budget: "chat", app: "chat", least: 2)
      cluster.time.advance(by: .seconds(10))
      #expect(await cluster.outcome(end("gpu-1")).code == "DisruptionBudget")
      for _ in 1...2 {
        let receipt = try await cluster.outcome(uncordon("gpu-1")).get()
        #expect(receipt.state == .running)
      }
      #expect(cluster.fake.isCordoned("gpu-1") == false)
      #expect(cluster.fake.annotations(of: "gpu-1")["finops-cordoned"] == nil)
      #expect(cluster.fake.calls("patch nodes").count == 2)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Another's cordon is left to whoever made it`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(.init("gpu-1", labels: ours))
      try await Kubectl.patch(cluster.server, "gpu-1", unschedulable: true)
      #expect(await cluster.outcome(uncordon("gpu-1")).code == "CordonedByOthers")
      #expect(await cluster.outcome(end("gpu-1")).receipt?.state == .running)
      #expect(await cluster.outcome(uncordon("gpu-1")).code == "CordonedByOthers")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Pods that take longer to end than one act waits are waited for by the next`() async throws {
    let lag = FakeKubernetes.Lag(podEnd: .seconds(25))
    try await Cluster.run(lag: lag, drainLimit: .seconds(10)) { cluster in
      Self.fill(cluster.fake)
      cluster.time.advance(by: .seconds(10))
      #expect(await cluster.outcome(end("gpu-1")).code == "Draining")
      #expect(await cluster.outcome(end("gpu-1")).code == "Draining")
      #expect(await cluster.outcome(end("gpu-1")).receipt?.state == .shuttingDown)
      #expect(cluster.fake.evicted().count == 2)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A pod that nobody makes again, or that is to stay, refuses the act`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(.init("gpu-1", labels: ours))
      cluster.fake.add(.init("gpu-2", labels: ours))
      cluster.fake.add(pod: "notebook", on: "gpu-1")
      cluster.fake.add(
        pod: "training", on: "gpu-2", owner: "Job",
        annotations: ["karpenter.sh/do-not-disrupt": "true"])
      #expect(await cluster.outcome(end("gpu-1")).code == "BarePod")
      #expect(await cluster.outcome(end("gpu-2")).code == "DoNotDisrupt")
      #expect(cluster.fake.isCordoned("gpu-1") == false)
      #expect(cluster.fake.isCordoned("gpu-2") == false)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Lost answers on the way evict nothing twice and delete nothing twice`() async throws {
    let acts = ["patch nodes", "create pods/eviction", "delete nodeclaims.karpenter.sh"]
    try await Cluster.run(
      lag: FakeKubernetes.Lag(),
      faults: acts.map { fault($0, FaultEffect(.dropAfter), count: 1) }
    ) { cluster in
      Self.fill(cluster.fake)
      cluster.time.advance(by: .seconds(10))
      var tries = 0
      while case .outcomeUnknown = await cluster.outcome(end("gpu-1")).error, tries < 5 {
        tries += 1
      }
      #expect(tries == 2)
      #expect(cluster.fake.evicted().count == 2)
      #expect(cluster.fake.calls("patch nodes").count == 1)
      #expect(cluster.fake.calls("delete nodeclaims.karpenter.sh").count == 1)
    }
  }

  @Test(arguments: [Intent.launch, .stop, .unload, .keep])
  func `What a cluster can not do is refused with the reason`(intent: Intent) async throws {
    try await Cluster.run { cluster in
      let act = Action(token: "t", intent: intent, node: "gpu-1")
      #expect(await cluster.outcome(act).error?.refusal?.kind == .unsupported)
      #expect(cluster.fake.calls().isEmpty)
    }
  }

  @Test(arguments: ["", "a/b", "../x", "A"] as [NodeID])
  func `A node's name that is none is not sent`(node: NodeID) async throws {
    try await Cluster.run { cluster in
      #expect(await cluster.outcome(end(node)).error?.refusal?.kind == .invalid)
      let seen = try await cluster.actuator.observe(node)
      #expect(seen == nil)
      #expect(cluster.fake.calls().isEmpty)
    }
  }
}

/// Changes made past the actuator, as a person would.
enum Kubectl {
  static func patch(_ server: String, _ node: String, unschedulable: Bool) async throws {
    let body = "{\"spec\":{\"unschedulable\":\(unschedulable)}}"
    let reply = try await LoopbackClient().send(
      HTTPRequest(
        method: "PATCH", url: "\(server)/api/v1/nodes/\(node)",
        headers: [HTTPField("Content-Type", "application/strategic-merge-patch+json")],
        body: Array(body.utf8)))
    #expect(reply.status == 200)
  }
}
