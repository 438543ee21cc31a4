import FleetModel

/// The parts of objects that have a path of their own: scale, eviction, status.
extension FakeCluster {
  mutating func answer(
    part: String, _ route: FakeRoute, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> (status: Int, document: FakeJSON) {
    let object = try find(route)
    switch (part, route.method) {
    case ("scale", "GET") where route.resource.scales: return (200, scale(of: object))
    case ("scale", "PUT") where route.resource.scales:
      return (200, try setScale(try Self.body(asked), of: object, route, at: now))
    case ("scale", "PATCH") where route.resource.scales:
      let patched = try FakePatch.apply(asked, to: scale(of: object), of: route.resource)
      return (200, try setScale(patched, of: object, route, at: now))
    case ("eviction", "POST") where route.resource.kind == "Pod":
      return (201, try evict(route, object, try Self.body(asked), at: now))
    case ("status", "GET"): return (200, object)
    case ("status", "PATCH"):
      let patched = try FakePatch.apply(asked, to: object, of: route.resource)
      var after = object
      after["status"] = patched["status"]
      return (200, write(route.key, after, at: now))
    case ("scale", _) where route.resource.scales, ("eviction", _), ("status", _):
      throw FakeKubernetesRefusal(405, "MethodNotAllowed", "the server does not allow this method")
    default: throw .noSuchPath
    }
  }

  private func scale(of object: FakeJSON) -> FakeJSON {
    var metadata: FakeJSON = [:]
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
      metadata[field] = object["metadata", field]
    }
    let labels = object["spec", "selector", "matchLabels"]?.texts ?? [:]
    let selector = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return [
      "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata,
      "spec": ["replicas": object["spec", "replicas"] ?? 1],
      "status": [
        "replicas": object["status", "replicas"] ?? 0,
        "selector": .text(selector.joined(separator: ",")),
      ],
    ]
  }

  private mutating func setScale(
    _ scale: FakeJSON, of object: FakeJSON, _ route: FakeRoute, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    try FakeKubernetesFields.check(scale, kind: "Scale", version: "autoscaling/v1")
    try conflict(scale["metadata", "resourceVersion"]?.text, object, route)
    var after = object
    after["spec", "replicas"] = scale["spec", "replicas"] ?? 0
    guard !route.isDryRun else { return self.scale(of: after) }
    countScaling(route.key, object, after)
    return self.scale(of: write(route.key, after, at: now))
  }

  private mutating func evict(
    _ route: FakeRoute, _ pod: FakeJSON, _ body: FakeJSON, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    try FakeKubernetesFields.check(eviction: body)
    guard body["metadata", "name"]?.text ?? route.name == route.name else {
      throw .bad("name in URL does not match name in Eviction object")
    }
    let isEnding = pod["metadata", "deletionTimestamp"] != nil
    if !isEnding, pod["status", "phase"]?.text == "Running" { try askBudgets(about: pod) }
    let dry = route.isDryRun || body["deleteOptions", "dryRun"]?.list.isEmpty == false
    if !dry, !isEnding {
      evictions.append(route.key)
      endPod(route.key, grace: body["deleteOptions", "gracePeriodSeconds"]?.number, at: now)
    }
    return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success"]
  }

  private func askBudgets(about pod: FakeJSON) throws(FakeKubernetesRefusal) {
    let labels = pod["metadata", "labels"]?.texts ?? [:]
    let budgets = keys("poddisruptionbudgets.policy").filter { key in
      key.namespace == pod["metadata", "namespace"]?.text
        && FakeSelector.matches(labels, objects[key]?["spec", "selector"])
    }
    guard budgets.count < 2 else {
      throw FakeKubernetesRefusal(
        500, "InternalError",
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
          + "support.")
    }
    guard let key = budgets.first, let status = objects[key]?["status"] else { return }
    guard (status["disruptionsAllowed"]?.number ?? 0) < 1 else { return }
    throw FakeKubernetesRefusal(
      429, "TooManyRequests",
      "Cannot evict pod as it would violate the pod's disruption budget.",
      causes: [
        (
          "DisruptionBudget",
          "The disruption budget \(key.name) needs \(status["desiredHealthy"]?.number ?? 0) healthy "
            + "pods and has \(status["currentHealthy"]?.number ?? 0) currently"
        )
      ], retryAfter: budgetRetry)
  }
}
