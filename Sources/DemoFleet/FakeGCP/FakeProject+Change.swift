import FleetModel

extension FakeProject {
  mutating func insert(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    guard let body = asked.body else { throw .invalid("Required field 'resource' not specified") }
    let zone = asked.zone ?? ""
    let instance = try wish(body, zone: zone, at: now)
    let path = "zones/\(zone)/instances/\(instance.name)"
    if instances.values.contains(where: {
      $0.zone == zone && $0.name == instance.name && $0.exists(at: now)
    }) {
      throw GCPRefusal(409, "alreadyExists", "The resource 'projects/\(id)/\(path)' already exists")
    }
    var made = instance
    if overQuota.contains(made.type) {
      return begin(
        "insert", path, made.number, in: asked.scope, at: now, lasting: lag.refusal,
        error: Self.quotaError(Self.region(of: zone)), status: 403)
    }
    guard sells(made.type, in: zone) else {
      // It is there for a while and then never was.
      made.timeline = [("PROVISIONING", now)]
      made.goneAt = now.advanced(by: lag.refusal)
      instances[made.number] = made
      return begin(
        "insert", path, made.number, in: asked.scope, at: now, lasting: lag.refusal,
        error: stockout(made), status: 503)
    }
    made.boot(at: now, lag: lag.start)
    instances[made.number] = made
    launched.append(made.number)
    return begin("insert", path, made.number, in: asked.scope, at: now, lasting: lag.start)
  }

  private mutating func wish(
    _ body: GCPJSON, zone: String, at now: Timestamp
  ) throws(GCPRefusal) -> FakeGCPInstance {
    guard let name = body["name"]?.text, Self.isName(name) else {
      throw .invalid(
        "Invalid value for field 'resource.name': '\(body["name"]?.text ?? "")'. Must be a match of "
          + "regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'")
    }
    guard let type = body["machineType"]?.text.map(Self.last), FakeGCPType.all[type] != nil else {
      throw .invalid("Invalid value for field 'resource.machineType'. The type does not exist.")
    }
    try checkParts(body)
    let accelerators = try attached(body, to: type)
    let number = next()
    return FakeGCPInstance(
      number: number, name: name, zone: zone, type: type, labels: body["labels"]?.texts ?? [:],
      metadata: Self.metadata(body), accelerators: accelerators,
      scheduling: try Self.scheduling(body, gpus: !accelerators.isEmpty),
      reservation: body["reservationAffinity"],
      network: body["networkInterfaces"]?.items.first ?? [:],
      address: "10.128.\(made / 250 % 250).\(made % 250 + 2)", createdAt: now, startedAt: now,
      visibleAt: now.advanced(by: lag.visibility), timeline: [], goneAt: nil, group: nil)
  }

  private func checkParts(_ body: GCPJSON) throws(GCPRefusal) {
    let boot = body["disks"]?.items.first { $0["boot"] == true }
    guard boot?["initializeParams"]?["sourceImage"]?.text != nil || boot?["source"] != nil else {
      throw .invalid("Invalid value for field 'resource.disks': ''. No boot disk was specified.")
    }
    guard !(body["networkInterfaces"]?.items ?? []).isEmpty else {
      throw .invalid(
        "Invalid value for field 'resource.networkInterfaces': ''. At least one network "
          + "interface is required.")
    }
    for (key, value) in body["labels"]?.texts ?? [:] where !Self.isLabel(key, value) {
      throw .invalid("Invalid value for field 'resource.labels': '{\(key): \(value)}'.")
    }
  }

  private func attached(
    _ body: GCPJSON, to type: String
  ) throws(GCPRefusal) -> [(kind: String, count: Int)] {
    if let own = FakeGCPType.all[type], let gpu = own.gpu { return [(gpu, own.count)] }
    var found: [(kind: String, count: Int)] = []
    for item in body["guestAccelerators"]?.items ?? [] {
      let kind = Self.last(item["acceleratorType"]?.text ?? "")
      guard case .int(let count)? = item["acceleratorCount"], type.hasPrefix("n1-"),
        let most = FakeGCPType.attachable[kind], (1...most).contains(count)
      else {
        throw .invalid("[\(type), \(kind)] features are not compatible for creating instance.")
      }
      found.append((kind, count))
    }
    return found
  }

  private static func scheduling(_ body: GCPJSON, gpus: Bool) throws(GCPRefusal) -> GCPJSON {
    let asked = body["scheduling"] ?? [:]
    if gpus, asked["onHostMaintenance"] != "TERMINATE" {
      throw .invalid("Instances with guest accelerators do not support live migration.")
    }
    let spot = asked["provisioningModel"] == "SPOT"
    if spot, asked["automaticRestart"] == true {
      throw .invalid("Scheduling must have automaticRestart be false when using SPOT.")
    }
    return .filled([
      "provisioningModel": asked["provisioningModel"] ?? "STANDARD",
      "onHostMaintenance": asked["onHostMaintenance"] ?? "MIGRATE",
      "automaticRestart": asked["automaticRestart"] ?? .bool(!spot), "preemptible": .bool(spot),
      "instanceTerminationAction": asked["instanceTerminationAction"],
    ])
  }

  mutating func delete(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    let instance = try find(asked, at: now)
    guard !instance.isProtected else {
      throw .invalid(
        "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion. "
          + "To disable delete protection, refer to the delete protection documentation.'.")
    }
    if instance.stays(at: now) { instances[instance.number]?.end(at: now, lag: lag.end) }
    return change(instance, "delete", asked, at: now, lasting: lag.end)
  }

  mutating func start(
    _ asked: GCPAsked, from: String, at now: Timestamp
  ) throws(GCPRefusal) -> GCPJSON {
    let instance = try find(asked, at: now)
    let verb = from == "SUSPENDED" ? "resume" : "start"
    switch instance.status(at: now) {
    case "PROVISIONING", "STAGING", "RUNNING":
      return change(instance, verb, asked, at: now, lasting: .zero)
    case from where instance.stays(at: now): break
    case let status: throw Self.notReady(instance, status)
    }
    guard sells(instance.type, in: instance.zone) else {
      return change(
        instance, verb, asked, at: now, lasting: lag.refusal, error: stockout(instance), status: 503
      )
    }
    instances[instance.number]?.boot(at: now, lag: lag.start)
    return change(instance, verb, asked, at: now, lasting: lag.start)
  }

  mutating func halt(
    _ asked: GCPAsked, in end: String, at now: Timestamp
  ) throws(GCPRefusal) -> GCPJSON {
    let instance = try find(asked, at: now)
    let verb = end == "SUSPENDED" ? "suspend" : "stop"
    // In Google's words (skypilot-org/skypilot#2586, openshift/installer#8649).
    guard instance.localDisks.isEmpty || asked.query["discardLocalSsd"] != nil else {
      throw GCPRefusal(
        400, "badRequest",
        "VM has a Local SSD attached but an undefined value for `discard-local-ssd`. If using "
          + "gcloud, please add `--discard-local-ssd=false` or `--discard-local-ssd=true` to your "
          + "command.")
    }
    switch instance.status(at: now) {
    case end: return change(instance, verb, asked, at: now, lasting: .zero)
    case "RUNNING":
      instances[instance.number]?.halt(at: now, lag: lag.stop, in: end)
      return change(instance, verb, asked, at: now, lasting: lag.stop)
    case "STOPPING" where instance.stays(at: now):
      return change(instance, verb, asked, at: now, lasting: lag.stop)
    case let status: throw Self.notReady(instance, status)
    }
  }

  private mutating func change(
    _ instance: FakeGCPInstance, _ verb: String, _ asked: GCPAsked, at now: Timestamp,
    lasting lag: Duration, error: GCPJSON? = nil, status: Int = 200
  ) -> GCPJSON {
    let path = "zones/\(instance.zone)/instances/\(instance.name)"
    return begin(
      verb, path, instance.number, in: asked.scope, at: now, lasting: lag, error: error,
      status: status)
  }

  private static func notReady(_ instance: FakeGCPInstance, _ status: String) -> GCPRefusal {
    GCPRefusal(
      400, "resourceNotReady",
      "The resource '\(instance.zone)/instances/\(instance.name)' is not ready: it is \(status)")
  }
}
