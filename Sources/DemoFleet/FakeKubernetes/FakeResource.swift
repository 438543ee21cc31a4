/// One kind of object the fake API server keeps.
struct FakeResource: Sendable, Hashable {
  /// "" for the core group.
  var group: String
  var version: String
  var kind: String
  var plural: String
  var short: [String] = []
  var namespaced = true
  var scales = false
  /// From a CustomResourceDefinition: no strategic merge patch.
  var custom = false

  var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// As in an access rule: "deployments.apps".
  var name: String { group.isEmpty ? plural : "\(plural).\(group)" }

  static let all: [FakeResource] = [
    FakeResource(
      group: "", version: "v1", kind: "Node", plural: "nodes", short: ["no"],
      namespaced: false),
    FakeResource(
      group: "", version: "v1", kind: "Namespace", plural: "namespaces", short: ["ns"],
      namespaced: false),
    FakeResource(group: "", version: "v1", kind: "Pod", plural: "pods", short: ["po"]),
    FakeResource(group: "", version: "v1", kind: "Event", plural: "events", short: ["ev"]),
    FakeResource(
      group: "apps", version: "v1", kind: "Deployment", plural: "deployments", short: ["deploy"],
      scales: true),
    FakeResource(
      group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets", short: ["sts"],
      scales: true),
    FakeResource(
      group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets", short: ["rs"],
      scales: true),
    FakeResource(
      group: "apps", version: "v1", kind: "DaemonSet", plural: "daemonsets", short: ["ds"]),
    FakeResource(
      group: "policy", version: "v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets",
      short: ["pdb"]),
    FakeResource(
      group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler",
      plural: "horizontalpodautoscalers", short: ["hpa"]),
    FakeResource(
      group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases"),
    FakeResource(
      group: "karpenter.sh", version: "v1", kind: "NodePool", plural: "nodepools",
      namespaced: false, custom: true),
    FakeResource(
      group: "karpenter.sh", version: "v1", kind: "NodeClaim", plural: "nodeclaims",
      namespaced: false, custom: true),
  ]

  static func named(_ name: String) -> FakeResource? { all.first { $0.name == name } }
}

/// What the server says of itself.
extension FakeResource {
  private static let verbs: FakeJSON = [
    "create", "delete", "get", "list", "patch", "update", "watch",
  ]

  /// The document at a discovery path; nil for any other path.
  static func discovery(_ path: String) -> FakeJSON? {
    switch path {
    case "/version", "/version/": return version
    case "/api":
      return [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [
          ["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"]
        ],
      ]
    case "/apis": return groups
    default: break
    }
    let words = path.split(separator: "/").map(String.init)
    if words == ["api", "v1"] { return resources(of: "", "v1") }
    guard words.count == 3, words[0] == "apis" else { return nil }
    return resources(of: words[1], words[2])
  }

  private static let version: FakeJSON = [
    "major": "1", "minor": "37", "gitVersion": "v1.37.0", "gitCommit": "0", "gitTreeState": "clean",
    "buildDate": "2026-08-01T00:00:00Z", "goVersion": "go1.26", "compiler": "gc",
    "platform": "linux/amd64",
  ]

  private static var groups: FakeJSON {
    var names: [String] = []
    for resource in all where !resource.group.isEmpty && !names.contains(resource.group) {
      names.append(resource.group)
    }
    let groups = names.map { name -> FakeJSON in
      let version = all.first { $0.group == name }?.version ?? "v1"
      let this: FakeJSON = ["groupVersion": .text("\(name)/\(version)"), "version": .text(version)]
      return ["name": .text(name), "versions": [this], "preferredVersion": this]
    }
    return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .list(groups)]
  }

  private static func resources(of group: String, _ version: String) -> FakeJSON? {
    let members = all.filter { $0.group == group && $0.version == version }
    guard !members.isEmpty else { return nil }
    return [
      "kind": "APIResourceList", "apiVersion": "v1",
      "groupVersion": .text(group.isEmpty ? version : "\(group)/\(version)"),
      "resources": .list(members.flatMap(\.entries)),
    ]
  }

  private var entries: [FakeJSON] {
    var entries: [FakeJSON] = [
      [
        "name": .text(plural), "singularName": .text(kind.lowercased()),
        "namespaced": .bool(namespaced), "kind": .text(kind), "verbs": Self.verbs,
        "shortNames": .list(short.map { .text($0) }),
      ]
    ]
    if plural == "pods" {
      entries.append(sub("eviction", "policy", "v1", "Eviction", ["create"]))
    }
    if scales {
      entries.append(sub("scale", "autoscaling", "v1", "Scale", ["get", "patch", "update"]))
    }
    return entries
  }

  private func sub(
    _ name: String, _ group: String, _ version: String, _ kind: String, _ verbs: FakeJSON
  ) -> FakeJSON {
    [
      "name": .text("\(plural)/\(name)"), "singularName": "", "namespaced": true,
      "group": .text(group), "version": .text(version), "kind": .text(kind), "verbs": verbs,
    ]
  }
}
