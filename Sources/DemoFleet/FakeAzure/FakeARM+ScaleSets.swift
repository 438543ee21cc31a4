import FleetModel

extension FakeARM {
  func listScaleSets(_ request: Request, in group: String?, path: String) throws(Refusal) -> Reply {
    let prefix = group.map { $0.lowercased() + "/" } ?? ""
    let found = scaleSets.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
    return try page(found.map { $0.value.described(at: request.now) }, request, path: path)
  }

  /// Azure Monitor's settings, whatever group they stand in.
  func listAutoscale(_ request: Request, path: String) throws(Refusal) -> Reply {
    let items = autoscale.map { setting -> ARMValue in
      let id =
        "/subscriptions/\(subscription)/resourceGroups/\(setting.group)/providers/"
        + "microsoft.insights/autoscalesettings/\(setting.name)"
      return [
        "id": .text(id), "name": .text(setting.name), "location": "eastus",
        "type": "Microsoft.Insights/autoscaleSettings",
        "properties": [
          "name": .text(setting.name), "enabled": .bool(setting.isOn),
          "targetResourceUri": .text(setting.target), "profiles": [],
        ],
      ]
    }
    return try page(items, request, path: path)
  }

  private func findSet(_ request: Request) throws(Refusal) -> FakeScaleSet {
    guard let set = scaleSets[request.key] else {
      throw Self.notFound("virtualMachineScaleSets", request)
    }
    return set
  }

  func getScaleSet(_ request: Request) throws(Refusal) -> Reply {
    Reply(body: try findSet(request).described(at: request.now))
  }

  func listMembers(_ request: Request, path: String) throws(Refusal) -> Reply {
    let withView = request.query["$expand"] == "instanceView"
    let members = try findSet(request).listed(at: request.now)
    return try page(
      members.map { $0.described(at: request.now, withView: withView) }, request, path: path)
  }

  private func findMember(
    _ request: Request
  ) throws(Refusal) -> (set: FakeScaleSet, index: Int) {
    guard let set = scaleSets[request.key] else {
      throw Refusal(
        "ParentResourceNotFound", "The parent scale set was not found.", status: 404)
    }
    guard
      let index = set.members.firstIndex(where: { member in
        member.instance == request.names["instance"]
          && (member.goneAt.map { $0 > request.now } ?? true)
      })
    else {
      throw Refusal(
        "NotFound", "The entity was not found in this scale set.", status: 404)
    }
    return (set, index)
  }

  func getMember(_ request: Request) throws(Refusal) -> Reply {
    let (set, index) = try findMember(request)
    let withView = request.query["$expand"] == "instanceView"
    return Reply(body: set.members[index].described(at: request.now, withView: withView))
  }

  mutating func startMember(_ request: Request) throws(Refusal) -> Reply {
    var (set, index) = try findMember(request)
    let reply = try start(&set.members[index], request)
    scaleSets[request.key] = set
    return reply
  }

  mutating func endMember(_ request: Request, as end: String) throws(Refusal) -> Reply {
    var (set, index) = try findMember(request)
    let reply = try halt(&set.members[index], request, as: end)
    scaleSets[request.key] = set
    return reply
  }

  // MARK: Numbers

  mutating func patchScaleSet(_ request: Request) throws(Refusal) -> Reply {
    try Self.shaped(request, .scaleSetUpdate)
    var set = try findSet(request)
    try checkFree(set, request)
    if let tags = request.body["tags"]?.texts { set.tags = tags }
    guard let wanted = request.body["sku", "capacity"]?.number else {
      scaleSets[request.key] = set
      return Reply(body: set.described(at: request.now))
    }
    guard (0...1000).contains(wanted) else {
      throw Refusal("InvalidParameter", "The value of parameter sku.capacity is not valid.")
    }
    let grows = wanted > set.capacity
    if grows { try checkQuota(set.type) }
    let isFull = grows && soldOut.contains(InstanceType(set.type))
    let ends = request.now.advanced(by: grows ? lag.start : lag.end)
    set.capacity = wanted
    if !isFull { fill(&set, request.now) }
    // The number stays asked for: the cloud does not take it back.
    set.provisioning.turn("Updating", then: isFull ? "Failed" : "Succeeded", at: ends)
    scaleSets[request.key] = set
    return begin(
      request, status: 200, body: set.described(at: request.now), ends: ends,
      fault: isFull ? Self.allocationFailed(inZone: false) : nil)
  }

  private func checkFree(_ set: FakeScaleSet, _ request: Request) throws(Refusal) {
    guard set.provisioning.state(at: request.now) == "Updating" else { return }
    throw Refusal(
      "AnotherOperationInProgress", "Another operation on '\(set.name)' is in progress.",
      status: 409)
  }

  /// As many instances as asked for; the newest go first.
  mutating func fill(_ set: inout FakeScaleSet, _ now: Timestamp) {
    let live = set.listed(at: now)
    for member in live.reversed().prefix(max(0, live.count - set.capacity)) {
      guard let index = set.members.firstIndex(where: { $0.instance == member.instance }) else {
        continue
      }
      set.members[index].goneAt = now.advanced(by: lag.end)
      set.members[index].provisioning = Turning("Deleting")
    }
    for _ in 0..<max(0, set.capacity - live.count) {
      let number = "\(set.nextInstance)"
      set.nextInstance += 1
      var member = FakeMachine(
        id: "\(set.id)/virtualMachines/\(number)", name: "\(set.name)_\(number)",
        location: set.location, tags: set.tags, type: set.type, isSpot: set.isSpot, created: now,
        vmID: next("vm"), instance: number, visibleAt: now, power: Turning(""),
        provisioning: Turning("Creating"))
      let ends = now.advanced(by: lag.start)
      member.power.turn("starting", then: "running", at: ends)
      member.provisioning.turn("Creating", then: "Succeeded", at: ends)
      set.members.append(member)
    }
  }

  mutating func deleteInstances(_ request: Request) throws(Refusal) -> Reply {
    try Self.shaped(request, .instances)
    var set = try findSet(request)
    let ids = (request.body["instanceIds"]?.items ?? []).compactMap(\.string)
    guard !ids.isEmpty else {
      throw Refusal("InvalidParameter", "Required parameter 'instanceIds' is missing (null).")
    }
    try checkFree(set, request)
    let ends = request.now.advanced(by: lag.end)
    for id in ids {
      guard
        let index = set.members.firstIndex(where: { $0.instance == id && $0.goneAt == nil })
      else {
        throw Refusal(
          "InvalidParameter",
          "The provided instanceId \(id) is not an active Virtual Machine Scale Set VM instanceId.")
      }
      set.members[index].goneAt = ends
      set.members[index].provisioning = Turning("Deleting")
      set.capacity -= 1
    }
    set.provisioning.turn("Updating", then: "Succeeded", at: ends)
    scaleSets[request.key] = set
    return begin(request, status: 202, ends: ends)
  }
}
