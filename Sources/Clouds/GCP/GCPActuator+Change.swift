import FleetModel
import Planner
import Ports

extension GCPActuator {
  func launch(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let spec = action.launch else {
      throw CloudVerdict.wrong("NoLaunchSpec", "nothing says what to launch")
    }
    let zone = try launchZone(spec)
    var tags = action.tags
    tags[Tag.fleet] = tags[Tag.fleet] ?? fleet
    tags[Tag.intent] = action.token
    let body = try GCPInsert(
      spec, in: zone, token: action.token, tags: tags, reservation: reservation)
    let call = api.requests.insert(body, in: zone, token: action.token)
    let outcome: GCPCalls.Outcome
    do throws(ActuateError) {
      outcome = try await api.settle(call, in: .zone(zone))
    } catch {
      return try await adopted(body.name, in: zone, action, after: error)
    }
    switch outcome {
    case .done(let operation):
      guard let number = operation.targetId, UInt64(number) != nil else {
        throw CloudVerdict.unreadable(call, "no targetId")
      }
      return Receipt(
        node: GCPNode(zone: zone, number: number).id, state: .pending, requestID: operation.name)
    case .failed(let failure):
      return try await adopted(body.name, in: zone, action, after: GCPCalls.error(failure))
    case .open(let operation, let why):
      let name = "\(zone)/\(body.name)"
      throw .outcomeUnknown("\(name) is being made by \(operation.name): \(why)")
    }
  }

  private func launchZone(_ spec: LaunchSpec) throws(ActuateError) -> String {
    guard spec.cloud == cloud else {
      throw CloudVerdict.wrong("OtherCloud", "\(spec.cloud) is not \(cloud)")
    }
    let named = spec.zone ?? zones.first { GCPName.region(ofZone: $0) == spec.region }
    guard let zone = named else {
      throw CloudVerdict.wrong("NoZone", "no zone is named for a launch in \(spec.region)")
    }
    guard GCPName.region(ofZone: zone) == spec.region, covers(spec.region, zone: zone) else {
      throw CloudVerdict.wrong("OtherRegion", "\(zone) is no zone of \(cloud) \(spec.region)")
    }
    return zone
  }

  /// The name is taken: by what the same token made before, or by a stranger.
  private func adopted(
    _ name: String, in zone: String, _ action: Action, after error: ActuateError
  ) async throws(ActuateError) -> Receipt {
    guard case .refused(var failure) = error else { throw error }
    guard ["alreadyExists", "RESOURCE_ALREADY_EXISTS"].contains(failure.code) else {
      // A network or an image that is not there is a wrong request, not a machine that is gone.
      if failure.kind == .notFound { failure.kind = .invalid }
      throw .refused(failure)
    }
    let call = api.requests.instance(name, in: zone)
    guard let found = try await api.look(call, as: GCPInstance.self),
      found.tags[Tag.intent] == action.token
    else { throw .refused(failure) }
    let node = try node(found)
    return Receipt(node: node.id, state: node.state, adopted: true)
  }
}

extension GCPActuator {
  func start(_ action: Action) async throws(ActuateError) -> Receipt {
    let (place, instance) = try await subject(of: action)
    guard let instance else { throw Self.gone(place) }
    // A suspended machine is woken by another call than a stopped one.
    let verb = instance.status == "SUSPENDED" ? "resume" : "start"
    let call = api.requests.change(verb, place, token: action.token)
    return try await change(place, call, to: .running, underWay: [.running])
  }

  func stop(_ action: Action) async throws(ActuateError) -> Receipt {
    let (place, instance) = try await subject(of: action)
    guard let instance else { throw Self.gone(place) }
    if let group = instance.group, instance.facts.owner?.kind == .instanceGroup {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "GroupMember",
          message: "\(group.id) would repair it: ask the group for fewer, or terminate this one"))
    }
    if let refusal = instance.facts.refusal(of: .stop, on: place.id) { throw refusal }
    let call = api.requests.stop(
      place, discardingLocalDisks: instance.hasLocalDisks, token: action.token)
    return try await change(place, call, to: .stopped, underWay: [.stopping, .stopped])
  }

  /// A member of a group goes through the group, which would replace it else and takes its number
  /// down by one so.
  func terminate(_ action: Action) async throws(ActuateError) -> Receipt {
    let (place, instance) = try await subject(of: action)
    if let instance { try refuseEnd(of: instance, place) }
    if let instance, let group = instance.group {
      try await refuseNumber(of: group)
      let call = api.requests.deleteMember(
        instance.name, in: place.zone, of: group, token: action.token)
      return try await change(
        place, call, in: group.scope, to: .shuttingDown, underWay: [.stopping, .shuttingDown])
    }
    // One that is gone is asked for too: the same request again is answered as the first time.
    let call = api.requests.delete(place, token: action.token)
    return try await change(
      place, call, to: .terminated, underWay: [.stopping, .shuttingDown, .terminated])
  }

  private func refuseEnd(of instance: GCPInstance, _ place: GCPNode) throws(ActuateError) {
    let facts = instance.facts
    guard facts.owner?.kind == .instanceGroup, let group = instance.group else {
      if let refusal = facts.refusal(of: .terminate, on: place.id) { throw refusal }
      return
    }
    guard groups.contains(group.id) else {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "GroupNotNamed",
          message: "\(place.id) is a member of \(group.id): name that in a pool, match: "
            + "{workload: \(group.id)}, so that it leaves through its group"))
    }
    if let refusal = facts.hindranceRefusal(of: .terminate, on: place.id) { throw refusal }
  }

  private func subject(
    of action: Action
  ) async throws(ActuateError) -> (GCPNode, GCPInstance?) {
    guard let node = action.node else {
      throw CloudVerdict.wrong("NoNode", "nothing says which node to \(action.intent.rawValue)")
    }
    guard let place = GCPNode(node) else {
      throw .refused(
        ActFailure(kind: .notFound, code: "notFound", message: "\(node) is not ZONE/NUMBER"))
    }
    return (place, try await instance(place))
  }

  private static func gone(_ place: GCPNode) -> ActuateError {
    .refused(
      ActFailure(kind: .notFound, code: "notFound", message: "there is no machine \(place.id)"))
  }

  /// Sends it and waits; when the patience ends first, the machine itself is looked at.
  private func change(
    _ place: GCPNode, _ call: CloudCall, in scope: GCPScope? = nil, to end: InstanceState,
    underWay: Set<InstanceState>
  ) async throws(ActuateError) -> Receipt {
    switch try await api.settle(call, in: scope ?? .zone(place.zone)) {
    case .done(let operation):
      return Receipt(node: place.id, state: end, requestID: operation.name)
    case .failed(let failure): throw GCPCalls.error(failure)
    case .open(let operation, let why):
      var state: InstanceState?
      do throws(ActuateError) {
        state = try await instance(place).map { GCPState.state($0.status) } ?? .terminated
      } catch { state = nil }
      guard let state, underWay.contains(state) else {
        throw .outcomeUnknown("\(call.operation) of \(place.id), \(operation.name): \(why)")
      }
      return Receipt(node: place.id, state: state, requestID: operation.name)
    }
  }
}
