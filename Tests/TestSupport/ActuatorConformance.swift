import FleetModel
public import Planner
public import Ports

/// What every actuator must do, whatever its cloud: run over each adapter against a cloud of its
/// own (a fake, an emulator). It makes, stops, starts and terminates real nodes there.
public struct ActuatorConformance: Sendable {
  /// What the cloud behind the adapter is known not to do; each left out is said in the test.
  public struct Cloud: Sendable {
    /// The same token gives the same node.
    public var honoursTokens: Bool
    /// A terminated node can not be started.
    public var refusesLateStart: Bool
    public init(honoursTokens: Bool = true, refusesLateStart: Bool = true) {
      self.honoursTokens = honoursTokens
      self.refusesLateStart = refusesLateStart
    }
  }

  private let actuator: any Actuator
  private let spec: LaunchSpec
  private let cloud: Cloud
  private let settle: @Sendable () async -> Void

  /// - Parameter settle: lets the cloud's own time pass, until states have settled.
  public init(
    _ actuator: any Actuator, launching spec: LaunchSpec, cloud: Cloud = Cloud(),
    settle: @escaping @Sendable () async -> Void = {}
  ) {
    self.actuator = actuator
    self.spec = spec
    self.cloud = cloud
    self.settle = settle
  }

  /// Everything that was not as it must be, as sentences; empty when the adapter conforms.
  public func violations(tokens prefix: String) async -> [String] {
    var said: [String] = []
    do throws(ActuateError) {
      let node = try await launching(prefix + "-a", into: &said)
      try await switching(node, token: prefix, into: &said)
      try await ending(node, token: prefix, into: &said)
      try await unknownNode(token: prefix, into: &said)
    } catch {
      said.append("an act that must succeed failed: \(error)")
    }
    return said
  }

  private func launching(
    _ token: String, into said: inout [String]
  ) async throws(ActuateError) -> NodeID {
    let action = Action(
      token: token, intent: .launch, launch: spec, tags: [Tag.pool: "conformance"])
    said += try await late.violations(of: action)
    let first = try await actuator.carryOut(action, under: LateActs.young)
    if cloud.honoursTokens {
      let again = try await actuator.carryOut(action)
      if again.node != first.node { said.append("the same token made a second node") }
    }
    guard let node = first.node else { throw Self.noNode }
    await settle()
    let listed = try await actuator.inventory().nodes
    let ours = listed.filter { $0.tags[Tag.intent] == token }
    if ours.map(\.id) != [node] {
      said.append("the node is not found by its intent's tag: \(ours.map(\.id))")
    }
    if ours.first?.tags[Tag.pool] != "conformance" { said.append("the action's tag is lost") }
    if ours.first?.type != spec.type { said.append("the node is of another type") }
    if listed.map(\.id) != listed.map(\.id).sorted() { said.append("the list is not sorted") }
    let seen = try await actuator.observe(node)
    if seen?.state != .running {
      said.append("a launched node does not come to run: \(seen as Any)")
    }
    return node
  }

  private var late: LateActs { LateActs(actuator: actuator, settle: settle) }

  private static let noNode = ActuateError.refused(
    ActFailure(kind: .invalid, code: "NoNode", message: "the receipt of a launch names no node"))

  private func switching(
    _ node: NodeID, token: String, into said: inout [String]
  ) async throws(ActuateError) {
    for (intent, end) in [(Intent.stop, InstanceState.stopped), (.start, .running)] {
      for turn in ["first", "second"] {
        let act = Action(token: "\(token)-\(intent)-\(turn)", intent: intent, node: node)
        if turn == "first" { said += try await late.violations(of: act) }
        let receipt = try await actuator.carryOut(act, under: LateActs.young)
        if receipt.node != node { said.append("\(intent): the receipt names another node") }
        await settle()
        let state = try await actuator.observe(node)?.state
        if state != end { said.append("\(intent), \(turn) time: \(state as Any), not \(end)") }
      }
    }
  }

  private func ending(
    _ node: NodeID, token: String, into said: inout [String]
  ) async throws(ActuateError) {
    let act = Action(token: "\(token)-end", intent: .terminate, node: node)
    said += try await late.violations(of: act)
    _ = try await actuator.carryOut(act, under: LateActs.young)
    await settle()
    let again = try await actuator.carryOut(act)
    if again.node != node { said.append("terminating twice is not the same as once") }
    let state = try await actuator.observe(node)?.state
    if state != nil, state != .terminated { said.append("a terminated node is \(state as Any)") }
    guard cloud.refusesLateStart else { return }
    let start = Action(token: "\(token)-late", intent: .start, node: node)
    do throws(ActuateError) {
      _ = try await actuator.carryOut(start)
      said.append("a terminated node was started")
    } catch {
      guard case .refused = error else { throw error }
    }
  }

  private func unknownNode(token: String, into said: inout [String]) async throws(ActuateError) {
    let nobody: NodeID = "i-0123456789abcdef0"
    if try await actuator.observe(nobody) != nil { said.append("an unknown node was observed") }
    do throws(ActuateError) {
      let act = Action(token: "\(token)-nobody", intent: .terminate, node: nobody)
      _ = try await actuator.carryOut(act)
      said.append("an unknown node was terminated")
    } catch {
      guard case .refused(let failure) = error else { throw error }
      if failure.kind != .notFound { said.append("an unknown node: \(failure.kind)") }
    }
  }
}
