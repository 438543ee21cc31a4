import FleetModel
import Planner
import Ports

/// Cordon, drain, give back; and uncordon.
extension KubernetesActuator {
  /// Between two looks at pods that are ending.
  private static let look = Duration.seconds(2)
  /// How often a change is tried again on a newer state, when somebody was faster.
  static let mostConflicts = 5

  /// Empties a node and has it taken away.
  ///
  /// Nothing is forced: a pod that nobody would make again, or whose owner wants it left alone,
  /// refuses the act before anything is done; a disruption budget that says "not now" holds it up.
  func terminate(_ action: Action) async throws(ActuateError) -> Receipt {
    let node = try await find(action)
    let id = NodeID(node.metadata.name)
    if node.metadata.deletionTimestamp != nil { return Receipt(node: id, state: .shuttingDown) }
    try await refuseKept(node)
    try refuse(try await pods(on: node))
    let cordoned = try await cordon(node, token: action.token)
    // Again, now that nothing more comes: what came in between must not be evicted either.
    do throws(ActuateError) { try refuse(try await pods(on: cordoned)) } catch {
      if !node.isCordoned { _ = try? await uncordon(action, as: .undo) }
      throw error
    }
    do throws(ActuateError) {
      try await drain(cordoned)
      guard node.isKarpenters else { return Receipt(node: id, state: .running) }
      try await giveBack(cordoned)
    } catch {
      // It is looked at anew, and may be found at work: then it must take pods again.
      if case .tooLate = error, !node.isCordoned || node.cordonedBy == action.token {
        _ = try? await uncordon(action, as: .undo)
      }
      throw error
    }
    return Receipt(node: id, state: .shuttingDown)
  }

  /// The node or its claim says that it is to stay.
  private func refuseKept(_ node: KubeNode) async throws(ActuateError) {
    var facts = node.facts
    facts.hindrances += try await claimHindrance(of: node).map { [$0] } ?? []
    if let refusal = facts.hindranceRefusal(of: .terminate, on: NodeID(node.metadata.name)) {
      throw refusal
    }
  }

  /// What the claim of Karpenter's node says, which no list of nodes shows; nil where it says nothing
  /// or may not be seen. It has to be looked at: a claim that is deleted goes whatever stands on it.
  func claimHindrance(of node: KubeNode) async throws(ActuateError) -> ActHindrance? {
    guard let claim = node.claim else { return nil }
    do throws(ActuateError) {
      let found = try await calls.find(calls.requests.nodeClaim(claim), as: KubeNodeClaim.self)
      return KubeNotes.hindrance(found?.metadata.annotations, on: "claim")
    } catch {
      guard case .refused(let failure) = error, failure.kind == .auth else { throw error }
      return nil
    }
  }

  /// Lets a node take pods again that we cordoned; another's cordon is another's.
  func uncordon(
    _ action: Action, as effect: CloudCall.Effect = .change
  ) async throws(ActuateError) -> Receipt {
    var node = try await find(action)
    let receipt = Receipt(node: NodeID(node.metadata.name), state: .running)
    guard node.metadata.deletionTimestamp == nil else {
      throw CloudVerdict.wrong("NodeEnds", "\(node.metadata.name) is being taken away")
    }
    for _ in 0..<Self.mostConflicts {
      if !node.isCordoned, node.cordonedBy == nil { return receipt }
      guard node.cordonedBy != nil else {
        throw CloudVerdict.wrong(
          "CordonedByOthers", "\(node.metadata.name) was cordoned by somebody else")
      }
      if try await patch(node, token: nil, as: effect) != nil { return receipt }
      node = try await find(action)
    }
    throw Self.contended(node.metadata.name)
  }

  private func find(_ action: Action) async throws(ActuateError) -> KubeNode {
    guard let id = action.node, KubeName.isName(id.rawValue) else {
      throw CloudVerdict.wrong("NoNode", "nothing says which node to \(action.intent.rawValue)")
    }
    return try await calls.send(calls.requests.node(id.rawValue), as: KubeNode.self)
  }

  /// A node that is cordoned already stays as it is: whoever did it takes it back.
  private func cordon(
    _ found: KubeNode, token: String
  ) async throws(ActuateError) -> KubeNode {
    var node = found
    for _ in 0..<Self.mostConflicts {
      if node.isCordoned { return node }
      if let done = try await patch(node, token: token) { return done }
      node = try await calls.send(
        calls.requests.node(node.metadata.name), as: KubeNode.self)
    }
    throw Self.contended(node.metadata.name)
  }

  /// nil when the node has changed since it was read.
  private func patch(
    _ node: KubeNode, token: String?, as effect: CloudCall.Effect = .change
  ) async throws(ActuateError) -> KubeNode? {
    var call = calls.requests.cordon(node, token: token)
    call.effect = effect
    do throws(ActuateError) {
      return try await calls.send(call, as: KubeNode.self)
    } catch {
      guard Self.isConflict(error) else { throw error }
      return nil
    }
  }

  static func isConflict(_ error: ActuateError) -> Bool {
    guard case .refused(let failure) = error else { return false }
    return failure.code == "Conflict"
  }

  static func contended(_ name: String) -> ActuateError {
    .retryLater(
      after: .seconds(5),
      ActFailure(
        kind: .throttled, code: "Conflict", message: "\(name) changes faster than it can be changed"
      ))
  }
}

extension KubernetesActuator {
  /// The pods that have to go before the node does.
  private func pods(on node: KubeNode) async throws(ActuateError) -> [KubePod] {
    let listing = try await calls.list(of: KubePod.self) {
      calls.requests.pods(on: node.metadata.name, after: $0)
    }
    return listing.items.filter { !$0.belongsToNode && !$0.isOver }
  }

  private func refuse(_ pods: [KubePod]) throws(ActuateError) {
    for pod in pods where !pod.isEnding {
      let name = "\(pod.metadata.namespace ?? "default")/\(pod.metadata.name)"
      if pod.isBare {
        throw CloudVerdict.wrong("BarePod", "nothing would make the pod \(name) again")
      }
      if pod.wantsToStay {
        throw CloudVerdict.wrong("DoNotDisrupt", "the pod \(name) is marked to be left alone")
      }
    }
  }

  private func drain(_ node: KubeNode) async throws(ActuateError) {
    let deadline = time.now().advanced(by: drainLimit)
    while true {
      let pods = try await pods(on: node)
      guard !pods.isEmpty else { return }
      try await evict(pods.filter { !$0.isEnding })
      guard time.now() < deadline else {
        throw .retryLater(
          after: .seconds(10),
          ActFailure(
            kind: .throttled, code: "Draining",
            message: "\(pods.count) pods on \(node.metadata.name) have not ended yet"))
      }
      do { try await time.sleep(for: Self.look) } catch {
        throw .retryLater(after: nil, CallBudget.cancelled)
      }
    }
  }

  /// Asks for every pod's end; what a budget holds back is thrown after all were asked.
  private func evict(_ pods: [KubePod]) async throws(ActuateError) {
    var held: ActuateError?
    for pod in pods {
      do throws(ActuateError) {
        _ = try await calls.calls.send(calls.requests.evict(pod))
      } catch {
        switch error {
        case .retryLater(let after, let failure) where failure.code == KubeStatus.budget:
          held = .retryLater(after: after ?? .seconds(10), failure)
        // Gone, or another pod of its name; the next look tells.
        case .refused(let failure) where failure.kind == .notFound || failure.code == "Conflict":
          continue
        case .outcomeUnknown: continue
        default: throw error
        }
      }
    }
    if let held { throw held }
  }

  private func giveBack(_ node: KubeNode) async throws(ActuateError) {
    let call =
      node.claim.map { calls.requests.deleteNodeClaim($0) } ?? calls.requests.deleteNode(node)
    do throws(ActuateError) { _ = try await calls.calls.send(call) } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
    }
  }
}
