import FleetModel

extension FakeProject {
  /// An absolute number. The operation is done when the work is planned, not when it is done.
  mutating func resize(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    guard let text = asked.query["size"], let size = Int(text), size >= 0 else {
      throw .invalid("Invalid value for field 'size': '\(asked.query["size"] ?? "")'.")
    }
    let group = try group(asked)
    if group.autoscaler != nil {
      throw .invalid("Resizing of an autoscaled instance group is not allowed.")
    }
    groups[group.path]?.targetSize = size
    return begin(
      "compute.instanceGroupManagers.resize", group.path, group.number, in: group.scope, at: now,
      lasting: lag.plan)
  }

  /// Takes named machines out, and the number down by as many.
  mutating func deleteInstances(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON
  {
    let group = try group(asked)
    let urls = (asked.body?["instances"]?.items ?? []).compactMap(\.text)
    guard !urls.isEmpty else {
      throw .invalid("Required field 'instances' not specified")
    }
    var victims: [UInt64] = []
    for url in urls {
      let parts = url.split(separator: "/").map(String.init)
      let found = instances.values.first {
        $0.group == group.path && $0.stays(at: now)
          && parts.suffix(4)
            == ["zones", $0.zone, "instances", $0.name]
      }
      guard let found else {
        throw .invalid(
          "The instance '\(url)' is not a member of '\(group.name)', or is being deleted.")
      }
      victims.append(found.number)
    }
    for victim in victims { instances[victim]?.end(at: now, lag: lag.end) }
    groups[group.path]?.targetSize -= victims.count
    return begin(
      "compute.instanceGroupManagers.deleteInstances", group.path, group.number, in: group.scope,
      at: now, lasting: lag.plan)
  }

  func members(of group: FakeGCPGroup, at now: Timestamp) -> [FakeGCPInstance] {
    instances.values.filter { $0.group == group.path && $0.exists(at: now) }
      .sorted { $0.name < $1.name }
  }

  /// What groups do all the time: make what is missing, take away what is too many.
  mutating func keepGroups(at now: Timestamp) {
    for group in groups.values.sorted(by: { $0.path < $1.path }) {
      let staying = members(of: group, at: now).filter { $0.stays(at: now) }
      for extra in staying.dropFirst(max(0, group.targetSize)) {
        instances[extra.number]?.end(at: now, lag: lag.end)
      }
      for index in staying.count..<max(staying.count, group.targetSize) {
        makeMember(of: group, index, at: now)
      }
    }
  }

  private mutating func makeMember(of group: FakeGCPGroup, _ index: Int, at now: Timestamp) {
    guard let template = templates[group.template] else { return }
    let place = Self.last(group.scope)
    let homes = zones.filter { $0 == place || Self.region(of: $0) == place }
    guard !homes.isEmpty else { return }
    let zone = homes[index % homes.count]
    guard sells(template.type, in: zone) else { return }
    let number = next()
    let type = FakeGCPType.all[template.type]
    let created = "projects/\(self.number)/\(group.path)"
    var member = FakeGCPInstance(
      number: number, name: "\(group.name)-\(String(number, radix: 36).suffix(4))", zone: zone,
      type: template.type, labels: template.labels.merging(group.labels) { _, own in own },
      metadata: [
        "created-by": created,
        "instance-template": "projects/\(self.number)/global/"
          + "instanceTemplates/\(template.name)",
      ],
      accelerators: type?.gpu.map { [($0, type?.count ?? 0)] } ?? [],
      scheduling: [
        "provisioningModel": "STANDARD", "onHostMaintenance": "TERMINATE", "automaticRestart": true,
        "preemptible": false,
      ], reservation: nil, network: [:],
      address: "10.128.\(made / 250 % 250).\(made % 250 + 2)", createdAt: now, startedAt: now,
      visibleAt: now, timeline: [], goneAt: nil, group: group.path)
    member.boot(at: now, lag: lag.start)
    instances[number] = member
    launched.append(number)
  }
}
