import FleetModel
import Foundation
import Ports

/// Values to calls, for one API server. An operation is named as an access rule names it, "patch
/// nodes": that is what a ClusterRole has to allow.
struct KubernetesRequests: Sendable {
  /// "https://10.0.0.1:6443", without a slash at the end.
  let server: String

  /// As kubectl's chunks; a node with its images is 10 to 20 kB.
  static let pageSize = 500
  /// The server ends a watch after this long; ours gives it half a minute more.
  static let watchSeconds = 300
  /// Bookmarks come about every minute; a longer silence is a dead connection.
  static let longestSilence = Duration.seconds(90)

  func listNodes(after token: String?) -> CloudCall {
    list("nodes", path: "/api/v1/nodes", after: token)
  }

  func watchNodes(since version: String) -> CloudCall {
    let query = [
      ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
      ("timeoutSeconds", String(Self.watchSeconds)),
    ]
    return call(
      "watch nodes", path: "/api/v1/nodes", query: query,
      limits: HTTPLimits(
        total: .seconds(Self.watchSeconds + 30), connect: .seconds(3), decodedBytes: 1 << 20,
        idle: Self.longestSilence))
  }

  func node(_ name: String) -> CloudCall {
    call("get nodes", path: "/api/v1/nodes/" + Self.escaped(name))
  }

  /// Makes the node take no new pods, or take them again, if it still is as it was read.
  func cordon(_ node: KubeNode, token: String?) -> CloudCall {
    let mark: Any = token ?? NSNull()
    let unschedulable: Any = token == nil ? NSNull() : true
    return call(
      "patch nodes", "PATCH", path: "/api/v1/nodes/" + Self.escaped(node.metadata.name),
      body: [
        "metadata": [
          "annotations": [KubeNode.cordonMark: mark],
          "resourceVersion": node.metadata.resourceVersion ?? "",
        ], "spec": ["unschedulable": unschedulable],
      ])
  }

  func deleteNode(_ node: KubeNode) -> CloudCall {
    delete("nodes", path: "/api/v1/nodes/" + Self.escaped(node.metadata.name), node.metadata.uid)
  }

  func deleteNodeClaim(_ claim: KubeMetadata.Owner) -> CloudCall {
    delete(
      "nodeclaims.karpenter.sh",
      path: "/apis/karpenter.sh/v1/nodeclaims/" + Self.escaped(claim.name), claim.uid)
  }

  func nodeClaim(_ claim: KubeMetadata.Owner) -> CloudCall {
    call(
      "get nodeclaims.karpenter.sh",
      path: "/apis/karpenter.sh/v1/nodeclaims/" + Self.escaped(claim.name))
  }

  func pods(on node: String, after token: String?) -> CloudCall {
    list(
      "pods", path: "/api/v1/pods", [("fieldSelector", "spec.nodeName=" + node)], after: token)
  }

  /// Asks for a pod's end, within the disruption budgets; a namesake of another life is left alone.
  func evict(_ pod: KubePod) -> CloudCall {
    let (name, namespace) = (pod.metadata.name, pod.metadata.namespace ?? "default")
    return call(
      "create pods/eviction", "POST",
      path: "/api/v1/namespaces/\(Self.escaped(namespace))/pods/\(Self.escaped(name))/eviction",
      body: [
        "apiVersion": "policy/v1", "kind": "Eviction",
        "metadata": ["name": name, "namespace": namespace],
        "deleteOptions": ["preconditions": ["uid": pod.metadata.uid ?? ""]],
      ])
  }
}

extension KubernetesRequests {
  /// The workloads of a kind with these labels, in a namespace or, for nil, in all.
  func workloads(
    _ kind: KubeKind, in namespace: String?, labels: String, after token: String?
  ) -> CloudCall {
    let place = namespace.map { "/namespaces/" + Self.escaped($0) } ?? ""
    return list(
      kind.rule, path: "\(kind.root)\(place)/\(kind.plural)", [("labelSelector", labels)],
      after: token)
  }

  func workload(_ name: KubeName) -> CloudCall { call("get " + name.kind.rule, path: name.path) }

  func scale(_ name: KubeName) -> CloudCall {
    call("get \(name.kind.rule)/scale", path: name.path + "/scale")
  }

  /// This many replicas, if nothing was changed since the scale was read.
  func setScale(_ name: KubeName, to replicas: Int, version: String) -> CloudCall {
    call(
      "update \(name.kind.rule)/scale", "PUT", path: name.path + "/scale",
      body: [
        "apiVersion": "autoscaling/v1", "kind": "Scale",
        "metadata": [
          "name": name.name, "namespace": name.namespace, "resourceVersion": version,
        ], "spec": ["replicas": replicas],
      ])
  }

  /// A Karpenter pool's limit on GPUs.
  func setLimit(_ name: KubeName, to gpus: Int, version: String) -> CloudCall {
    call(
      "patch " + name.kind.rule, "PATCH", path: name.path,
      body: [
        "metadata": ["resourceVersion": version],
        "spec": ["limits": [KubeNodePool.gpus: String(gpus)]],
      ])
  }

  /// Of one namespace, or for nil of all.
  func autoscalers(in namespace: String?, after token: String?) -> CloudCall {
    let place = namespace.map { "/namespaces/" + Self.escaped($0) } ?? ""
    return list(
      "horizontalpodautoscalers.autoscaling",
      path: "/apis/autoscaling/v2\(place)/horizontalpodautoscalers", after: token)
  }
}

extension KubernetesRequests {
  private func list(
    _ rule: String, path: String, _ query: [(String, String)] = [], after token: String?
  ) -> CloudCall {
    let page = [("limit", String(Self.pageSize))] + (token.map { [("continue", $0)] } ?? [])
    return call("list " + rule, path: path, query: query + page)
  }

  /// Only if it is the one that was read, not a later one of the same name.
  private func delete(_ rule: String, path: String, _ uid: String?) -> CloudCall {
    var body: [String: Any] = ["apiVersion": "v1", "kind": "DeleteOptions"]
    if let uid { body["preconditions"] = ["uid": uid] }
    return call("delete " + rule, "DELETE", path: path, body: body)
  }

  private func call(
    _ operation: String, _ method: String = "GET", path: String,
    query: [(String, String)] = [], body: [String: Any]? = nil,
    limits: HTTPLimits = CloudCall.limits
  ) -> CloudCall {
    let pairs = query.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
    var headers = [HTTPField("Accept", "application/json")]
    var bytes: [UInt8] = []
    if let body {
      let type = method == "PATCH" ? "application/merge-patch+json" : "application/json"
      headers.append(HTTPField("Content-Type", type))
      let data = try? JSONSerialization.data(
        withJSONObject: body, options: [.sortedKeys, .withoutEscapingSlashes])
      bytes = data.map { Array($0) } ?? []
    }
    return CloudCall(
      operation, method, url: server + path + (pairs.isEmpty ? "" : "?" + pairs),
      headers: headers, body: bytes, effect: method == "GET" ? .look : .change, limits: limits)
  }

  /// RFC 3986 unreserved characters stay as they are.
  private static func escaped(_ text: String) -> String {
    let kept = CharacterSet(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: kept) ?? ""
  }
}
