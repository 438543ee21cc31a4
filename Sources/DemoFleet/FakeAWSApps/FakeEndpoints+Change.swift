import FleetModel

extension FakeEndpoints {
  mutating func setCapacities(
    _ fields: inout FakeFields, at now: Timestamp
  ) throws(FakeRefusal) -> FakeAppsJSON {
    let name = try fields.needed("EndpointName")
    let wanted = try fields.list("DesiredWeightsAndCapacities") ?? []
    try fields.end()
    guard !wanted.isEmpty else { throw .validation("DesiredWeightsAndCapacities is empty") }
    var endpoint = try find(name)
    guard endpoint.busyUntil == nil else {
      throw .validation("Cannot update in-progress endpoint \"\(arn("endpoint", name))\".")
    }
    for item in wanted { try set(item, on: &endpoint) }
    endpoint.failureReason = nil
    endpoint.busyUntil = now.advanced(by: lag)
    endpoint.modified = now
    for variant in endpoint.variants where variant.desired != variant.current {
      changes["sagemaker/\(name)/\(variant.name)", default: 0] += 1
    }
    endpoints[name] = endpoint
    return ["EndpointArn": .text(arn("endpoint", name))]
  }

  private func set(_ item: FakeAppsJSON, on endpoint: inout Endpoint) throws(FakeRefusal) {
    var fields = try FakeFields(item)
    let name = try fields.needed("VariantName")
    let count = try fields.number("DesiredInstanceCount")
    _ = fields.take("DesiredWeight")
    try fields.end()
    guard let index = endpoint.variants.firstIndex(where: { $0.name == name }) else {
      throw .validation("Variant \"\(name)\" does not exist in the endpoint.")
    }
    guard let count else { return }
    let variant = endpoint.variants[index]
    let lowest = endpoint.isAsync ? 0 : variant.managed?.lowerBound ?? 1
    guard count >= lowest else {
      throw .validation(
        "The desired instance count \(count) of variant \(name) is below the least of \(lowest).")
    }
    try admit(count - variant.desired, of: variant.type)
    endpoint.variants[index].desired = count
  }

  private func admit(_ more: Int, of type: String) throws(FakeRefusal) {
    guard more > 0, let quota = quotas[type] else { return }
    let used = endpoints.values.flatMap(\.variants).filter { $0.type == type }
      .reduce(0) { $0 + $1.desired }
    guard used + more > quota else { return }
    throw FakeRefusal(
      code: "ResourceLimitExceeded",
      message: "The account-level service limit '\(type) for endpoint usage' is \(quota) "
        + "Instances, with current utilization of \(used) Instances and a request delta of "
        + "\(more) Instances.")
  }

  mutating func setCopies(
    _ fields: inout FakeFields, at now: Timestamp
  ) throws(FakeRefusal) -> FakeAppsJSON {
    let name = try fields.needed("InferenceComponentName")
    var wanted = try FakeFields(fields.take("DesiredRuntimeConfig") ?? .null)
    try fields.end()
    let count = try wanted.number("CopyCount")
    try wanted.end()
    guard let count, count >= 0 else { throw .validation("CopyCount is at least 0") }
    var component = try findComponent(name)
    guard component.busyUntil == nil else {
      throw .validation(
        "Cannot update inference component \"\(arn("inference-component", name))\" while it is in "
          + "state UPDATE_RC_IN_PROGRESS.")
    }
    let variant = endpoints[component.endpoint]?.variants.first { $0.name == component.variant }
    if let variant { try admit(count - component.desired, of: variant.type) }
    if component.desired != count { changes["sagemaker-ic/\(name)", default: 0] += 1 }
    component.desired = count
    component.failureReason = nil
    component.busyUntil = now.advanced(by: lag)
    component.modified = now
    components[name] = component
    return ["InferenceComponentArn": .text(arn("inference-component", name))]
  }

  func find(_ name: String) throws(FakeRefusal) -> Endpoint {
    guard let endpoint = endpoints[name] else {
      throw .validation("Could not find endpoint \"\(arn("endpoint", name))\".")
    }
    return endpoint
  }

  func findComponent(_ name: String) throws(FakeRefusal) -> Component {
    guard let component = components[name] else {
      throw .validation(
        "Could not find inference component \"\(arn("inference-component", name))\".")
    }
    return component
  }
}
