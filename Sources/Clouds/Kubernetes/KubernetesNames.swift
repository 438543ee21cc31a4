import FleetModel

/// A kind of workload.
enum KubeKind: String, Sendable, Hashable, CaseIterable {
  case deployment
  case statefulset
  case nodepool

  var plural: String { rawValue + "s" }
  /// The path of its API group.
  var root: String { self == .nodepool ? "/apis/karpenter.sh/v1" : "/apis/apps/v1" }
  /// As an access rule names it.
  var rule: String { "\(plural).\(self == .nodepool ? "karpenter.sh" : "apps")" }
  /// As another object refers to it.
  var kind: String {
    switch self {
    case .deployment: "Deployment"
    case .statefulset: "StatefulSet"
    case .nodepool: "NodePool"
    }
  }
}

/// The name of a workload in the cluster: "deployment/default/chat", "nodepool/gpu".
struct KubeName: Sendable, Hashable {
  var kind: KubeKind
  /// Empty for a node pool.
  var namespace: String
  var name: String

  init(_ kind: KubeKind, _ namespace: String, _ name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// nil when the id is no name of ours: names are those of DNS, so no part of a path.
  init?(_ id: WorkloadID) {
    let parts = id.parts
    guard let kind = parts.first.flatMap(KubeKind.init),
      parts.count == (kind == .nodepool ? 2 : 3), parts.dropFirst().allSatisfy(Self.isName)
    else { return nil }
    self.init(kind, kind == .nodepool ? "" : parts[1], parts[parts.count - 1])
  }

  var id: WorkloadID {
    WorkloadID(
      ([kind.rawValue] + (namespace.isEmpty ? [] : [namespace]) + [name])
        .joined(separator: "/"))
  }

  var path: String {
    let place = namespace.isEmpty ? "" : "/namespaces/\(namespace)"
    return "\(kind.root)\(place)/\(kind.plural)/\(name)"
  }

  /// RFC 1123 subdomains: lower case, digits, "-" and ".".
  static func isName(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy {
        $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2d || $0 == 0x2e
      }
  }
}
