import FleetModel

/// Nodes: which pods fit, and how they go.
extension FakeCluster {
  static let karpenterFinalizer = "karpenter.sh/termination"

  /// Gives a waiting pod the first node it fits on, or says why it waits.
  mutating func schedule(_ key: FakeKey, at now: Timestamp) {
    guard var pod = objects[key], pod["spec", "nodeName"] == nil,
      pod["metadata", "deletionTimestamp"] == nil
    else { return }
    guard let node = keys("nodes").first(where: { fits(pod, $0) }) else {
      pod["status", "conditions"] = [
        [
          "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
          "message": .text("0/\(keys("nodes").count) nodes are available."),
        ]
      ]
      write(key, pod, at: now)
      return
    }
    pod["spec", "nodeName"] = .text(node.name)
    pod["status", "conditions"] = [["type": "PodScheduled", "status": "True"]]
    write(key, pod, at: now)
    due[key] = (.podReady, now.advanced(by: lag.podStart))
  }

  private func fits(_ pod: FakeJSON, _ key: FakeKey) -> Bool {
    guard let node = objects[key], node["metadata", "deletionTimestamp"] == nil,
      node["spec", "unschedulable"]?.bool != true, isReady(node: node)
    else { return false }
    let labels = node["metadata", "labels"]?.texts ?? [:]
    let selector = pod["spec", "nodeSelector"]?.texts ?? [:]
    guard selector.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
    let tolerated = pod["spec", "tolerations"]?.list ?? []
    let isRepelled = (node["spec", "taints"]?.list ?? []).contains { taint in
      taint["effect"] != "PreferNoSchedule"
        && !tolerated.contains { $0["key"] == nil || $0["key"] == taint["key"] }
    }
    guard !isRepelled else { return false }
    let capacity = node["status", "allocatable", "nvidia.com/gpu"]?.number ?? 0
    let used = pods(on: key.name).compactMap { objects[$0] }.reduce(0) { $0 + Self.gpus(of: $1) }
    return used + Self.gpus(of: pod) <= capacity || Self.gpus(of: pod) == 0
  }

  func pods(on node: String) -> [FakeKey] {
    keys("pods").filter { objects[$0]?["spec", "nodeName"]?.text == node }
  }

  private static func gpus(of pod: FakeJSON) -> Int {
    (pod["spec", "containers"]?.list ?? []).reduce(0) { sum, container in
      sum + (container["resources", "limits", "nvidia.com/gpu"]?.number ?? 0)
    }
  }

  private func isReady(node: FakeJSON) -> Bool {
    node["status", "conditions"]?.list.contains {
      $0["type"] == "Ready" && $0["status"] == "True"
    } ?? false
  }

  mutating func setCondition(
    _ key: FakeKey, _ type: String, _ status: String, _ reason: String, at now: Timestamp
  ) {
    guard var node = objects[key] else { return }
    var conditions = node["status", "conditions"]?.list ?? []
    conditions.removeAll { $0["type"] == .text(type) }
    conditions.append([
      "type": .text(type), "status": .text(status), "reason": .text(reason),
      "message": .text(reason), "lastTransitionTime": .text(now.description),
      "lastHeartbeatTime": .text(now.description),
    ])
    node["status", "conditions"] = .list(conditions)
    write(key, node, at: now)
  }

  /// Someone deletes a node or a claim. Karpenter's finalizer keeps both until the machine is gone;
  /// a node without it is forgotten at once.
  mutating func endNode(of key: FakeKey, at now: Timestamp) {
    guard let (node, claim) = pair(of: key) else { return remove(key) }
    for each in [node, claim] {
      guard var object = objects[each], object["metadata", "deletionTimestamp"] == nil else {
        continue
      }
      object["metadata", "deletionTimestamp"] = .text(now.description)
      if each == node {
        object["spec", "taints"] = .list(
          (object["spec", "taints"]?.list ?? []) + [
            ["key": "karpenter.sh/disrupted", "effect": "NoSchedule"]
          ])
        due[node] = (.nodeGone, now.advanced(by: lag.nodeEnd))
      }
      write(each, object, at: now)
    }
  }

  /// A node of Karpenter's and its claim, found by either; nil for other nodes.
  private func pair(of key: FakeKey) -> (node: FakeKey, claim: FakeKey)? {
    let node =
      key.resource == "nodes"
      ? key : FakeKey("nodes", objects[key]?["status", "nodeName"]?.text ?? "")
    guard let object = objects[node],
      let owner = object["metadata", "ownerReferences"]?.list.first(where: {
        $0["kind"] == "NodeClaim"
      }), let name = owner["name"]?.text
    else { return nil }
    return (node, FakeKey("nodeclaims.karpenter.sh", name))
  }

  mutating func removeNode(_ key: FakeKey) {
    if let claim = pair(of: key)?.claim { remove(claim) }
    remove(key)
    for pod in pods(on: key.name) { remove(pod) }
  }
}
