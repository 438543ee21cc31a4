import Planner

extension CloudCapabilities {
  /// A Kubernetes cluster. Machines are its autoscaler's (Karpenter, Cluster Autoscaler) to make and
  /// to end; replicas are ours to ask for.
  public static let kubernetes = CloudCapabilities(
    name: "kubernetes",
    acts: [
      .launch: .cannot(
        reason: "a cluster makes no machines: raise replicas, and Karpenter or the Cluster "
          + "Autoscaler makes nodes for them"),
      .start: .can(note: "uncordons a node that finops cordoned, and no other"),
      .stop: .cannot(
        reason: "a node that is cordoned and drained is billed as before; terminate drains it and "
          + "gives Karpenter's nodes back"),
      .terminate: .can(
        note: "cordon, evict within disruption budgets, then delete the NodeClaim of Karpenter's "
          + "node; any other node stays cordoned and empty until its autoscaler or a person "
          + "removes it, and is billed until then"),
      .keep: .cannot(reason: "to keep a node nothing is sent"),
      .scaleUp: .can(
        note: "Deployments, StatefulSets, and the GPU limit of Karpenter NodePools; pods wait "
          + "where no node fits"),
      .scaleDown: .can(
        note: "the controller chooses which pods end; refused where a HorizontalPodAutoscaler or "
          + "KEDA owns the number; a lower NodePool limit ends no node"),
      .unload: .cannot(reason: "the API server does not reach into the engine in a pod"),
    ],
    permissions: kubernetesPermissions,
    idempotency: [
      .start: .absolute, .terminate: .absolute, .scaleUp: .absolute, .scaleDown: .absolute,
    ],
    policy: ClusterRole.text)

  private static let kubernetesPermissions: [Permission] =
    [
      rule("list nodes", "lists the fleet"),
      rule(
        "watch nodes",
        "sees changes and interruptions within a second; without it every look "
          + "is a list"),
      rule("get nodes", "looks at one node before and after an act"),
      rule(
        "get nodeclaims.karpenter.sh",
        "sees whether the claim of Karpenter's node is marked to be left alone"),
      rule("list pods", acts: true, "finds what runs on a node that is drained"),
      rule("patch nodes", acts: true, "cordons and uncordons"),
      rule("create pods/eviction", acts: true, "drains within disruption budgets"),
      rule("delete nodes", acts: true, "gives a node of Karpenter's back that has no claim"),
      rule("delete nodeclaims.karpenter.sh", acts: true, "gives a node of Karpenter's back"),
      rule(
        "list horizontalpodautoscalers.autoscaling",
        "leaves workloads alone that an autoscaler owns; without it finops can not tell"),
      rule("patch nodepools.karpenter.sh", acts: true, "changes a NodePool's GPU limit"),
    ]
    + KubeKind.allCases.flatMap { kind in
      ["list", "get"].map { rule("\($0) \(kind.rule)", "reads \(kind.kind)s of the fleet") }
    }
    + [KubeKind.deployment, .statefulset].flatMap { kind in
      ["get", "update"].map {
        rule("\($0) \(kind.rule)/scale", acts: true, "changes a \(kind.kind)'s replicas")
      }
    }

  private static func rule(_ name: String, acts: Bool = false, _ reason: String) -> Permission {
    Permission(name, calls: [name], acts: acts, reason: reason)
  }
}

/// An administrator's ClusterRole.
enum ClusterRole {
  /// YAML for `kubectl apply`: a rule for each resource, its verbs sorted. An unreadable permission
  /// would be left out, so each is "VERB RESOURCE[.GROUP][/PART]".
  static func text(_ permissions: [Permission]) -> String {
    var verbs: [Resource: Set<String>] = [:]
    for permission in permissions {
      guard let (verb, resource) = parse(permission.name) else { continue }
      verbs[resource, default: []].insert(verb)
    }
    let rules = verbs.sorted { ($0.key.group, $0.key.name) < ($1.key.group, $1.key.name) }
      .map { resource, verbs in
        """
          - apiGroups: ["\(resource.group)"]
            resources: ["\(resource.name)"]
            verbs: [\(verbs.sorted().map { "\"\($0)\"" }.joined(separator: ", "))]
        """
      }
    return """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata:
        name: finops
      rules:
      \(rules.joined(separator: "\n"))

      """
  }

  private struct Resource: Hashable {
    var group: String
    var name: String
  }

  private static func parse(_ name: String) -> (verb: String, Resource)? {
    let words = name.split(separator: " ").map(String.init)
    guard words.count == 2 else { return nil }
    let halves = words[1].split(separator: "/").map(String.init)
    let parts = halves[0].split(separator: ".", maxSplits: 1).map(String.init)
    let part = halves.count > 1 ? "/" + halves[1] : ""
    return (words[0], Resource(group: parts.count > 1 ? parts[1] : "", name: parts[0] + part))
  }
}
