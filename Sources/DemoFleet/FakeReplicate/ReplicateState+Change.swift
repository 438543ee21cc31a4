import FleetModel

extension ReplicateState {
  /// Every change makes a release, also one that changes nothing.
  mutating func update(
    _ before: Deployment, _ bytes: [UInt8], at now: Timestamp
  ) throws(Refusal) -> PlainJSON {
    let body = try object(bytes, ["version", "hardware", "min_instances", "max_instances"])
    var deployment = before
    deployment.version = try text("version", body) ?? before.version
    deployment.hardware = try text("hardware", body) ?? before.hardware
    deployment.least = try number("min_instances", body) ?? before.least
    deployment.most = try number("max_instances", body) ?? before.most
    try admit(deployment, more: deployment.least > before.least)
    deployment.release += 1
    deployment.releasedAt = now
    deployments["\(before.owner)/\(before.name)"] = deployment
    return deployment.body
  }

  mutating func create(_ bytes: [UInt8], at now: Timestamp) throws(Refusal) -> PlainJSON {
    let names: Set = ["name", "model", "version", "hardware", "min_instances", "max_instances"]
    let body = try object(bytes, names)
    guard names.allSatisfy({ body[$0] != .null }) else {
      throw Refusal(status: 422, detail: "a field is missing")
    }
    let deployment = Deployment(
      owner: "acme", name: try text("name", body) ?? "", model: try text("model", body) ?? "",
      version: try text("version", body) ?? "", hardware: try text("hardware", body) ?? "",
      least: try number("min_instances", body) ?? 0,
      most: try number("max_instances", body) ?? 0, releasedAt: now)
    try admit(deployment, more: deployment.least > 0)
    let key = "acme/\(deployment.name)"
    guard deployments[key] == nil else {
      throw Refusal(status: 400, detail: "A deployment with that name already exists.")
    }
    deployments[key] = deployment
    return deployment.body
  }

  private func object(
    _ bytes: [UInt8], _ known: Set<String>
  ) throws(Refusal) -> PlainJSON {
    guard let body = PlainJSON(bytes), let members = body.object else {
      throw Refusal(status: 400, detail: "The request body is not valid JSON.")
    }
    if let stranger = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw Refusal(status: 422, detail: "\(stranger): Additional property is not allowed")
    }
    return body
  }

  private func text(_ name: String, _ body: PlainJSON) throws(Refusal) -> String? {
    if body[name] == .null { return nil }
    guard let text = body[name].string, !text.isEmpty else {
      throw Refusal(status: 422, detail: "\(name): Invalid type. Expected: string")
    }
    return text
  }

  private func number(_ name: String, _ body: PlainJSON) throws(Refusal) -> Int? {
    if body[name] == .null { return nil }
    guard let number = body[name].int, number >= 0 else {
      throw Refusal(status: 422, detail: "\(name): Must be an integer greater than or equal to 0")
    }
    return number
  }

  private func admit(_ deployment: Deployment, more: Bool) throws(Refusal) {
    guard Self.hardware[deployment.hardware] != nil else {
      throw Refusal(status: 422, detail: "hardware: no such hardware")
    }
    guard deployment.most >= deployment.least else {
      throw Refusal(
        status: 422, detail: "min_instances must be less than or equal to max_instances")
    }
    guard deployment.most <= Self.mostInstances else {
      throw Refusal(
        status: 422, detail: "max_instances is over your account's limit of \(Self.mostInstances)")
    }
    guard !more || !soldOut.contains(deployment.hardware) else {
      throw Refusal(status: 422, detail: "\(deployment.hardware) has no capacity now")
    }
  }
}
