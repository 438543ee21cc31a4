import FleetModel

extension FakeRegion {
  mutating func describe(
    _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let ids = form.list("InstanceId")
    let size = form.take("MaxResults")
    let token = form.take("NextToken")
    let filters = filters(&form)
    try admit(&form)
    guard ids.isEmpty || (size == nil && token == nil) else {
      throw Refusal(
        code: "InvalidParameterCombination",
        message: "The parameter instancesSet cannot be used with the parameter maxResults")
    }
    let limit = size.map { Int($0) ?? 0 } ?? 1000
    guard (5...1000).contains(limit) else {
      throw Refusal(
        code: "InvalidParameterValue",
        message: "Value (\(limit)) for parameter maxResults is "
          + "invalid. Expecting a value between 5 and 1000.")
    }
    let start = try token.map { token throws(Refusal) in try Self.start(of: token) } ?? ""
    var found =
      ids.isEmpty ? instances.values.filter { $0.visibleAt <= now } : try find(ids, at: now)
    for filter in filters {
      let kept = try found.map { instance throws(Refusal) in
        try Self.matches(instance, filter, at: now)
      }
      found = zip(found, kept).filter(\.1).map(\.0)
    }
    let rest = found.sorted { $0.id < $1.id }.filter { $0.id > start }
    let page = rest.prefix(limit)
    let reservations = page.map { instance in
      [
        FakeXML("reservationId", "r-" + instance.id.dropFirst(2)),
        FakeXML("ownerId", "111122223333"), FakeXML("groupSet", []),
        FakeXML.list("instancesSet", [describe(instance, at: now)]),
      ]
    }
    var answer = [FakeXML.list("reservationSet", reservations)]
    if rest.count > page.count, let last = page.last {
      answer.append(FakeXML("nextToken", "after." + last.id))
    }
    return answer
  }

  private static func start(of token: String) throws(Refusal) -> String {
    guard token.hasPrefix("after.i-") else {
      throw Refusal(code: "InvalidNextToken", message: "The token '\(token)' is invalid")
    }
    return String(token.dropFirst("after.".count))
  }

  struct Filter {
    var name: String
    var values: [String]
  }

  private func filters(_ form: inout FakeForm) -> [Filter] {
    var filters: [Filter] = []
    while let name = form.take("Filter.\(filters.count + 1).Name") {
      filters.append(
        Filter(name: name, values: form.list("Filter.\(filters.count + 1).Value")))
    }
    return filters
  }

  /// Any of the values, with EC2's wildcards.
  private static func matches(
    _ instance: FakeInstance, _ filter: Filter, at now: Timestamp
  ) throws(Refusal) -> Bool {
    let said: [String]
    switch filter.name {
    case "instance-id": said = [instance.id]
    case "instance-type": said = [instance.type]
    case "instance-state-name": said = [instance.state(at: now).rawValue]
    case "availability-zone": said = [instance.zone]
    case "client-token": said = [instance.clientToken]
    case "tag-key": said = Array(instance.tags.keys)
    case let name where name.hasPrefix("tag:"):
      said = instance.tags[String(name.dropFirst(4))].map { [$0] } ?? []
    default:
      throw Refusal(
        code: "InvalidParameterValue", message: "The filter '\(filter.name)' is invalid")
    }
    return said.contains { text in
      filter.values.contains { Wildcard.matches(Array(text)[...], Array($0)[...]) }
    }
  }

  func describe(_ instance: FakeInstance, at now: Timestamp) -> [FakeXML] {
    var item = [
      FakeXML("instanceId", instance.id), FakeXML("imageId", instance.image),
      FakeXML.state("instanceState", instance.state(at: now)),
      FakeXML("instanceType", instance.type),
      FakeXML("launchTime", Self.millis(instance.launchedAt)),
      FakeXML(
        "placement",
        [FakeXML("availabilityZone", instance.zone), FakeXML("tenancy", "default")]),
      FakeXML("privateIpAddress", instance.privateAddress),
      FakeXML("clientToken", instance.clientToken),
    ]
    item.append(
      FakeXML("rootDeviceType", instance.isStoreRooted ? "instance-store" : "ebs"))
    if let principal = instance.managedBy {
      item.append(
        FakeXML("operator", [FakeXML("managed", "true"), FakeXML("principal", principal)]))
    }
    if instance.spot { item.append(FakeXML("instanceLifecycle", "spot")) }
    if instance.reserved {
      item.append(FakeXML("capacityReservationId", "cr-" + instance.id.dropFirst(2)))
    }
    let tags = instance.tags.sorted { $0.key < $1.key }
    item.append(.list("tagSet", tags.map { [FakeXML("key", $0.key), FakeXML("value", $0.value)] }))
    return item
  }

  private static func millis(_ moment: Timestamp) -> String {
    moment.description.dropLast() + ".000Z"
  }

  mutating func describeTypes(_ form: inout FakeForm) throws(Refusal) -> [FakeXML] {
    let asked = form.list("InstanceType")
    _ = form.take("MaxResults")
    try admit(&form)
    if let unknown = asked.first(where: { FakeType.all[$0] == nil }) {
      throw Refusal(
        code: "InvalidInstanceType",
        message: "The following supplied instance types do not exist: [\(unknown)]")
    }
    let names = asked.isEmpty ? FakeType.all.keys.sorted() : asked
    let items = names.compactMap { FakeType.all[$0] }.map(Self.describe)
    return [.list("instanceTypeSet", items)]
  }

  private static func describe(_ type: FakeType) -> [FakeXML] {
    var item = [FakeXML("instanceType", type.name)]
    if type.store > 0 {
      item.append(
        FakeXML("instanceStorageInfo", [FakeXML("totalSizeInGB", String(type.store))]))
    }
    let devices = max(type.gpus, type.logical)
    guard devices > 0 else { return item }
    let gpu = [
      FakeXML("name", type.gpu), FakeXML("manufacturer", "NVIDIA"),
      FakeXML("count", String(type.gpus)), FakeXML("logicalGpuCount", String(devices)),
      FakeXML("memoryInfo", [FakeXML("sizeInMiB", String(type.memory))]),
    ]
    let total = FakeXML("totalGpuMemoryInMiB", String(type.memory * devices))
    item.append(FakeXML("gpuInfo", [FakeXML.list("gpus", [gpu]), total]))
    return item
  }
}

/// `*` is any text and `?` any character, as in EC2's filters.
enum Wildcard {
  static func matches(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return (text.startIndex...text.endIndex).contains {
        matches(text[$0...], pattern.dropFirst())
      }
    }
    guard let character = text.first, first == "?" || first == character else { return false }
    return matches(text.dropFirst(), pattern.dropFirst())
  }
}
