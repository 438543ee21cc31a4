import FleetModel

extension FakeProject {
  func describe(_ instance: FakeGCPInstance, at now: Timestamp) -> GCPJSON {
    let zone = instance.zone
    let stopped = instance.timeline.last { $0.at <= now && $0.status == "TERMINATED" }?.at
    return .filled([
      "kind": "compute#instance", "id": .string("\(instance.number)"),
      "name": .string(instance.name),
      "zone": .string(link("zones/\(zone)")), "status": .string(instance.status(at: now)),
      "machineType": .string(link("zones/\(zone)/machineTypes/\(instance.type)")),
      "selfLink": .string(link("zones/\(zone)/instances/\(instance.name)")),
      "creationTimestamp": .string(Self.text(instance.createdAt)),
      "lastStartTimestamp": .string(Self.text(instance.startedAt)),
      "lastStopTimestamp": stopped.map { .string(Self.text($0)) },
      "labels": instance.labels.isEmpty ? nil : .texts(instance.labels),
      "labelFingerprint": "42WmSpB8rSM=", "metadata": metadata(instance),
      "guestAccelerators": accelerators(instance), "scheduling": instance.scheduling,
      "reservationAffinity": instance.reservation, "networkInterfaces": [network(instance)],
      "cpuPlatform": "Intel Cascade Lake", "startRestricted": false,
      "deletionProtection": .bool(instance.isProtected), "disks": .list(disks(instance)),
    ])
  }

  private func disks(_ instance: FakeGCPInstance) -> [GCPJSON] {
    let boot: GCPJSON = [
      "kind": "compute#attachedDisk", "boot": true, "autoDelete": true, "index": 0,
      "type": "PERSISTENT", "mode": "READ_WRITE", "interface": "SCSI", "diskSizeGb": "100",
      "source": .string(link("zones/\(instance.zone)/disks/\(instance.name)")),
      "deviceName": "persistent-disk-0",
    ]
    return [boot]
      + instance.localDisks.enumerated().map { index, size in
        [
          "kind": "compute#attachedDisk", "boot": false, "autoDelete": true,
          "index": .int(index + 1), "type": "SCRATCH", "mode": "READ_WRITE", "interface": "NVME",
          "diskSizeGb": .string("\(size)"), "deviceName": .string("local-ssd-\(index)"),
        ]
      }
  }

  private func metadata(_ instance: FakeGCPInstance) -> GCPJSON {
    let items = instance.metadata.sorted { $0.key < $1.key }.map {
      ["key": .string($0.key), "value": .string($0.value)] as GCPJSON
    }
    return .filled([
      "kind": "compute#metadata", "fingerprint": "QrtR5gKZ2Gw=",
      "items": items.isEmpty ? nil : .list(items),
    ])
  }

  private func accelerators(_ instance: FakeGCPInstance) -> GCPJSON? {
    guard !instance.accelerators.isEmpty else { return nil }
    return .list(
      instance.accelerators.map {
        [
          "acceleratorType": .string(link("zones/\(instance.zone)/acceleratorTypes/\($0.kind)")),
          "acceleratorCount": .int($0.count),
        ]
      })
  }

  private func network(_ instance: FakeGCPInstance) -> GCPJSON {
    .filled([
      "kind": "compute#networkInterface", "name": "nic0", "networkIP": .string(instance.address),
      "network": .string(link("global/networks/default")),
      "subnetwork": instance.network["subnetwork"], "stackType": "IPV4_ONLY",
      "fingerprint": "c2FtZQ==",
    ])
  }

  func describe(_ operation: FakeGCPOperation, at now: Timestamp) -> GCPJSON {
    let state = operation.state(at: now)
    let isDone = state == "DONE"
    let failed = isDone && operation.error != nil
    let place = GCPJSON.string(link(operation.scope))
    return .filled([
      "kind": "compute#operation", "id": .string("\(operation.number)"),
      "name": .string(operation.name), "operationType": .string(operation.kind),
      "status": .string(state), "progress": .int(isDone ? 100 : 0), "user": "finops@example.com",
      "targetLink": .string(link(operation.target)),
      "targetId": .string("\(operation.targetNumber)"),
      "insertTime": .string(Self.text(operation.at)),
      "startTime": state == "PENDING" ? nil : .string(Self.text(operation.startAt)),
      "endTime": isDone ? .string(Self.text(operation.doneAt)) : nil,
      "zone": operation.scope.hasPrefix("zones/") ? place : nil,
      "region": operation.scope.hasPrefix("regions/") ? place : nil,
      "selfLink": .string(link("\(operation.scope)/operations/\(operation.name)")),
      "error": failed ? operation.error : nil,
      "httpErrorStatusCode": failed ? .int(operation.status) : nil,
      "httpErrorMessage": failed ? "FORBIDDEN" : nil,
    ])
  }

  func describe(_ group: FakeGCPGroup, at now: Timestamp) -> GCPJSON {
    let members = members(of: group, at: now)
    let running = members.filter { $0.status(at: now) == "RUNNING" }.count
    let leaving = members.filter { !$0.stays(at: now) }.count
    let idle = members.filter { $0.stays(at: now) && $0.status(at: now) == "RUNNING" }.count
    let place = group.scope.hasPrefix("zones/") ? "zone" : "region"
    return .filled([
      "kind": "compute#instanceGroupManager", "id": .string("\(group.number)"),
      "name": .string(group.name), place: .string(link(group.scope)),
      "creationTimestamp": .string(Self.text(group.createdAt)),
      "selfLink": .string(link(group.path)), "baseInstanceName": .string(group.name),
      "instanceGroup": .string(link("\(group.scope)/instanceGroups/\(group.name)")),
      "instanceTemplate": .string(link("global/instanceTemplates/\(group.template)")),
      "versions": [
        ["instanceTemplate": .string(link("global/instanceTemplates/\(group.template)"))]
      ],
      "targetSize": .int(group.targetSize),
      "currentActions": [
        "none": .int(idle), "creating": .int(max(0, group.targetSize - idle)),
        "deleting": .int(leaving), "recreating": 0, "abandoning": 0, "refreshing": 0,
        "restarting": 0, "verifying": 0, "creatingWithoutRetries": 0,
      ],
      "allInstancesConfig": group.labels.isEmpty
        ? nil : ["properties": ["labels": .texts(group.labels)]],
      "status": .filled([
        "isStable": .bool(idle == group.targetSize && leaving == 0),
        "autoscaler": group.autoscaler.map { .string(link("\(group.scope)/autoscalers/\($0)")) },
        "currentInstanceStatuses": ["running": .int(running)],
      ]),
    ])
  }

  func describeMember(_ member: FakeGCPInstance, at now: Timestamp) -> GCPJSON {
    let status = member.status(at: now)
    let action =
      member.stays(at: now) ? (status == "RUNNING" ? "NONE" : "CREATING") : "DELETING"
    return [
      "id": .string("\(member.number)"), "name": .string(member.name),
      "instance": .string(link("zones/\(member.zone)/instances/\(member.name)")),
      "instanceStatus": .string(status), "currentAction": .string(action),
    ]
  }

  func describe(_ type: FakeGCPType, in zone: String) -> GCPJSON {
    .filled([
      "kind": "compute#machineType", "id": .string("\(type.cpus)\(type.memoryMiB)"),
      "name": .string(type.name), "zone": .string(zone), "guestCpus": .int(type.cpus),
      "memoryMb": .int(type.memoryMiB), "isSharedCpu": false, "maximumPersistentDisks": 128,
      "maximumPersistentDisksSizeGb": "263168",
      "selfLink": .string(link("zones/\(zone)/machineTypes/\(type.name)")),
      "accelerators": type.gpu.map {
        [["guestAcceleratorType": .string($0), "guestAcceleratorCount": .int(type.count)]]
      },
    ])
  }

  func describeAccelerator(_ kind: String, in zone: String) -> GCPJSON {
    [
      "kind": "compute#acceleratorType", "name": .string(kind),
      "zone": .string(link("zones/\(zone)")), "description": .string(kind),
      "maximumCardsPerInstance": .int(FakeGCPType.attachable[kind] ?? 8),
      "selfLink": .string(link("zones/\(zone)/acceleratorTypes/\(kind)")),
    ]
  }

  func describeZone(_ zone: String) -> GCPJSON {
    [
      "kind": "compute#zone", "name": .string(zone), "status": "UP",
      "region": .string(link("regions/\(Self.region(of: zone))")),
      "selfLink": .string(link("zones/\(zone)")),
    ]
  }

  func describe(_ template: FakeGCPTemplate) -> GCPJSON {
    [
      "kind": "compute#instanceTemplate", "id": .string("\(template.number)"),
      "name": .string(template.name), "creationTimestamp": .string(Self.text(template.createdAt)),
      "selfLink": .string(link("global/instanceTemplates/\(template.name)")),
      "properties": [
        "machineType": .string(template.type), "labels": .texts(template.labels),
        "scheduling": ["onHostMaintenance": "TERMINATE", "provisioningModel": "STANDARD"],
      ],
    ]
  }

  /// As Google writes it: Pacific time, with its offset and milliseconds.
  static func text(_ moment: Timestamp) -> String {
    moment.advanced(by: .hours(-8)).description.dropLast() + ".000-08:00"
  }
}
