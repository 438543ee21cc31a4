import FleetModel

/// An object on which a person says that its machine is to stay.
enum KubeNotes {
  /// What says so, by the annotation and its value: Karpenter's concepts/disruption, on pods, nodes and
  /// claims; the Cluster Autoscaler's FAQ, on nodes.
  static let stay = [
    "karpenter.sh/do-not-disrupt": "true",
    "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true",
  ]

  /// nil where nothing of it is there, or it says another thing than "true".
  static func hindrance(_ notes: [String: String]?, on kind: String) -> ActHindrance? {
    let found = stay.keys.sorted().first { notes?[$0] == stay[$0] }
    return found.map {
      ActHindrance(
        .terminate, .protected, because: "its \(kind) has the annotation \($0)",
        remedy: "take the annotation off to let it go")
    }
  }
}

extension KubeNode {
  /// What the node's own object says. Its cluster is the owner that is acted through, so the owner is
  /// named for people and the handle is the node itself.
  var facts: NodeFacts {
    NodeFacts(
      owner: owner,
      hindrances: KubeNotes.hindrance(metadata.annotations, on: "node").map { [$0] } ?? [])
  }

  /// The labels are those each of them puts on its nodes.
  private var owner: NodeOwner? {
    let signs: [(label: String, kind: NodeOwner.Kind)] = [
      ("karpenter.sh/nodepool", .karpenter), ("eks.amazonaws.com/nodegroup", .eks),
      ("cloud.google.com/gke-nodepool", .gke), ("kubernetes.azure.com/agentpool", .aks),
    ]
    return signs.lazy.compactMap { sign in
      label(sign.label).map { NodeOwner(sign.kind, name: $0) }
    }.first
  }
}

/// A claim of Karpenter's, as far as it is read here.
struct KubeNodeClaim: Decodable, Sendable { var metadata: KubeMetadata }
