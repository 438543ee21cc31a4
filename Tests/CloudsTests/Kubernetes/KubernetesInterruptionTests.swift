import FleetModel
import Foundation
import Testing

@testable import Clouds

/// What taints and conditions mean: a function of the node and the moment.
@Suite struct KubernetesInterruptionTests {
  static let created = "2026-11-21T09:00:00Z"
  static let later = "2026-11-21T10:00:00Z"
  static let now = Timestamp(rfc3339: "2026-11-21T10:01:00Z") ?? Timestamp(seconds: 0)

  static func node(_ more: String, annotations: String = "{}") throws -> KubeNode {
    let text = """
      {"metadata": {"name": "gpu-1", "uid": "u1", "creationTimestamp": "\(created)",
        "annotations": \(annotations)}, \(more)}
      """
    return try JSONDecoder().decode(KubeNode.self, from: Data(text.utf8))
  }

  @Test(arguments: [
    ("aws-node-termination-handler/spot-itn", Interruption.Kind.preemption, true),
    ("aws-node-termination-handler/rebalance-recommendation", .rebalance, false),
    ("aws-node-termination-handler/scheduled-maintenance", .maintenance, true),
    ("karpenter.sh/disrupted", .maintenance, true), ("karpenter.sh/disruption", .maintenance, true),
    ("node.kubernetes.io/out-of-service", .stopped, true),
    ("cloud.google.com/impending-node-termination", .preemption, true),
    ("remediator.kubernetes.azure.com/unschedulable", .maintenance, true),
  ])
  func `A taint that announces an end is a notice`(
    key: String, kind: Interruption.Kind, ends: Bool
  ) throws {
    let taint = #"{"key": "\#(key)", "effect": "NoSchedule", "timeAdded": "\#(Self.later)"}"#
    let found = try Self.node(#""spec": {"taints": [\#(taint)]}"#)
      .interruptions(cloud: "k8s", at: Self.now)
    #expect(found.map(\.kind) == [kind] && found.map(\.endsNode) == [ends])
    #expect(found.first?.id == "u1/\(key)" && found.first?.node == "gpu-1")
    #expect(found.first?.noticedAt == Timestamp(rfc3339: Self.later))
  }

  @Test(arguments: [
    "nvidia.com/gpu", "node.kubernetes.io/unschedulable", "ToBeDeletedByClusterAutoscaler",
    "aws-node-termination-handler/", "karpenter.sh/unregistered",
  ])
  func `Other taints are none`(key: String) throws {
    let node = try Self.node(#""spec": {"taints": [{"key": "\#(key)", "effect": "NoSchedule"}]}"#)
    #expect(node.interruptions(cloud: "k8s", at: Self.now).isEmpty)
  }

  @Test(arguments: [
    ("PreemptScheduled", "True", [Interruption.Kind.preemption]), ("PreemptScheduled", "False", []),
    ("TerminateScheduled", "True", [.stopped]), ("RedeployScheduled", "True", [.maintenance]),
    ("FreezeScheduled", "True", []), ("MemoryPressure", "True", []),
  ])
  func `A condition counts while it is true`(
    type: String, status: String, kinds: [Interruption.Kind]
  ) throws {
    let node = try Self.node(Self.condition(type, status, since: Self.later))
    let found = node.interruptions(cloud: "k8s", at: Self.now)
    #expect(found.map(\.kind) == kinds)
    #expect(found.allSatisfy { $0.id == "u1/\(type)/\(Self.later)" })
  }

  static func condition(_ type: String, _ status: String, since: String) -> String {
    """
    "status": {"conditions": [{"type": "\(type)", "status": "\(status)",
      "lastTransitionTime": "\(since)"}]}
    """
  }

  @Test(arguments: [
    ("False", later, 60, true), ("Unknown", later, 60, true), ("False", later, 59, false),
    ("True", later, 600, false), ("False", created, 3600, false),
  ])
  func `A node is lost after a minute unready, but not while it starts`(
    status: String, since: String, seconds: Int, isLost: Bool
  ) throws {
    let start = try #require(Timestamp(rfc3339: since))
    let node = try Self.node(Self.condition("Ready", status, since: since))
    let found = node.interruptions(cloud: "k8s", at: start.advanced(by: .seconds(seconds)))
    #expect(found.map(\.kind) == (isLost ? [.stopped] : []))
  }

  @Test func `What we drain ourselves is no notice`() throws {
    let node = try Self.node(
      #""spec": {"taints": [{"key": "karpenter.sh/disrupted", "effect": "NoSchedule"}]}"#,
      annotations: #"{"finops-cordoned": "tok"}"#)
    #expect(node.interruptions(cloud: "k8s", at: Self.now).isEmpty)
  }
}
