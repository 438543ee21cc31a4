import FleetModel

extension RunPodState {
  func pod(_ id: String, at now: Timestamp) throws(Refusal) -> RunPodPodState {
    guard let pod = pods[id], pod.visibleAt <= now else {
      throw Refusal(status: 404, detail: "pod not found")
    }
    return pod
  }

  private static let createFields: Set<String> = [
    "name", "cloud", "cpu", "dataCenterIds", "globalNetworking", "gpu", "mounts", "startJupyter",
    "startSsh", "templateId", "args", "disk", "env", "image", "ports", "registry",
  ]

  /// The errors of a body, as the API lists them; nil when it is no object.
  static func unknown(_ body: PlainJSON, _ known: Set<String>, at path: String = "$") -> [String] {
    (body.object ?? [:]).keys.filter { !known.contains($0) }.sorted().map {
      "\(path): additional properties '\($0)' not allowed"
    }
  }

  static func invalid(_ errors: [String]) -> Refusal {
    Refusal(status: 422, detail: "Request validation failed.", errors: errors)
  }

  mutating func createPod(_ bytes: [UInt8], at now: Timestamp) throws(Refusal) -> PlainJSON {
    guard let body = PlainJSON(bytes), body.object != nil else {
      throw Refusal(status: 400, detail: "the body is no JSON object")
    }
    var errors = Self.unknown(body, Self.createFields)
    if (body["name"].string ?? "").isEmpty { errors.append("$.name: a name is required") }
    if body["image"].string == nil, body["templateId"].string == nil {
      errors.append("$: missing property 'image'")
    }
    let cloud = body["cloud"] == .null ? "SECURE" : body["cloud"].string ?? ""
    if !["SECURE", "COMMUNITY"].contains(cloud) { errors.append("$.cloud: not one of the enum") }
    let env = body["env"].object ?? [:]
    if env.values.contains(where: { $0.string == nil }) { errors.append("$.env: want strings") }
    errors += Self.unknown(
      body["gpu"], ["id", "count", "allowedCudaVersions", "minCudaVersion"], at: "$.gpu")
    guard errors.isEmpty else { throw Self.invalid(errors) }
    return try place(body, cloud: cloud, env, at: now)
  }

  private mutating func place(
    _ body: PlainJSON, cloud: String, _ env: [String: PlainJSON], at now: Timestamp
  ) throws(Refusal) -> PlainJSON {
    guard (body["gpu"] == .null) != (body["cpu"] == .null), let gpu = body["gpu"]["id"].string
    else { throw Refusal(status: 400, detail: "exactly one of gpu or cpu must be set") }
    let count = body["gpu"]["count"].int ?? 1
    guard let most = Self.gpus[gpu]?.most else {
      throw Refusal(status: 400, detail: "unknown GPU type \(gpu)")
    }
    guard (1...most).contains(count) else {
      throw Refusal(status: 400, detail: "gpu.count must be 1 to \(most)")
    }
    guard hasBalance else { throw Refusal(status: 402, detail: "insufficient balance") }
    guard !soldOut.contains(gpu) else {
      throw Refusal(
        status: 400,
        detail: "There are no longer any instances available with the requested specifications.")
    }
    var pod = RunPodPodState(
      id: nextID("pod"), name: body["name"].string ?? "", gpu: gpu, count: count,
      image: body["image"].string ?? "from/template", cloud: cloud,
      dataCenter: body["dataCenterIds"].array?.first?.string ?? "US-KS-2", env: env, at: now)
    pod.visibleAt = now.advanced(by: lag.visibility)
    pod.start(after: lag.start, at: now)
    pods[pod.id] = pod
    made.append((pod.id, pod.name))
    return pod.body
  }

  mutating func act(
    _ id: String, _ bytes: [UInt8], at now: Timestamp
  ) throws(Refusal) -> PlainJSON? {
    var pod = try pod(id, at: now)
    guard let body = PlainJSON(bytes), let action = body["action"].string else {
      throw Self.invalid(["$: missing property 'action'"])
    }
    let errors = Self.unknown(body, ["action"])
    guard errors.isEmpty else { throw Self.invalid(errors) }
    guard ["start", "stop", "restart", "terminate"].contains(action) else {
      throw Self.invalid(["$.action: not one of the enum"])
    }
    guard pod.actions.contains(action), !(pod.locked && action == "stop") else {
      throw Refusal(status: 409, detail: "\(action) is not valid for a pod that is \(pod.status)")
    }
    switch action {
    case "terminate":
      try terminate(id, at: now)
      return nil
    case "stop": pod.turn(to: "EXITED")
    default:
      guard !soldOut.contains(pod.gpu) else {
        throw Refusal(
          status: 400,
          detail: "There are not enough free GPUs on the host machine to start this pod.")
      }
      pod.start(after: lag.start, at: now)
    }
    pods[id] = pod
    return pod.body
  }

  mutating func terminate(_ id: String, at now: Timestamp) throws(Refusal) {
    var pod = try pod(id, at: now)
    guard pod.terminatedAt == nil else {
      throw Refusal(status: 409, detail: "terminate is not valid for a pod that is TERMINATED")
    }
    pod.turn(to: "TERMINATED")
    pod.terminatedAt = now
    pods[id] = pod
  }
}
