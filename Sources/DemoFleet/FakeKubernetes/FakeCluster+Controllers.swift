import FleetModel

/// What a cluster does by itself, on the fake's clock: replicas are made and ended, pods get nodes
/// and become ready, deleted things go, Karpenter takes its nodes away.
extension FakeCluster {
  /// Far more than anything needs; past it a fault of the fake must not hang its server.
  private static let mostRounds = 10_000

  mutating func settle(at now: Timestamp) {
    for _ in 0..<Self.mostRounds {
      if isUnsettled {
        isUnsettled = false
        reconcile(at: now)
        continue
      }
      let next = due.filter { $0.value.at <= now }.min {
        ($0.value.at, $0.key) < ($1.value.at, $1.key)
      }
      guard let next else { return }
      due[next.key] = nil
      carryOut(next.value.what, next.key, at: next.value.at)
    }
  }

  private mutating func carryOut(_ what: Due, _ key: FakeKey, at moment: Timestamp) {
    switch what {
    case .podReady: makeReady(key, at: moment)
    case .podGone: remove(key)
    case .nodeReady:
      setCondition(key, "Ready", "True", "KubeletReady", at: moment)
    case .nodeGone: removeNode(key)
    }
  }

  private mutating func reconcile(at now: Timestamp) {
    for key in keys("deployments.apps") + keys("statefulsets.apps") { replicate(key, at: now) }
    for key in keys("pods") { schedule(key, at: now) }
    for key in keys("deployments.apps") + keys("statefulsets.apps") { tell(key, at: now) }
    for key in keys("poddisruptionbudgets.policy") { count(budget: key, at: now) }
  }
}

extension FakeCluster {
  /// The pods a workload has that are not ending, oldest first.
  func pods(of owner: FakeKey) -> [FakeKey] {
    keys("pods").filter { key in
      guard key.namespace == owner.namespace, let pod = objects[key],
        pod["metadata", "deletionTimestamp"] == nil
      else { return false }
      return pod["metadata", "annotations", Self.ownerMark]?.text == owner.name
        && pod["metadata", "annotations", Self.kindMark]?.text == owner.resource
    }
  }

  private static let ownerMark = "fake.finops/workload"
  private static let kindMark = "fake.finops/kind"

  private mutating func replicate(_ owner: FakeKey, at now: Timestamp) {
    guard let workload = objects[owner] else { return }
    let wanted = workload["spec", "replicas"]?.number ?? 1
    let present = pods(of: owner)
    for number in present.count..<max(present.count, wanted) {
      make(number, of: owner, workload, at: now)
    }
    guard present.count > wanted else { return }
    // Those that do not run yet go first, as the ReplicaSet controller has it.
    let ordered = present.sorted { left, right in
      let (a, b) = (isReady(left), isReady(right))
      return a == b ? left < right : b
    }
    for key in ordered.prefix(present.count - wanted) { endPod(key, grace: nil, at: now) }
  }

  private mutating func make(
    _ number: Int, of owner: FakeKey, _ workload: FakeJSON, at now: Timestamp
  ) {
    let isSet = owner.resource == "statefulsets.apps"
    let taken = Set(keys("pods").filter { $0.namespace == owner.namespace }.map(\.name))
    let ordinal = (0...).first { !taken.contains("\(owner.name)-\($0)") } ?? number
    let name = isSet ? "\(owner.name)-\(ordinal)" : "\(owner.name)-6d4b75cb6d-\(nextSuffix())"
    var pod: FakeJSON = ["apiVersion": "v1", "kind": "Pod", "metadata": [:]]
    pod["metadata", "labels"] = workload["spec", "template", "metadata", "labels"]
    pod["metadata", "annotations"] = [
      Self.ownerMark: .text(owner.name), Self.kindMark: .text(owner.resource),
    ]
    pod["metadata", "ownerReferences"] = [
      [
        "apiVersion": "apps/v1", "kind": .text(isSet ? "StatefulSet" : "ReplicaSet"),
        "name": .text(isSet ? owner.name : "\(owner.name)-6d4b75cb6d"),
        "uid": workload["metadata", "uid"] ?? "", "controller": true, "blockOwnerDeletion": true,
      ]
    ]
    pod["spec"] = workload["spec", "template", "spec"] ?? ["containers": []]
    pod["status"] = ["phase": "Pending"]
    write(FakeKey("pods", owner.namespace, name), pod, at: now)
  }

  func isReady(_ pod: FakeKey) -> Bool {
    objects[pod]?["status", "conditions"]?.list.contains {
      $0["type"] == "Ready" && $0["status"] == "True"
    } ?? false
  }

  private mutating func makeReady(_ key: FakeKey, at now: Timestamp) {
    guard var pod = objects[key], pod["metadata", "deletionTimestamp"] == nil else { return }
    let moment = FakeJSON.text(now.description)
    pod["status", "phase"] = "Running"
    pod["status", "startTime"] = moment
    pod["status", "conditions"] = .list(
      ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
        ["type": .text($0), "status": "True", "lastTransitionTime": moment]
      })
    write(key, pod, at: now)
  }

  /// Marks a pod as ending; it goes when its programs have ended, or at once without grace.
  mutating func endPod(_ key: FakeKey, grace: Int?, at now: Timestamp) {
    guard var pod = objects[key] else { return }
    let isUnplaced = pod["spec", "nodeName"] == nil
    let grace = grace ?? pod["spec", "terminationGracePeriodSeconds"]?.number ?? 30
    guard grace > 0, !isUnplaced else { return remove(key) }
    guard pod["metadata", "deletionTimestamp"] == nil else { return }
    pod["metadata", "deletionGracePeriodSeconds"] = .number(Int64(grace))
    pod["metadata", "deletionTimestamp"] = .text(now.advanced(by: .seconds(grace)).description)
    pod["status", "conditions"] = .list(
      (pod["status", "conditions"]?.list ?? []).map { condition in
        guard condition["type"] == "Ready" else { return condition }
        var condition = condition
        condition["status"] = "False"
        return condition
      })
    write(key, pod, at: now)
    due[key] = (.podGone, now.advanced(by: min(lag.podEnd, .seconds(grace))))
  }

  private mutating func tell(_ owner: FakeKey, at now: Timestamp) {
    guard var workload = objects[owner] else { return }
    let present = pods(of: owner)
    let ready = Int64(present.filter { isReady($0) }.count)
    let count = Int64(present.count)
    var status: FakeJSON = [
      "observedGeneration": workload["metadata", "generation"] ?? 1,
      "replicas": .number(count), "updatedReplicas": .number(count),
    ]
    // What is zero is left out, as Go's omitempty has it.
    if ready > 0 {
      status["readyReplicas"] = .number(ready)
      status["availableReplicas"] = .number(ready)
    }
    if owner.resource == "deployments.apps" {
      if count > ready { status["unavailableReplicas"] = .number(count - ready) }
      status["conditions"] = [
        [
          "type": "Available", "status": .text(ready >= count ? "True" : "False"),
          "reason": "MinimumReplicas", "message": "",
        ]
      ]
    }
    workload["status"] = status
    write(owner, workload, at: now)
  }

  private mutating func count(budget key: FakeKey, at now: Timestamp) {
    guard var budget = objects[key] else { return }
    let chosen = keys("pods").filter { pod in
      pod.namespace == key.namespace
        && FakeSelector.matches(
          objects[pod]?["metadata", "labels"]?.texts ?? [:], budget["spec", "selector"])
        && objects[pod]?["metadata", "deletionTimestamp"] == nil
    }
    let healthy = chosen.filter { isReady($0) }.count
    let wanted: Int
    if let least = budget["spec", "minAvailable"] {
      wanted = Self.share(least, of: chosen.count)
    } else {
      wanted = max(0, chosen.count - Self.share(budget["spec", "maxUnavailable"], of: chosen.count))
    }
    budget["status"] = [
      "currentHealthy": .number(Int64(healthy)), "desiredHealthy": .number(Int64(wanted)),
      "disruptionsAllowed": .number(Int64(max(0, healthy - wanted))),
      "expectedPods": .number(Int64(chosen.count)),
      "observedGeneration": budget["metadata", "generation"] ?? 1,
    ]
    write(key, budget, at: now)
  }

  /// A number, or a percentage rounded up.
  private static func share(_ value: FakeJSON?, of whole: Int) -> Int {
    if let text = value?.text, text.hasSuffix("%"), let percent = Int(text.dropLast()) {
      return (whole * percent + 99) / 100
    }
    return value?.number ?? 0
  }
}
