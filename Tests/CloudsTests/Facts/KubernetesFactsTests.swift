import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// What nodes, claims and autoscalers say of what is to be left alone.
@Suite struct KubernetesFactsTests {
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      ("karpenter.sh/do-not-disrupt", "true", true),
      ("cluster-autoscaler.kubernetes.io/scale-down-disabled", "true", true),
      ("karpenter.sh/do-not-disrupt", "false", false),
      ("cluster-autoscaler.kubernetes.io/scale-down-disabled", "false", false),
      ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false", false),
    ])
  func `An annotation on the node keeps it`(
    key: String, value: String, kept: Bool
  ) async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(.init("gpu-1", labels: ours, annotations: [key: value], pool: "gpu"))
      let facts = try await cluster.actuator.inventory().nodes.first?.facts
      #expect(facts?.hindrances.map(\.kind) == (kept ? [.protected] : []))
      #expect(facts?.owner == NodeOwner(.karpenter, name: "gpu"))
      let code = await cluster.outcome(end("gpu-1")).code
      #expect((code == "Protected") == kept)
      // One that is given back is gone.
      #expect((cluster.fake.isCordoned("gpu-1") == false) == kept)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `An annotation on the claim keeps its node`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(.init("gpu-1", labels: ours, pool: "gpu"))
      cluster.fake.annotate(claimOf: "gpu-1", ["karpenter.sh/do-not-disrupt": "true"])
      let seen = try await cluster.actuator.observe("gpu-1" as NodeID)
      #expect(seen?.facts?.hindrances.map(\.act) == [.terminate])
      #expect(await cluster.outcome(end("gpu-1")).code == "Protected")
      #expect(cluster.fake.isCordoned("gpu-1") == false)
      #expect(cluster.fake.calls("delete nodeclaims.karpenter.sh").isEmpty)
      cluster.fake.annotate(claimOf: "gpu-1", [:])
      #expect(await cluster.outcome(end("gpu-1")).receipt?.state == .shuttingDown)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A claim that may not be seen holds nothing up`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(.init("gpu-1", labels: ours, pool: "gpu"))
      cluster.fake.forbid(["get nodeclaims.karpenter.sh"])
      let seen = try await cluster.actuator.observe("gpu-1" as NodeID)
      #expect(seen?.facts?.hindrances == [])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A deployment of an autoscaler's is listed with its owner, another without`()
    async throws
  {
    try await Cluster.run { cluster in
      cluster.fake.add(deployment: "chat", replicas: 2, labels: ours)
      cluster.fake.add(deployment: "embed", replicas: 2, labels: ours)
      cluster.fake.add(deployment: "chat", in: "other", replicas: 2, labels: ours)
      cluster.fake.add(autoscaler: "keda-hpa", kind: "Deployment", of: "chat")
      cluster.fake.add(autoscaler: "set-hpa", kind: "StatefulSet", of: "embed")
      let listed = try await cluster.actuator.inventory().workloads
      let held = listed.filter { $0.numberOwner != nil }
      #expect(held.map(\.id) == ["deployment/default/chat"])
      #expect(held.first?.numberOwner?.contains("keda-hpa") == true && held.first?.hold != nil)
      let seen = try await cluster.actuator.observe(WorkloadID("deployment/default/chat"))
      #expect(seen?.numberOwner == held.first?.numberOwner)
      let said = await cluster.scale("deployment/default/chat", to: 3)
      #expect(said.code == "OwnedByAutoscaler")
    }
  }

  private func node(labels: String = "", capacity: String, ready: String = "") throws -> Node? {
    let text = """
      {"metadata": {"name": "n", "creationTimestamp": "2026-01-01T00:00:00Z",
        "labels": {\(labels)}},
       "status": {"capacity": {\(capacity)}, "conditions": [\(ready)]}}
      """
    return try JSONDecoder().decode(KubeNode.self, from: Data(text.utf8)).node(cloud: "k8s")
  }

  @Test(arguments: [
    (#""nvidia.com/gpu": "8""#, "", Int?.some(8)),
    (#""amd.com/gpu": "4""#, "", 4), (#""cpu": 0.5, "nvidia.com/gpu": 2"#, "", 2),
    // Time slicing and MPS, renamed (NVIDIA/dcgm-exporter#151).
    (#""nvidia.com/gpu": "0", "nvidia.com/gpu.shared": "8""#, "", nil),
    (#""nvidia.com/gpu": "0", "nvidia.com/gpu.shared": "8""#, #""nvidia.com/gpu.count": "2""#, 2),
    (#""nvidia.com/gpu": "8", "nvidia.com/gpu.shared": "0""#, "", 8),
    // Time slicing under the plain name: the labels know the devices.
    (#""nvidia.com/gpu": "16""#, #""nvidia.com/gpu.count": "4""#, 4),
    // MIG, mixed and of one kind.
    (#""nvidia.com/gpu": "0", "nvidia.com/mig-1g.5gb": "7""#, "", nil),
    (#""nvidia.com/mig-1g.5gb": "7""#, #""nvidia.com/gpu.count": "1""#, 1),
    (
      #""nvidia.com/gpu": "7""#,
      #""nvidia.com/gpu.count": "7", "nvidia.com/gpu.product": "A100-SXM4-40GB-MIG-1g.5gb""#, nil
    ),
    // DRA: in no capacity (kubernetes-sigs/cluster-autoscaler#119).
    (#""cpu": "96""#, "", nil),
    (#""nvidia.com/gpu": "0""#, #""nvidia.com/gpu.present": "true""#, nil),
    (#""nvidia.com/gpu": "0""#, "", 0),
  ])
  func `Only physical devices are counted, and what nobody tells is not known`(
    capacity: String, labels: String, count: Int?
  ) throws {
    #expect(try node(labels: labels, capacity: capacity)?.acceleratorCount == count)
  }

  @Test(arguments: [
    ("True", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
    ("False", "2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ("True", "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z"),
    ("True", "nonsense", "2026-01-01T00:00:00Z"),
  ])
  func `A node is as old as its readiness, and never older than its object`(
    status: String, since: String, launched: String
  ) throws {
    let ready =
      #"{"type": "Ready", "status": "\#(status)", "lastTransitionTime": "\#(since)"}"#
    let node = try node(capacity: "", ready: ready)
    #expect(node?.launchedAt == Timestamp(rfc3339: launched))
  }
}
