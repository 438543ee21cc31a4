import FleetModel

extension HuggingFaceState {
  /// Only what is given changes; what is not known is dropped.
  mutating func update(
    _ key: String, _ bytes: [UInt8], at now: Timestamp
  ) throws(Refusal) {
    guard var endpoint = endpoints[key], let body = PlainJSON(bytes), body.object != nil else {
      throw Refusal(status: 400, message: "Failed to deserialize the JSON body")
    }
    let scaling = body["compute"]["scaling"]
    let least = try number("minReplica", in: scaling) ?? endpoint.minReplica
    let most = try number("maxReplica", in: scaling) ?? endpoint.maxReplica
    guard most >= least else {
      throw Refusal(status: 400, message: "minReplica cannot be greater than maxReplica")
    }
    if let timeout = try number("scaleToZeroTimeout", in: scaling) {
      endpoint.scaleToZeroTimeout = timeout
    }
    if scaling["measure"].object != nil { endpoint.measure = scaling["measure"] }
    if let repository = body["model"]["repository"].string {
      endpoint.model["repository"] = .string(repository)
    }
    if (least, most) != (endpoint.minReplica, endpoint.maxReplica) {
      (endpoint.minReplica, endpoint.maxReplica) = (least, most)
      endpoint.changes += 1
    }
    try place(&endpoint, at: now)
    endpoint.updatedAt = now
    endpoints[key] = endpoint
  }

  private func number(_ name: String, in scaling: PlainJSON) throws(Refusal) -> Int? {
    let value = scaling[name]
    if value == .null || dropped.contains(name) { return nil }
    guard let number = value.int, number >= 0 else {
      throw Refusal(
        status: 422, message: "compute.scaling.\(name): invalid type, expected u32")
    }
    return number
  }

  /// Bounds take effect on what runs. Sleep is left by a request or a resume only, and by docs a
  /// pause by new bounds too.
  private mutating func place(
    _ endpoint: inout HuggingFaceEndpointState, at now: Timestamp
  ) throws(Refusal) {
    if endpoint.state == "scaledToZero" { return }
    if endpoint.state == "paused", endpoint.maxReplica == 0 { return }
    let wanted = max(1, endpoint.minReplica)
    try admit(wanted - (endpoint.isAtZero ? 0 : endpoint.target), of: endpoint)
    endpoint.target = wanted
    let word = endpoint.isAtZero ? "initializing" : "updating"
    endpoint.turn(to: word, then: "running", after: lag.start, at: now)
  }

  /// More replicas need quota.
  private func admit(_ more: Int, of endpoint: HuggingFaceEndpointState) throws(Refusal) {
    guard let kind = hardware[endpoint.hardware], more > 0 else { return }
    guard used(endpoint.hardware) + more * kind.accelerators <= kind.quota else {
      throw Refusal(status: 400, message: "Quota exceeded for \(endpoint.hardware)")
    }
    guard kind.status != "not_available" else {
      throw Refusal(status: 400, message: "\(endpoint.hardware) is not available")
    }
  }

  /// Accelerators of a kind that run or are about to.
  func used(_ name: String) -> Int {
    let live = endpoints.values.filter { $0.hardware == name && !$0.isAtZero }
    return live.reduce(0) { $0 + $1.target } * (hardware[name]?.accelerators ?? 1)
  }

  mutating func pause(_ key: String, at now: Timestamp) {
    endpoints[key]?.turn(to: "paused")
    endpoints[key]?.minReplica = 0
    endpoints[key]?.maxReplica = 0
    endpoints[key]?.target = 0
    endpoints[key]?.updatedAt = now
  }

  /// By docs a resume sets both bounds to one.
  mutating func resume(_ key: String, at now: Timestamp) throws(Refusal) {
    guard var endpoint = endpoints[key] else { return }
    guard endpoint.state != "failed" else {
      throw Refusal(status: 400, message: "Endpoint has failed, create a new one")
    }
    guard endpoint.isAtZero else {
      throw Refusal(status: 400, message: "Endpoint is already running")
    }
    try admit(1, of: endpoint)
    (endpoint.minReplica, endpoint.maxReplica, endpoint.target) = (1, 1, 1)
    endpoint.turn(to: "initializing", then: "running", after: lag.start, at: now)
    endpoint.updatedAt = now
    endpoints[key] = endpoint
  }

  mutating func scaleToZero(_ key: String, at now: Timestamp) throws(Refusal) {
    guard var endpoint = endpoints[key], endpoint.state != "scaledToZero" else { return }
    guard !endpoint.isAtZero, endpoint.state != "failed" else {
      throw Refusal(status: 400, message: "Endpoint is \(endpoint.state)")
    }
    endpoint.turn(to: "updating", then: "scaledToZero", after: lag.stop, at: now)
    endpoint.updatedAt = now
    endpoints[key] = endpoint
  }

  mutating func create(
    in namespace: String, _ bytes: [UInt8], at now: Timestamp
  ) throws(Refusal) -> PlainJSON {
    guard let body = PlainJSON(bytes), let name = body["name"].string, !name.isEmpty else {
      throw Refusal(status: 400, message: "Failed to deserialize the JSON body")
    }
    let key = "\(namespace)/\(name)"
    guard endpoints[key] == nil else {
      throw Refusal(status: 409, message: "Endpoint \(name) already exists")
    }
    let compute = body["compute"]
    let parts = [
      body["provider"]["vendor"], body["provider"]["region"], compute["instanceType"],
      compute["instanceSize"],
    ].map { $0.string ?? "" }
    let kind = parts.joined(separator: "-")
    guard hardware[kind] != nil else {
      throw Refusal(status: 400, message: "No such hardware: \(kind)")
    }
    let least = try number("minReplica", in: compute["scaling"]) ?? 0
    let most = try number("maxReplica", in: compute["scaling"]) ?? 1
    guard most >= max(1, least) else {
      throw Refusal(status: 400, message: "minReplica cannot be greater than maxReplica")
    }
    var endpoint = HuggingFaceEndpointState(
      name: name, namespace: namespace, hardware: kind, replicas: least...most, at: now)
    endpoint.model = body["model"]
    endpoint.type = body["type"].string ?? "authenticated"
    try admit(endpoint.target, of: endpoint)
    endpoint.turn(to: "pending", then: "running", after: lag.start, at: now)
    endpoints[key] = endpoint
    return render(endpoint)
  }
}
