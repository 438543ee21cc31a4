import FleetModel

extension FakeRegion {
  /// Changes machines, all or none.
  mutating func change(
    _ form: inout FakeForm, at now: Timestamp,
    _ act: (inout FakeRegion, FakeInstance) throws(Refusal) -> Void
  ) throws(Refusal) -> [FakeXML] {
    let ids = form.list("InstanceId")
    guard !ids.isEmpty else {
      throw Refusal(
        code: "MissingParameter", message: "The request must contain the parameter InstanceId")
    }
    for name in ["Force", "Hibernate", "SkipOsShutdown"] { _ = form.take(name) }
    let before = try find(ids, at: now)
    try admit(&form)
    var changed = self
    for instance in before { try act(&changed, instance) }
    self = changed
    let items = before.map { old -> [FakeXML] in
      let state = instances[old.id]?.state(at: now) ?? .terminated
      return [
        FakeXML("instanceId", old.id), FakeXML.state("currentState", state),
        FakeXML.state("previousState", old.state(at: now)),
      ]
    }
    return [.list("instancesSet", items)]
  }

  mutating func start(_ instance: FakeInstance, at now: Timestamp) throws(Refusal) {
    switch instance.state(at: now) {
    case .pending, .running: return
    case .stopped:
      try requireCapacity(type: instance.type, zone: instance.zone)
      instances[instance.id]?.turn(.pending, then: .running, after: lag.start, at: now)
    case let state: throw Self.wrongState(instance.id, state, to: "started")
    }
  }

  mutating func stop(_ instance: FakeInstance, at now: Timestamp) throws(Refusal) {
    switch instance.state(at: now) {
    case .stopping, .stopped: return
    case .running:
      try refuseProtected(instance, "disableApiStop", "stopped")
      guard !instance.isStoreRooted else {
        throw Refusal(
          code: "UnsupportedOperation",
          message: "The instance '\(instance.id)' does not have an 'ebs' root device type and "
            + "cannot be stopped.")
      }
      guard !instance.spot else {
        throw Refusal(
          code: "UnsupportedOperation",
          message: "You can't stop the Spot Instance '\(instance.id)' because it is associated "
            + "with a one-time Spot Instance request.")
      }
      instances[instance.id]?.turn(.stopping, then: .stopped, after: lag.stop, at: now)
    case let state: throw Self.wrongState(instance.id, state, to: "stopped")
    }
  }

  mutating func terminate(_ instance: FakeInstance, at now: Timestamp) {
    switch instance.state(at: now) {
    case .shuttingDown, .terminated: return
    default:
      instances[instance.id]?.turn(.shuttingDown, then: .terminated, after: lag.end, at: now)
    }
  }

  /// In EC2's words (cloud-custodian/cloud-custodian#8007, #10594).
  func refuseProtected(
    _ instance: FakeInstance, _ attribute: String, _ verb: String
  ) throws(Refusal) {
    guard instance.protections.contains(attribute) else { return }
    throw Refusal(
      code: "OperationNotPermitted",
      message: "The instance '\(instance.id)' may not be \(verb). Modify its '\(attribute)' "
        + "instance attribute and try again.")
  }

  /// One attribute of one machine.
  func describeAttribute(_ form: inout FakeForm, at now: Timestamp) throws(Refusal) -> [FakeXML] {
    let attribute = try required("Attribute", &form)
    let id = try required("InstanceId", &form)
    try admit(&form)
    guard ["disableApiStop", "disableApiTermination"].contains(attribute) else {
      throw Refusal(
        code: "InvalidParameterValue",
        message: "Value (\(attribute)) for parameter attribute is invalid. Unknown attribute.")
    }
    let isSet = try find([id], at: now).contains { $0.protections.contains(attribute) }
    return [
      FakeXML("instanceId", id), FakeXML(attribute, [FakeXML("value", "\(isSet)")]),
    ]
  }

  func hasCapacity(type: String, zone: String) -> Bool {
    !overQuota.contains(type)
      && !soldOut.contains { $0.type.rawValue == type && ($0.zone ?? zone) == zone }
  }

  func requireCapacity(type: String, zone: String) throws(Refusal) {
    guard !overQuota.contains(type) else {
      throw Refusal(
        code: "VcpuLimitExceeded",
        message: "You have requested more vCPU capacity than your current vCPU limit of 0 allows "
          + "for the instance bucket that the specified instance type belongs to.")
    }
    guard hasCapacity(type: type, zone: zone) else {
      throw Refusal(
        code: "InsufficientInstanceCapacity",
        message: "We currently do not have sufficient \(type) capacity in the Availability Zone "
          + "you requested (\(zone)).", status: 500)
    }
  }

  private static func wrongState(
    _ id: String, _ state: InstanceState, to verb: String
  ) -> Refusal {
    Refusal(
      code: "IncorrectInstanceState",
      message: "The instance '\(id)' is not in a state from which it can be \(verb) "
        + "(it is \(state.rawValue)).")
  }
}

extension FakeXML {
  static func state(_ name: String, _ state: InstanceState) -> FakeXML {
    FakeXML(
      name, [FakeXML("code", String(state.code)), FakeXML("name", state.rawValue)])
  }
}
