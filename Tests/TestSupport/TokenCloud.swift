public import FleetModel
public import Planner
public import Ports

/// A cloud in memory with true token semantics, and answers that can be lost on demand.
public actor TokenCloud: Actuator {
  public nonisolated let cloud: CloudName = "aws"
  public private(set) var nodes: [NodeID: Node]
  public private(set) var calls: [Action] = []
  private var launchedBy: [String: NodeID] = [:]
  private var lostAnswers = 0
  private var refusal: ActuateError?
  private var refusals = 0
  private var hiddenLists = 0

  public init(nodes: [Node] = []) {
    self.nodes = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
  }

  /// The next `count` calls take effect, and their answers are lost.
  public func loseAnswers(_ count: Int) { lostAnswers = count }
  /// The next `times` calls are answered with this; all from here on when that is not said.
  public func refuse(_ error: ActuateError?, times: Int = .max) {
    (refusal, refusals) = (error, times)
  }
  /// The next `count` listings do not show what was launched: eventual consistency.
  public func hide(for count: Int) { hiddenLists = count }

  public func inventory() async throws(ActuateError) -> Inventory {
    if hiddenLists > 0 {
      hiddenLists -= 1
      let known = Set(launchedBy.values)
      return Inventory(nodes: nodes.values.filter { !known.contains($0.id) })
    }
    return Inventory(nodes: nodes.values.sorted { $0.id < $1.id })
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? { nodes[node] }

  /// A request that would leave too late is none: it is not among the calls.
  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    if let lateness = permit.lateness() { throw .tooLate(lateness) }
    calls.append(action)
    if let refusal, refusals > 0 {
      refusals -= 1
      throw refusal
    }
    let receipt = try apply(action)
    guard lostAnswers == 0 else {
      lostAnswers -= 1
      throw .outcomeUnknown("connection reset")
    }
    return receipt
  }

  private func apply(_ action: Action) throws(ActuateError) -> Receipt {
    if action.intent == .launch { return launch(action) }
    guard let id = action.node, nodes[id] != nil else {
      throw .refused(ActFailure(kind: .notFound, code: "NotFound", message: ""))
    }
    let state: InstanceState =
      switch action.intent {
      case .stop: .stopped
      case .start: .running
      case .terminate: .terminated
      case .keep, .launch, .scaleUp, .scaleDown, .unload: .running
      }
    nodes[id]?.state = state
    return Receipt(node: id, state: state)
  }

  private func launch(_ action: Action) -> Receipt {
    if let known = launchedBy[action.token] { return Receipt(node: known, state: .pending) }
    let id = NodeID("i-new\(launchedBy.count)")
    launchedBy[action.token] = id
    nodes[id] = Node(
      id: id, cloud: cloud, region: "us-east-1", type: "g6.xlarge", state: .pending,
      launchedAt: Timestamp(seconds: 0), tags: action.tags)
    return Receipt(node: id, state: .pending)
  }
}
