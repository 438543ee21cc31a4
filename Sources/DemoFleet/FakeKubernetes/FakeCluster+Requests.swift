import FleetModel
import Foundation

extension FakeCluster {
  /// Everything but a watch.
  mutating func answer(
    _ route: FakeRoute, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> (status: Int, document: FakeJSON) {
    if let part = route.part { return try answer(part: part, route, asked, at: now) }
    switch (route.method, route.name) {
    case ("GET", nil): return (200, try list(route))
    case ("GET", .some): return (200, try find(route))
    case ("POST", nil): return (201, try create(route, asked, at: now))
    case ("PUT", .some): return (200, try replace(route, asked, at: now))
    case ("PATCH", .some):
      let patched = try FakePatch.apply(asked, to: try find(route), of: route.resource)
      return (200, try store(patched, route, at: now))
    case ("DELETE", .some): return (200, try delete(route, asked, at: now))
    default:
      throw FakeKubernetesRefusal(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }
  }

  func find(_ route: FakeRoute) throws(FakeKubernetesRefusal) -> FakeJSON {
    guard let object = objects[route.key] else {
      throw .notFound(route.resource, route.name ?? "")
    }
    return object
  }

  static func body(_ asked: LoopbackServer.Asked) throws(FakeKubernetesRefusal) -> FakeJSON {
    guard let body = FakeJSON(asked.body), body.object != nil else {
      throw .bad("the object provided is unrecognized (must be of type JSON)")
    }
    return body
  }

  private mutating func create(
    _ route: FakeRoute, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    let body = try Self.body(asked)
    try FakeKubernetesFields.check(body, of: route.resource)
    guard let name = body["metadata", "name"]?.text, !name.isEmpty else {
      throw FakeKubernetesRefusal(
        422, "Invalid", "\(route.resource.kind) is invalid: metadata.name: Required value")
    }
    if route.resource.namespaced, route.namespace == nil { throw .noSuchPath }
    let key = FakeKey(route.resource.name, route.namespace ?? "", name)
    guard objects[key] == nil else {
      throw FakeKubernetesRefusal(
        409, "AlreadyExists", "\(route.resource.name) \"\(name)\" already exists")
    }
    guard !route.isDryRun else { return body }
    var object = body
    object["apiVersion"] = .text(route.resource.groupVersion)
    object["kind"] = .text(route.resource.kind)
    return write(key, object, at: now)
  }

  private mutating func replace(
    _ route: FakeRoute, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    let before = try find(route)
    var body = try Self.body(asked)
    try FakeKubernetesFields.check(body, of: route.resource)
    guard body["metadata", "name"]?.text == route.name else {
      throw .bad("the name of the object does not match the name on the URL")
    }
    // A status is written through its own path.
    body["status"] = before["status"]
    return try store(body, route, at: now)
  }

  /// A change of an object that is there; a number of an older state is a conflict.
  private mutating func store(
    _ object: FakeJSON, _ route: FakeRoute, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    let before = try find(route)
    try FakeKubernetesFields.check(object, of: route.resource)
    try conflict(object["metadata", "resourceVersion"]?.text, before, route)
    guard !route.isDryRun else { return object }
    countScaling(route.key, before, object)
    return write(route.key, object, at: now)
  }

  func conflict(
    _ wanted: String?, _ before: FakeJSON, _ route: FakeRoute
  ) throws(FakeKubernetesRefusal) {
    guard let wanted, !wanted.isEmpty, wanted != before["metadata", "resourceVersion"]?.text else {
      return
    }
    throw FakeKubernetesRefusal(
      409, "Conflict",
      "Operation cannot be fulfilled on \(route.resource.name) \"\(route.name ?? "")\": the object "
        + "has been modified; please apply your changes to the latest version and try again")
  }

  mutating func countScaling(_ key: FakeKey, _ before: FakeJSON, _ after: FakeJSON) {
    let isChange =
      before["spec", "replicas"] != after["spec", "replicas"]
      || before["spec", "limits"] != after["spec", "limits"]
    if isChange { scalings[key, default: 0] += 1 }
  }
}

extension FakeCluster {
  private mutating func list(_ route: FakeRoute) throws(FakeKubernetesRefusal) -> FakeJSON {
    let scope = try route.scope()
    let limit = route.query["limit"].flatMap { Int($0) } ?? 0
    guard limit >= 0 else { throw .bad("limit must not be negative") }
    var page: Page
    if let token = route.query["continue"], !token.isEmpty {
      guard let begun = pages.removeValue(forKey: token) else {
        throw FakeKubernetesRefusal(
          410, "Expired",
          "The provided continue parameter is too old to display a consistent list result.")
      }
      page = begun
    } else {
      let items = objects.filter { scope.holds($0.key, $0.value) }.sorted { $0.key < $1.key }
      page = Page(version: version, items: items.map(\.value)[...])
    }
    let taken = limit > 0 ? page.items.prefix(limit) : page.items
    var metadata: FakeJSON = ["resourceVersion": .text(String(page.version))]
    page.items = page.items.dropFirst(taken.count)
    if !page.items.isEmpty {
      let token = nextUID()
      metadata["continue"] = .text(token)
      metadata["remainingItemCount"] = .number(Int64(page.items.count))
      pages[token] = page
    }
    return [
      "kind": .text(route.resource.kind + "List"),
      "apiVersion": .text(route.resource.groupVersion), "metadata": metadata,
      "items": .list(Array(taken)),
    ]
  }

  private mutating func delete(
    _ route: FakeRoute, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    let object = try find(route)
    let options = asked.body.isEmpty ? [:] : try Self.body(asked)
    try FakeKubernetesFields.check(options: options)
    if let uid = options["preconditions", "uid"]?.text, uid != object["metadata", "uid"]?.text {
      throw FakeKubernetesRefusal(
        409, "Conflict",
        "Precondition failed: UID in precondition: \(uid), UID in object meta: "
          + (object["metadata", "uid"]?.text ?? ""))
    }
    guard !route.isDryRun else { return object }
    let grace =
      options["gracePeriodSeconds"]?.number
      ?? route.query["gracePeriodSeconds"].flatMap { Int($0) }
    switch route.resource.kind {
    case "Pod":
      endPod(route.key, grace: grace, at: now)
      return objects[route.key] ?? object
    case "Node", "NodeClaim":
      endNode(of: route.key, at: now)
      return objects[route.key] ?? object
    default:
      remove(route.key)
      return [
        "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
        "details": [
          "name": .text(route.name ?? ""), "group": .text(route.resource.group),
          "kind": .text(route.resource.plural),
        ],
      ]
    }
  }
}
