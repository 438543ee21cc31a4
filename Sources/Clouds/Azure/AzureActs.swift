import FleetModel
import Planner
import Ports

extension AzureActuator {
  // MARK: Switching

  func start(_ name: AzureName) async throws(ActuateError) -> Receipt {
    let call: CloudCall
    if let (set, instance) = try await membership(of: name) {
      call = calls.requests.startMember(instance, of: set)
    } else {
      call = calls.requests.start(name)
    }
    let outcome = try await calls.change(call, within: patience.growing)
    return receipt(name, outcome, done: .running, underWay: .pending)
  }

  func stop(_ name: AzureName) async throws(ActuateError) -> Receipt {
    let node = try await observe(name.node)
    if let refusal = node?.facts?.refusal(of: .stop, on: name.node) { throw refusal }
    let outcome = try await calls.change(
      calls.requests.deallocate(name), within: patience.shrinking)
    return receipt(name, outcome, done: .stopped, underWay: .stopping)
  }

  /// A machine is deleted; an instance leaves its set, which shrinks by it.
  func terminate(_ name: AzureName) async throws(ActuateError) -> Receipt {
    let call: CloudCall
    if let (set, instance) = try await membership(of: name) {
      guard try await isThere(instance, of: set) else {
        return Receipt(node: name.node, state: .terminated)
      }
      try await refuseEnd(of: name, in: set)
      call = calls.requests.deleteMember(instance, of: set)
    } else {
      try await refuseEnd(of: name, in: nil)
      call = calls.requests.delete(name)
    }
    let outcome = try await calls.change(call, within: patience.shrinking)
    return receipt(name, outcome, done: .terminated, underWay: .shuttingDown)
  }

  /// What its facts say against its end; an instance leaves through the set that a pool names, where
  /// the set's number is ours.
  private func refuseEnd(of name: AzureName, in set: AzureName?) async throws(ActuateError) {
    guard let node = try await observe(name.node), let facts = node.facts else { return }
    guard facts.owner?.kind == .scaleSet, let owner = set ?? owningSet(facts) else {
      if let refusal = facts.refusal(of: .terminate, on: name.node) { throw refusal }
      return
    }
    guard named.contains(owner.workload) else {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "GroupNotNamed",
          message: "\(name.node) is an instance of \(owner.workload): name that in a pool, match: "
            + "{workload: \(owner.workload)}, so that it leaves through its set"))
    }
    if let refusal = facts.hindranceRefusal(of: .terminate, on: name.node) { throw refusal }
    try await refuseNumber(of: owner)
  }

  private func owningSet(_ facts: NodeFacts) -> AzureName? {
    facts.owner.flatMap { AzureName(WorkloadID($0.name)) }
  }

  /// Nothing is asked of a number that another sets.
  private func refuseNumber(of set: AzureName) async throws(ActuateError) {
    let found = try await sought { () async throws(ActuateError) in
      try await calls.look(calls.requests.scaleSet(set), as: AzureScaleSet.self).value
    }
    guard let found, var workload = found.workload(set, cloud: cloud, nodes: []) else { return }
    workload.numberOwner = numberOwner(of: found, set, try await autoscale())
    if let refusal = workload.numberRefusal { throw refusal }
  }

  private func receipt(
    _ name: AzureName, _ outcome: AzureCalls.Outcome, done: InstanceState, underWay: InstanceState
  ) -> Receipt {
    Receipt(
      node: name.node, state: outcome.ending == .done ? done : underWay,
      requestID: outcome.requestID)
  }

  /// The set an instance belongs to; nil for a virtual machine. What was not listed yet and may be
  /// either is looked up: a virtual machine of that name goes first.
  private func membership(
    of name: AzureName
  ) async throws(ActuateError) -> (set: AzureName, instance: String)? {
    guard let member = name.member else { return nil }
    if members.contains(name.node) { return member }
    return try await machine(name) == nil ? member : nil
  }

  /// Whether an instance is still in its set. Throws notFound when there is no such set.
  private func isThere(
    _ instance: String, of set: AzureName
  ) async throws(ActuateError) -> Bool {
    let found = try await sought { () async throws(ActuateError) in
      try await calls.look(calls.requests.member(instance, of: set), as: AzureMachine.self).value
    }
    if found != nil { return true }
    _ = try await calls.look(calls.requests.scaleSet(set), as: AzureScaleSet.self)
    return false
  }

  // MARK: Scaling

  func scale(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let workload = action.workload, let wanted = action.replicas?.to else {
      throw CloudVerdict.wrong("NoWorkload", "nothing says what to scale, or to what number")
    }
    guard let name = AzureName(workload) else {
      throw .refused(
        ActFailure(
          kind: .notFound, code: "ResourceNotFound", message: "\(workload) is no scale set of Azure"
        ))
    }
    guard (0...AzureScaleSet.most).contains(wanted) else {
      throw CloudVerdict.wrong(
        "OutOfBounds", "a scale set has 0 to \(AzureScaleSet.most) instances, not \(wanted)")
    }
    try await refuseNumber(of: name)
    let limit = action.intent == .scaleUp ? patience.growing : patience.shrinking
    let outcome = try await calls.change(calls.requests.scale(name, to: wanted), within: limit)
    return Receipt(workload: workload, replicas: wanted, requestID: outcome.requestID)
  }
}

// MARK: Launching

extension AzureActuator {
  func launch(_ action: Action) async throws(ActuateError) -> Receipt {
    let (name, body) = try order(action)
    do throws(ActuateError) {
      let outcome = try await calls.change(
        calls.requests.make(name, body), within: patience.growing)
      return receipt(name, outcome, done: .running, underWay: .pending)
    } catch {
      guard case .refused(let failure) = error else { throw error }
      if failure.code == AzureFault.preconditionFailed {
        return try await adopted(name, action, body)
      }
      let reason = await clear(name, action.token)
      guard failure.code == AzureCalls.notProvisioned.code, let reason else { throw error }
      throw .refused(
        ActFailure(
          kind: reason.kind ?? .invalid, code: reason.code, message: reason.message))
    }
  }

  /// What is to be made, with everything it needs, or what is missing.
  private func order(_ action: Action) throws(ActuateError) -> (AzureName, AzureMachineBody) {
    guard let spec = action.launch else {
      throw CloudVerdict.wrong("NoLaunchSpec", "nothing says what to launch")
    }
    guard spec.cloud == cloud, place.has(AzureRegion.named(spec.region.rawValue)) else {
      throw CloudVerdict.wrong("OtherRegion", "\(spec.cloud) \(spec.region) is not of \(cloud)")
    }
    guard let name = AzureName.machine(ofToken: action.token) else {
      throw CloudVerdict.wrong(
        "BadToken", "a token is 1 to 57 small letters, digits and hyphens: it becomes a name")
    }
    guard let group = place.launchGroup else {
      throw CloudVerdict.wrong("NoResourceGroup", "nothing says which group machines are made in")
    }
    guard let image = AzureImage(spec.image) else {
      throw CloudVerdict.wrong(
        "BadImage", "an image is an id or “publisher:offer:sku:version”, not “\(spec.image)”")
    }
    guard let subnet = spec.subnet, subnet.lowercased().hasPrefix("/subscriptions/") else {
      throw CloudVerdict.wrong("NoSubnet", "a subnet is named by its whole id, “/subscriptions/…”")
    }
    guard spec.capacity != .reserved else {
      throw CloudVerdict.wrong("Reserved", "a reservation group can not be named yet")
    }
    var tags = action.tags
    tags[Tag.fleet] = tags[Tag.fleet] ?? fleet
    tags[Tag.intent] = action.token
    let body = AzureMachineBody(
      spec, image: image, subnet: subnet, name: name, tags: tags, login: login)
    return (AzureName(group: group, name: name), body)
  }

  /// There is one of this name: ours from an answer that was lost, as it is now.
  private func adopted(
    _ name: AzureName, _ action: Action, _ body: AzureMachineBody
  ) async throws(ActuateError) -> Receipt {
    guard let machine = try await machine(name) else {
      throw .outcomeUnknown("\(name.node) is there and can not be seen")
    }
    let type = machine.properties?.hardwareProfile?.vmSize
    guard machine.tags?[Tag.intent] == action.token,
      type?.lowercased() == body.properties.hardwareProfile.vmSize.lowercased()
    else {
      throw CloudVerdict.wrong(
        "NameTaken", "\(name.node) is another machine, of type \(type ?? "?")")
    }
    let view = machine.properties?.instanceView
    if machine.hasNoPlace {
      let reason = await clear(name, action.token) ?? view?.fault
      throw .refused(
        ActFailure(
          kind: reason?.kind ?? .invalid, code: reason?.code ?? "ProvisioningFailed",
          message: reason?.message ?? "the machine could not be made"))
    }
    let state = machine.state(power: view?.power)
    return Receipt(node: name.node, state: state, adopted: true)
  }

  /// Azure keeps the description of a machine it had no place for; ours goes, so that nobody starts
  /// it later. When that fails too, the machine is listed as stopped, and as nobody's.
  /// Gives what its view says of the reason.
  private func clear(_ name: AzureName, _ token: String) async -> CloudFault? {
    do throws(ActuateError) {
      guard let machine = try await machine(name), machine.tags?[Tag.intent] == token,
        machine.hasNoPlace
      else { return nil }
      let reason = machine.properties?.instanceView?.fault
      var deletion = calls.requests.delete(name)
      deletion.effect = .undo
      _ = try? await calls.change(deletion, within: .zero)
      return reason
    } catch { return nil }
  }
}

extension AzureMachine {
  /// It could not be made: a description without a machine.
  fileprivate var hasNoPlace: Bool {
    properties?.provisioningState?.lowercased() == "failed"
      && properties?.instanceView?.power == nil
  }
}
