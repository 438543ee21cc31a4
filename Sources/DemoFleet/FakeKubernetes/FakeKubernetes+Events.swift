public import FleetModel
import Synchronization

/// What happens in the cluster, and what became of it.
extension FakeKubernetes {
  /// Puts a taint on a node, with the moment it was added.
  public func taint(
    _ node: String, _ key: String, value: String = "", effect: String = "NoSchedule"
  ) {
    change { cluster, now in
      let name = FakeKey("nodes", node)
      guard var object = cluster.object(name) else { return }
      var taint: FakeJSON = [
        "key": .text(key), "effect": .text(effect), "timeAdded": .text(now.description),
      ]
      if !value.isEmpty { taint["value"] = .text(value) }
      object["spec", "taints"] = .list((object["spec", "taints"]?.list ?? []) + [taint])
      cluster.write(name, object, at: now)
    }
  }

  public func condition(_ node: String, _ type: String, _ status: String, reason: String) {
    change { cluster, now in
      cluster.setCondition(FakeKey("nodes", node), type, status, reason, at: now)
    }
  }

  public func label(_ node: String, _ key: String, _ value: String?) {
    change { cluster, now in
      let name = FakeKey("nodes", node)
      guard var object = cluster.object(name) else { return }
      object["metadata", "labels", key] = value.map { .text($0) }
      cluster.write(name, object, at: now)
    }
  }

  /// A machine is gone, and its node with it.
  public func vanish(_ node: String) {
    change { cluster, _ in cluster.removeNode(FakeKey("nodes", node)) }
  }

  public func removeBudget(_ name: String, in namespace: String = "default") {
    change { cluster, _ in
      cluster.remove(FakeKey("poddisruptionbudgets.policy", namespace, name))
    }
  }

  /// Somebody else changes something about a workload, so that its resourceVersion is another.
  public func touch(deployment name: String, in namespace: String = "default") {
    change { cluster, now in
      let key = FakeKey("deployments.apps", namespace, name)
      guard var object = cluster.object(key) else { return }
      object["metadata", "annotations", "touched"] = .text(String(cluster.version))
      cluster.write(key, object, at: now)
    }
  }

  /// Forgets all changes so far: watches and lists that were begun before are expired.
  public func compact() { change { cluster, _ in cluster.compact() } }

  /// The bearer tokens that are taken; nil: none is asked for.
  public func accept(tokens: Set<String>?) { state.withLock { $0.tokens = tokens } }

  /// Actions that are refused with 403, "list nodepools.karpenter.sh".
  public func forbid(_ actions: Set<String>) { state.withLock { $0.forbidden = actions } }

  /// Seconds a refusal by a budget tells to wait; nil: it does not say.
  public func budgetRetry(after seconds: Int?) {
    change { cluster, _ in cluster.budgetRetry = seconds }
  }

  /// The names of the nodes there are.
  public func nodes() -> [String] { change { cluster, _ in cluster.keys("nodes").map(\.name) } }

  /// Whether a node takes no new pods; nil when there is none of that name.
  public func isCordoned(_ node: String) -> Bool? {
    change { cluster, _ in
      cluster.object(FakeKey("nodes", node)).map { $0["spec", "unschedulable"]?.bool == true }
    }
  }

  public func annotations(of node: String) -> [String: String] {
    change { cluster, _ in
      cluster.object(FakeKey("nodes", node))?["metadata", "annotations"]?.texts ?? [:]
    }
  }

  /// The names of the pods on a node, those that are ending too.
  public func pods(on node: String) -> [String] {
    change { cluster, _ in cluster.pods(on: node).map(\.name) }
  }

  /// How many replicas a workload was last asked for; nil when there is none of that name.
  public func replicas(of workload: WorkloadID) -> Int? {
    change { cluster, _ in
      guard let object = cluster.object(Self.key(workload)) else { return nil }
      if workload.parts.first == "nodepool" {
        return object["spec", "limits", "nvidia.com/gpu"]?.number
      }
      return object["spec", "replicas"]?.number
    }
  }

  /// How often a workload's number was changed by a request: what a lost answer must not double.
  public func scalings(of workload: WorkloadID) -> Int {
    change { cluster, _ in cluster.scalings[Self.key(workload)] ?? 0 }
  }

  /// The pods that were evicted, in their order.
  public func evicted() -> [String] { change { cluster, _ in cluster.evictions.map(\.name) } }

  private static func key(_ workload: WorkloadID) -> FakeKey {
    let parts = workload.parts
    switch (parts.first, parts.count) {
    case ("deployment", 3): return FakeKey("deployments.apps", parts[1], parts[2])
    case ("statefulset", 3): return FakeKey("statefulsets.apps", parts[1], parts[2])
    case ("nodepool", 2): return FakeKey("nodepools.karpenter.sh", parts[1])
    default: return FakeKey("", "", "")
    }
  }
}
