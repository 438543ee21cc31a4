import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Replicas, against our fake cluster.
@Suite struct KubernetesConformanceTests {
  static let chat: WorkloadID = "deployment/default/chat"

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      ("deployment/default/chat", "deployment/default/nobody"),
      ("statefulset/default/db", "statefulset/default/nobody"), ("nodepool/gpu", "nodepool/nobody"),
    ] as [(WorkloadID, WorkloadID)])
  func `It conforms against our fake`(workload: WorkloadID, stranger: WorkloadID) async throws {
    try await Cluster.run(lag: FakeKubernetes.Lag()) { cluster in
      cluster.fake.add(.init("gpu-1", gpus: 8))
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      cluster.fake.add(deployment: "db", replicas: 1, labels: ours, isSet: true)
      cluster.fake.add(nodePool: "gpu", gpus: 1, weight: 10, labels: ours)
      cluster.time.advance(by: .minutes(1))
      let suite = WorkloadConformance(
        cluster.actuator, scaling: workload, stranger: stranger
      ) { cluster.time.advance(by: .minutes(1)) }
      #expect(await suite.violations() == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Replicas that fit on no node are pending, and ready when one comes`() async throws {
    try await Cluster.run(lag: FakeKubernetes.Lag()) { cluster in
      cluster.fake.add(.init("gpu-1", gpus: 4))
      cluster.fake.add(deployment: "chat", replicas: 1, gpusEach: 2, labels: ours)
      #expect(await cluster.scale(Self.chat, to: 4).error == nil)
      cluster.time.advance(by: .minutes(1))
      let short = try #require(try await cluster.actuator.observe(Self.chat))
      #expect(short.desired == 4 && short.ready == 2 && short.state == .changing)
      #expect(short.count.pending == 2 && short.figures == ["gpus_each": 2])
      cluster.fake.add(.init("gpu-2", gpus: 4))
      cluster.time.advance(by: .minutes(1))
      let full = try #require(try await cluster.actuator.observe(Self.chat))
      #expect(full.ready == 4 && full.state == .running)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A number that others changed meanwhile is read again`() async throws {
    try await Cluster.run(faults: [
      fault(
        "update deployments.apps/scale", FaultEffect(.error, status: 409, code: "Conflict"),
        count: 2)
    ]) { cluster in
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      #expect(await cluster.scale(Self.chat, to: 3).receipt?.replicas == 3)
      #expect(cluster.fake.calls("get deployments.apps/scale").count == 3)
      #expect(cluster.fake.scalings(of: Self.chat) == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `One that always conflicts is given up for now`() async throws {
    try await Cluster.run(faults: [
      fault("update deployments.apps/scale", FaultEffect(.error, status: 409, code: "Conflict"))
    ]) { cluster in
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      #expect(await cluster.scale(Self.chat, to: 3).wait == .seconds(5))
      #expect(cluster.fake.replicas(of: Self.chat) == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A lost answer is unknown, and asking again changes nothing more`() async throws {
    try await Cluster.run(faults: [
      fault("update deployments.apps/scale", FaultEffect(.dropAfter), count: 1)
    ]) { cluster in
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      guard case .outcomeUnknown = await cluster.scale(Self.chat, to: 3).error else {
        Issue.record("the answer was not lost")
        return
      }
      #expect(await cluster.scale(Self.chat, to: 3).receipt?.replicas == 3)
      #expect(cluster.fake.scalings(of: Self.chat) == 1)
      #expect(cluster.fake.calls("update deployments.apps/scale").count == 1)
    }
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      (403, "Forbidden", ActFailure.Kind.auth), (422, "Invalid", .invalid),
      (404, "NotFound", .notFound), (405, "MethodNotAllowed", .unsupported),
    ])
  func `A refusal is told by its reason`(
    status: Int, reason: String, kind: ActFailure.Kind
  ) async throws {
    try await Cluster.run(faults: [
      fault("update deployments.apps/scale", FaultEffect(.error, status: status, code: reason))
    ]) { cluster in
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      let error = await cluster.scale(Self.chat, to: 3).error
      #expect(error?.refusal?.kind == kind)
      #expect(error?.refusal?.code == reason)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A throttled change is handed back with the wait, a look is repeated`() async throws {
    try await Cluster.run(faults: [
      fault(
        "update deployments.apps/scale", FaultEffect(.error, status: 429, code: "TooManyRequests"),
        count: 1),
      fault(
        "get deployments.apps/scale", FaultEffect(.error, status: 429, code: "TooManyRequests"),
        count: 1),
    ]) { cluster in
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      #expect(await cluster.scale(Self.chat, to: 3).wait == .seconds(1))
      #expect(cluster.fake.calls("get deployments.apps/scale").count == 2)
      #expect(cluster.fake.replicas(of: Self.chat) == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `What an autoscaler owns is left to it`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours)
      cluster.fake.add(autoscaler: "chat", kind: "Deployment", of: "chat")
      cluster.fake.add(deployment: "chat", replicas: 1, labels: ours, isSet: true)
      #expect(await cluster.scale(Self.chat, to: 3).code == "OwnedByAutoscaler")
      #expect(await cluster.scale("statefulset/default/chat", to: 3).receipt?.replicas == 3)
      cluster.fake.forbid(["list horizontalpodautoscalers.autoscaling"])
      #expect(await cluster.scale(Self.chat, to: 2).receipt?.replicas == 2)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A pool without a limit on GPUs has no number to change`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(nodePool: "open", gpus: nil, labels: ours)
      cluster.fake.add(nodePool: "gpu", gpus: 8, inUse: 4, weight: 10, labels: ours)
      #expect(await cluster.scale("nodepool/open", to: 3).code == "NoLimit")
      let listed = try await cluster.actuator.inventory().workloads
      #expect(listed.map(\.id) == ["nodepool/gpu"])
      #expect(listed.first?.figures == ["gpus_in_use": 4, "weight": 10])
      #expect(listed.first?.count == ReplicaCount(ready: 8, pending: 0))
    }
  }

  @Test(
    arguments: [
      "deployment/chat", "deployment/default/chat/x", "pod/default/chat", "deployment/../chat",
      "deployment/default/Chat", "nodepool/a/b", "", "deployment//chat",
    ] as [WorkloadID])
  func `A name that is none is not sent`(workload: WorkloadID) async throws {
    try await Cluster.run { cluster in
      #expect(await cluster.scale(workload, to: 1).error?.refusal?.kind == .invalid)
      let seen = try await cluster.actuator.observe(workload)
      #expect(seen == nil)
      #expect(cluster.fake.calls().isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Only the namespaces that are named are looked at`() async throws {
    try await Cluster.run(namespaces: ["a", "b"]) { cluster in
      for namespace in ["a", "b", "c"] {
        cluster.fake.add(deployment: "chat", in: namespace, replicas: 0, labels: ours)
      }
      cluster.fake.add(deployment: "other", in: "a", replicas: 0, labels: [Tag.fleet: "g"])
      let found = try await cluster.actuator.inventory().workloads
      #expect(found.map(\.id) == ["deployment/a/chat", "deployment/b/chat"])
      #expect(found.allSatisfy { $0.state == .asleep && $0.tags[Tag.fleet] == "f" })
    }
  }
}
