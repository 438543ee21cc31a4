import Foundation

/// What a request is about: the parts of its path and its query.
struct FakeRoute: Sendable {
  var resource: FakeResource
  var namespace: String?
  var name: String?
  /// "scale", "eviction", "status".
  var part: String?
  var method: String
  var query: [String: String]

  /// nil when there is no such path.
  init?(_ asked: LoopbackServer.Asked) {
    var words = asked.path.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
    guard let first = words.first else { return nil }
    let (group, version): (String, String)
    switch first {
    case "api" where words.count >= 3: (group, version, words) = ("", words[1], Array(words[2...]))
    case "apis" where words.count >= 4:
      (group, version, words) = (words[1], words[2], Array(words[3...]))
    default: return nil
    }
    if words[0] == "namespaces", words.count >= 3 {
      namespace = words[1]
      words.removeFirst(2)
    }
    let known = FakeResource.all.first {
      $0.group == group && $0.version == version && $0.plural == words[0]
    }
    guard let resource = known, words.count <= 3 else { return nil }
    guard namespace == nil || resource.namespaced else { return nil }
    self.resource = resource
    name = words.count > 1 ? words[1] : nil
    part = words.count > 2 ? words[2] : nil
    method = asked.method
    query = Self.query(asked.query)
    // Of a kind that lives in namespaces, only lists go over all of them.
    if resource.namespaced, namespace == nil, name != nil { return nil }
  }

  static func query(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "&").map { pair -> (String, String) in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let words = halves.map {
        String($0).replacing("+", with: " ").removingPercentEncoding ?? String($0)
      }
      return (words[0], words.count > 1 ? words[1] : "")
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  var isWatch: Bool { ["1", "true"].contains(query["watch"]) }
  var isDryRun: Bool { query["dryRun"] == "All" }

  /// As an access rule says it: "list nodes", "create pods/eviction"; nil for a method without one.
  var action: String? {
    let verb: String
    switch method {
    case "GET": verb = name != nil ? "get" : isWatch ? "watch" : "list"
    case "POST": verb = "create"
    case "PUT": verb = "update"
    case "PATCH": verb = "patch"
    case "DELETE": verb = name == nil ? "deletecollection" : "delete"
    default: return nil
    }
    return "\(verb) \(resource.name)" + (part.map { "/\($0)" } ?? "")
  }

  var key: FakeKey { FakeKey(resource.name, namespace ?? "", name ?? "") }

  func scope() throws(FakeKubernetesRefusal) -> FakeScope {
    guard let labels = FakeSelector(query["labelSelector"] ?? "") else {
      throw .bad("unable to parse requirement: \(query["labelSelector"] ?? "")")
    }
    guard let fields = FakeSelector(query["fieldSelector"] ?? "") else {
      throw .bad("invalid selector: \(query["fieldSelector"] ?? "")")
    }
    let known = FakeScope.fieldNames[resource.plural] ?? ["metadata.name", "metadata.namespace"]
    for rule in fields.rules {
      guard case .equals(let name, _) = rule else {
        if case .differs(let name, _) = rule, known.contains(name) { continue }
        throw .bad("field label not supported")
      }
      guard known.contains(name) else { throw .bad("field label not supported: \(name)") }
    }
    return FakeScope(resource: resource, namespace: namespace, labels: labels, fields: fields)
  }
}
