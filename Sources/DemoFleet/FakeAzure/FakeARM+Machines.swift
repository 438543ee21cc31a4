import FleetModel

extension FakeARM {
  func listMachines(_ request: Request, in group: String?, path: String) throws(Refusal) -> Reply {
    let prefix = group.map { $0.lowercased() + "/" } ?? ""
    let found = machines.filter { $0.key.hasPrefix(prefix) && isThere($0.value, request.now) }
      .sorted { $0.key < $1.key }.map(\.value)
    let statusOnly = request.query["statusOnly"] == "true"
    return try page(
      found.map {
        statusOnly ? $0.statuses(at: request.now) : $0.described(at: request.now, withView: false)
      }, request, path: path)
  }

  private func isThere(_ machine: FakeMachine, _ now: Timestamp) -> Bool {
    machine.visibleAt <= now && (machine.goneAt.map { $0 > now } ?? true)
  }

  private func find(_ request: Request) throws(Refusal) -> FakeMachine {
    guard let machine = machines[request.key],
      machine.goneAt.map({ $0 > request.now }) ?? true
    else { throw Self.notFound("virtualMachines", request) }
    return machine
  }

  func getMachine(_ request: Request) throws(Refusal) -> Reply {
    let machine = try find(request)
    let expand = request.query["$expand"]
    guard expand == nil || expand == "instanceView" || expand == "userData" else {
      throw Refusal("InvalidParameter", "The value of $expand is not known.")
    }
    return Reply(
      body: machine.described(at: request.now, withView: expand == "instanceView"))
  }

  func viewMachine(_ request: Request) throws(Refusal) -> Reply {
    Reply(body: try find(request).view(at: request.now))
  }

  // MARK: Making

  mutating func putMachine(_ request: Request) throws(Refusal) -> Reply {
    try Self.shaped(request, .machine)
    if let old = try? find(request) {
      guard request.headers["if-none-match"] != "*" else {
        throw Refusal("PreconditionFailed", "The resource exists already.", status: 412)
      }
      return try update(old, request)
    }
    guard let type = request.body["properties", "hardwareProfile", "vmSize"]?.string,
      let location = request.body["location"]?.string
    else { throw Refusal("InvalidParameter", "Required parameter 'hardwareProfile' is missing.") }
    guard FakeAzure.types[type] != nil else {
      throw Refusal(
        "InvalidParameter", "The value \(type) provided for the VM size is not valid.")
    }
    try checkQuota(type)
    return make(request, type: type, location: location)
  }

  /// A second PUT of a name is a change of what is there.
  private mutating func update(_ old: FakeMachine, _ request: Request) throws(Refusal) -> Reply {
    let type = request.body["properties", "hardwareProfile", "vmSize"]?.string
    guard type == nil || type == old.type else {
      throw Refusal("PropertyChangeNotAllowed", "The VM size can not be changed here.", status: 409)
    }
    machines[request.key]?.tags = request.body["tags"]?.texts ?? [:]
    let body = machines[request.key]?.described(at: request.now, withView: false)
    return begin(request, status: 200, body: body, ends: request.now)
  }

  private mutating func make(_ request: Request, type: String, location: String) -> Reply {
    let isFull = soldOut.contains(InstanceType(type))
    let ends = request.now.advanced(by: lag.start)
    let id =
      "/subscriptions/\(subscription)/resourceGroups/\(request.name("group"))/providers/"
      + "Microsoft.Compute/virtualMachines/\(request.name("name"))"
    let isSpot = request.body["properties", "priority"]?.string?.lowercased() == "spot"
    var machine = FakeMachine(
      id: id, name: request.name("name"), location: location,
      zones: (request.body["zones"]?.items ?? []).compactMap(\.string),
      tags: request.body["tags"]?.texts ?? [:], type: type, isSpot: isSpot, created: request.now,
      vmID: next("vm"), asked: request.body,
      visibleAt: request.now.advanced(by: lag.visibility), power: Turning(""),
      provisioning: Turning("Creating"))
    let fault = isFull ? Self.allocationFailed(inZone: !machine.zones.isEmpty) : nil
    machine.fault = fault
    machine.provisioning.turn("Creating", then: isFull ? "Failed" : "Succeeded", at: ends)
    machine.power.turn(isFull ? "" : "starting", then: isFull ? "" : "running", at: ends)
    machines[request.key] = machine
    made[request.key, default: 0] += 1
    return begin(
      request, status: 201, body: machine.described(at: request.now, withView: false), ends: ends,
      fault: fault)
  }

  static func allocationFailed(inZone: Bool) -> (code: String, message: String) {
    (
      inZone ? "ZonalAllocationFailed" : "AllocationFailed",
      "Allocation failed. We do not have sufficient capacity for the requested VM size in this "
        + (inZone ? "zone." : "region.")
    )
  }

  func checkQuota(_ type: String) throws(Refusal) {
    guard quotaFull.contains(InstanceType(type)) else { return }
    throw Refusal(
      "OperationNotAllowed",
      "Operation could not be completed as it results in exceeding approved quota for \(type).",
      status: 409)
  }

  mutating func patchMachine(_ request: Request) throws(Refusal) -> Reply {
    try Self.shaped(request, .machineUpdate)
    _ = try find(request)
    if let tags = request.body["tags"]?.texts { machines[request.key]?.tags = tags }
    return Reply(body: machines[request.key]?.described(at: request.now, withView: false))
  }

  // MARK: Switching

  mutating func startMachine(_ request: Request) throws(Refusal) -> Reply {
    var machine = try find(request)
    let reply = try start(&machine, request)
    machines[request.key] = machine
    return reply
  }

  mutating func start(
    _ machine: inout FakeMachine, _ request: Request
  ) throws(Refusal) -> Reply {
    try checkIdle(machine, request)
    let power = machine.power.state(at: request.now)
    guard power != "running" else { return begin(request, status: 202, ends: request.now) }
    let ends = request.now.advanced(by: lag.start)
    guard !soldOut.contains(InstanceType(machine.type)) else {
      return begin(
        request, status: 202, ends: ends,
        fault: Self.allocationFailed(inZone: !machine.zones.isEmpty))
    }
    machine.power.turn("starting", then: "running", at: ends)
    machine.provisioning.turn("Updating", then: "Succeeded", at: ends)
    machine.fault = nil
    return begin(request, status: 202, ends: ends)
  }

  mutating func endMachine(_ request: Request, as end: String) throws(Refusal) -> Reply {
    var machine = try find(request)
    let reply = try halt(&machine, request, as: end)
    machines[request.key] = machine
    return reply
  }

  mutating func halt(
    _ machine: inout FakeMachine, _ request: Request, as end: String
  ) throws(Refusal) -> Reply {
    try checkIdle(machine, request)
    let power = machine.power.state(at: request.now)
    guard power != end, !power.isEmpty else {
      return begin(request, status: 202, ends: request.now)
    }
    let disk = machine.asked["properties", "storageProfile", "osDisk", "diffDiskSettings", "option"]
    guard end != "deallocated" || disk?.string != "Local" else {
      throw Refusal(
        "OperationNotAllowed",
        "Operation 'deallocate' is not supported for VM '\(machine.name)' since it has an "
          + "ephemeral OS disk.", status: 409)
    }
    let ends = request.now.advanced(by: lag.stop)
    machine.power.turn(end == "stopped" ? "stopping" : "deallocating", then: end, at: ends)
    machine.provisioning.turn("Updating", then: "Succeeded", at: ends)
    return begin(request, status: 202, ends: ends)
  }

  /// One change of a machine at a time.
  private func checkIdle(_ machine: FakeMachine, _ request: Request) throws(Refusal) {
    let state = machine.provisioning.state(at: request.now)
    guard state == "Updating" || state == "Deleting" else { return }
    throw Refusal(
      "AnotherOperationInProgress",
      "Another operation on '\(machine.name)' is in progress. Retry later.", status: 409)
  }

  mutating func deleteMachine(_ request: Request) -> Reply {
    guard var machine = try? find(request) else { return Reply(status: 204) }
    let ends = request.now.advanced(by: lag.end)
    machine.goneAt = ends
    machine.provisioning = Turning("Deleting")
    machines[request.key] = machine
    return begin(request, status: 202, ends: ends)
  }

  /// A spot machine is taken back, as its eviction policy says: deallocated.
  mutating func evict(_ request: Request) throws(Refusal) -> Reply {
    let machine = try find(request)
    guard machine.isSpot else {
      throw Refusal("OperationNotAllowed", "Only a spot machine can be evicted.", status: 409)
    }
    machines[request.key]?.power.turn(
      "deallocating", then: "deallocated", at: request.now.advanced(by: lag.stop))
    return Reply(status: 204)
  }
}
