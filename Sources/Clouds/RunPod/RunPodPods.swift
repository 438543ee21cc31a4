import FleetModel
import Planner
import Ports

extension RunPodActuator {
  /// Listed before it is made, every time: the API would make a second one without a word.
  func launch(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let spec = action.launch else {
      throw CloudVerdict.wrong("NoLaunchSpec", "nothing says what to launch")
    }
    try check(spec, token: action.token)
    var tags = action.tags
    tags[Tag.fleet] = tags[Tag.fleet] ?? fleet
    tags[Tag.intent] = action.token
    let known = try await json(requests.listPods(), RunPodPod.list).value.first {
      $0.tags[Tag.intent] == action.token && $0.state != .terminated
    }
    if let known {
      return Receipt(node: NodeID(known.id), state: known.state, adopted: true)
    }
    let body = RunPodLaunch(spec, token: action.token, fleet: fleet, tags: tags)
    let made = try await json(requests.createPod(body), RunPodPod.init)
    return Receipt(node: NodeID(made.value.id), state: made.value.state)
  }

  private func check(_ spec: LaunchSpec, token: String) throws(ActuateError) {
    guard spec.cloud == cloud else {
      throw CloudVerdict.wrong("OtherCloud", "\(spec.cloud) is not \(cloud)")
    }
    guard ["secure", "community"].contains(spec.region.rawValue) else {
      throw CloudVerdict.wrong("NoTier", "\(spec.region) is neither “secure” nor “community”")
    }
    guard (1...64).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw CloudVerdict.wrong("BadToken", "a token is 1 to 64 visible ASCII characters") }
    guard spec.capacity == .onDemand else {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "NoSpot",
          message: "RunPod's API v2 makes on-demand pods only; interruptible ones ended with v1"))
    }
    guard spec.subnet == nil else {
      throw CloudVerdict.wrong("NoSubnets", "RunPod has no subnets")
    }
  }

  /// Asks for a state; that it is there already is a success.
  func change(
    _ action: Action, _ verb: String, to goal: Set<InstanceState>
  ) async throws(ActuateError) -> Receipt {
    guard let node = action.node else {
      throw CloudVerdict.wrong("NoNode", "nothing says which pod to \(verb)")
    }
    if verb != "start" { try await refuseLocked(node, verb) }
    do throws(ActuateError) {
      let state = try await ask(node, verb)
      if state == .terminated { gone.insert(node) }
      return Receipt(node: node, state: state)
    } catch {
      guard case .refused(let failure) = error else { throw error }
      if failure.kind == .notFound, goal.contains(.terminated), gone.contains(node) {
        return Receipt(node: node, state: .terminated)
      }
      guard failure.code == RunPodFault.conflict else { throw error }
      let state = try await pod(node).state
      guard goal.contains(state) else { throw error }
      return Receipt(node: node, state: state)
    }
  }

  /// The lock of RunPod's own is against a stop; here it is against an end too, which is worse.
  private func refuseLocked(_ node: NodeID, _ verb: String) async throws(ActuateError) {
    guard let seen = try await observe(node) else { return }
    let act: MachineAct = verb == "stop" ? .stop : .terminate
    if let refusal = seen.facts?.refusal(of: act, on: node) { throw refusal }
  }

  private func ask(_ node: NodeID, _ verb: String) async throws(ActuateError) -> InstanceState {
    guard node.rawValue.isPathPart else {
      throw .refused(
        ActFailure(kind: .notFound, code: "BadID", message: "\(node) is no id of a pod"))
    }
    let call = requests.podAction(node.rawValue, verb)
    guard verb == "terminate" else { return try await json(call, RunPodPod.init).value.state }
    // 204, without a body.
    try await limit.admit()
    _ = try await calls.send(call)
    return .terminated
  }
}
