/// The two kinds of patch that are offered; a JSON patch (RFC 6902) and server-side apply are not.
enum FakePatch {
  static func apply(
    _ asked: LoopbackServer.Asked, to object: FakeJSON, of resource: FakeResource
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    let type = (asked.headers["content-type"] ?? "").split(separator: ";").first.map(String.init)
    let isStrategic = type == "application/strategic-merge-patch+json"
    guard type == "application/merge-patch+json" || isStrategic && !resource.custom else {
      throw FakeKubernetesRefusal(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
          + "application/merge-patch+json"
          + (resource.custom ? "" : ", application/strategic-merge-patch+json"))
    }
    let patch = try FakeCluster.body(asked)
    for field in ["kind", "apiVersion"] {
      if let said = patch[field], said != object[field] {
        throw .bad("\(field) can not be changed by a patch")
      }
    }
    return isStrategic ? try strategic(object, patch, "") : merged(object, patch)
  }

  /// RFC 7396.
  static func merged(_ target: FakeJSON, _ patch: FakeJSON) -> FakeJSON {
    guard let changes = patch.object else { return patch }
    var members = target.object ?? [:]
    for (key, value) in changes {
      members[key] = value == .null ? nil : merged(members[key] ?? .null, value)
    }
    return .object(members)
  }

  /// A merge in which lists of named things are merged by name, as far as it is used here.
  private static func strategic(
    _ target: FakeJSON, _ patch: FakeJSON, _ field: String
  ) throws(FakeKubernetesRefusal) -> FakeJSON {
    if case .list(let changes) = patch, ["containers", "env", "volumes"].contains(field) {
      var items = target.list
      for change in changes {
        let place = items.firstIndex { $0["name"] == change["name"] }
        if let place {
          items[place] = try strategic(items[place], change, "")
        } else {
          items.append(change)
        }
      }
      return .list(items)
    }
    guard let changes = patch.object else { return patch }
    var members = target.object ?? [:]
    for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
      if key.hasPrefix("$setElementOrder") { continue }
      guard !key.hasPrefix("$") else { throw .bad("the directive \(key) is not offered") }
      members[key] = value == .null ? nil : try strategic(members[key] ?? .null, value, key)
    }
    return .object(members)
  }
}
