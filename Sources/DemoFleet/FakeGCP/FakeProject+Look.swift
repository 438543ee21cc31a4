import FleetModel

extension FakeProject {
  func look(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    let parts = asked.operation.split(separator: ".").map(String.init)
    switch (parts[0], parts[1]) {
    case ("instances", "get"): return describe(try find(asked, at: now), at: now)
    case ("instances", _):
      let all = listed(at: now).map { (place: "zones/\($0.zone)", key: $0.name, it: $0) }
      return try list(asked, "instance", "instances", all) { describe($0, at: now) }
    case ("instanceGroupManagers", "get"), ("regionInstanceGroupManagers", "get"):
      return describe(try group(asked), at: now)
    case (_, "listManagedInstances"):
      let members = members(of: try group(asked), at: now)
      return ["managedInstances": .list(members.map { describeMember($0, at: now) })]
    case ("instanceGroupManagers", _), ("regionInstanceGroupManagers", _):
      let all = groups.values.map { (place: $0.scope, key: $0.name, it: $0) }
      return try list(asked, "instanceGroupManager", "instanceGroupManagers", all) {
        describe($0, at: now)
      }
    case ("zoneOperations", _), ("regionOperations", _): return try operation(asked, at: now)
    default: return try fact(asked)
    }
  }

  private func operation(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    if asked.operation == "zoneOperations.list" {
      let all = operations.values.map { (place: $0.scope, key: $0.name, it: $0) }
      return try list(asked, "operation", "operations", all) { describe($0, at: now) }
    }
    guard let operation = operations[asked.name], operation.scope == asked.scope else {
      throw .notFound("projects/\(id)/\(asked.scope)/operations/\(asked.name)")
    }
    return describe(operation, at: now)
  }

  private func listed(at now: Timestamp) -> [FakeGCPInstance] {
    instances.values.filter { $0.exists(at: now) && $0.visibleAt <= now }
  }

  /// What does not change: zones, types, templates.
  private func fact(_ asked: GCPAsked) throws(GCPRefusal) -> GCPJSON {
    let zone = asked.zone ?? ""
    switch asked.operation {
    case "machineTypes.get":
      guard let type = FakeGCPType.all[asked.name] else {
        throw .notFound("projects/\(id)/zones/\(zone)/machineTypes/\(asked.name)")
      }
      return describe(type, in: zone)
    case "machineTypes.list":
      let all = FakeGCPType.all.values.map { (place: asked.scope, key: $0.name, it: $0) }
      return try list(asked, "machineType", "machineTypes", all) { describe($0, in: zone) }
    case "acceleratorTypes.get":
      guard accelerators.contains(asked.name) else {
        throw .notFound("projects/\(id)/zones/\(zone)/acceleratorTypes/\(asked.name)")
      }
      return describeAccelerator(asked.name, in: zone)
    case "acceleratorTypes.list":
      let all = accelerators.map { (place: asked.scope, key: $0, it: $0) }
      return try list(asked, "acceleratorType", "acceleratorTypes", all) {
        describeAccelerator($0, in: zone)
      }
    case "zones.get": return describeZone(zone)
    case "instanceTemplates.get":
      guard let template = templates[asked.name] else {
        throw .notFound("projects/\(id)/global/instanceTemplates/\(asked.name)")
      }
      return describe(template)
    default:
      let all = zones.map { (place: asked.scope, key: $0, it: $0) }
      return try list(asked, "zone", "zones", all) { describeZone($0) }
    }
  }

  private var accelerators: [String] {
    Set(FakeGCPType.all.values.compactMap(\.gpu)).union(FakeGCPType.attachable.keys).sorted()
  }

  /// A page of a list, of one place or of all.
  private func list<Item>(
    _ asked: GCPAsked, _ one: String, _ many: String,
    _ all: [(place: String, key: String, it: Item)],
    _ describe: (Item) -> GCPJSON
  ) throws(GCPRefusal) -> GCPJSON {
    let filter = try GCPFilter(asked.query["filter"])
    let isWhole = asked.operation.hasSuffix("aggregatedList")
    let sorted = all.filter { isWhole ? !silent.contains($0.place) : $0.place == asked.scope }
      .map { (place: $0.place, key: "\($0.place)/\($0.key)", it: describe($0.it)) }
      .filter { filter.takes($0.it) }.sorted { $0.key < $1.key }
    let most = asked.query["maxResults"].flatMap { Int($0) } ?? 500
    var rest = sorted[...]
    if let token = asked.query["pageToken"] {
      guard let start = sorted.firstIndex(where: { Self.token($0.key) == token }) else {
        throw .invalid("Invalid value for field 'pageToken': '\(token)'.")
      }
      rest = sorted[start...]
    }
    let page = rest.prefix(most)
    let following = rest.dropFirst(most).first.map { GCPJSON.string(Self.token($0.key)) }
    if isWhole { return aggregate(asked, one, many, Array(page), next: following) }
    let path = asked.scope == "zones/" ? "zones" : "\(asked.scope)/\(many)"
    return .filled([
      "kind": .string("compute#\(one)List"), "id": .string("projects/\(id)/\(path)"),
      "items": page.isEmpty ? nil : .list(page.map(\.it)), "nextPageToken": following,
      "selfLink": .string(link(path)),
    ])
  }

  /// Every place has a part in it; an empty one says so, a silent one too.
  private func aggregate(
    _ asked: GCPAsked, _ one: String, _ many: String,
    _ page: [(place: String, key: String, it: GCPJSON)], next: GCPJSON?
  ) -> GCPJSON {
    var places = Set(zones.map { "zones/\($0)" })
    if one != "instance" { places.formUnion(zones.map { "regions/\(Self.region(of: $0))" }) }
    var parts: [String: GCPJSON] = [:]
    for place in places {
      let items = page.filter { $0.place == place }.map(\.it)
      let code = silent.contains(place) ? "UNREACHABLE" : "NO_RESULTS_ON_PAGE"
      let warning: GCPJSON = [
        "code": .string(code),
        "message": .string(
          code == "UNREACHABLE"
            ? "The \(place) could not be reached."
            : "There are no results for scope '\(place)' on this page."),
        "data": [["key": "scope", "value": .string(place)]],
      ]
      parts[place] = items.isEmpty ? ["warning": warning] : [many: .list(items)]
    }
    let missing = silent.intersection(places).sorted().map { GCPJSON.string($0) }
    return .filled([
      "kind": .string("compute#\(one)AggregatedList"),
      "id": .string("projects/\(id)/aggregated/\(many)"), "items": .object(parts),
      "nextPageToken": next, "selfLink": .string(link("aggregated/\(many)")),
      "unreachables": missing.isEmpty ? nil : .list(missing),
    ])
  }

  private static func token(_ key: String) -> String {
    "p" + key.utf8.map { String($0, radix: 16) }.joined()
  }
}

/// The conditions of a list's filter, as far as a controller uses them: labels, name and status.
struct GCPFilter {
  private var conditions: [(field: String, value: String)] = []

  init(_ text: String?) throws(GCPRefusal) {
    guard let text, !text.isEmpty else { return }
    let plain = text.replacing("(", with: " ").replacing(")", with: " ").replacing(
      " AND ", with: " "
    )
    .replacing(" = ", with: "=").replacing("\"", with: "")
    for condition in plain.split(separator: " ") {
      let halves = condition.split(separator: "=", maxSplits: 1).map(String.init)
      guard halves.count == 2,
        halves[0].hasPrefix("labels.") || ["name", "status"].contains(halves[0])
      else {
        throw .invalid(
          "Invalid value for field 'filter': '\(text)'. Invalid list filter expression.")
      }
      conditions.append((halves[0], halves[1]))
    }
  }

  func takes(_ item: GCPJSON) -> Bool {
    conditions.allSatisfy { field, value in
      guard field.hasPrefix("labels.") else { return item[field]?.text == value }
      return item["labels"]?.texts[String(field.dropFirst(7))] == value
    }
  }
}
