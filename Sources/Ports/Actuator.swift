public import FleetModel
public import Planner

/// One cloud account: lists its nodes and changes them.
///
/// Contract: carrying out the same action twice has the effect of once. `inventory` is complete or
/// throws; a partial list is never returned. No request that changes anything leaves past its permit:
/// an act of several steps then ends between two of them, and carried out again it goes on.
public protocol Actuator: Sendable {
  var cloud: CloudName { get }
  /// Every node that carries our fleet's tag or matches a configured pool; all pages.
  func inventory() async throws(ActuateError) -> Inventory
  /// One node as it is now; nil when the cloud does not know it.
  func observe(_ node: NodeID) async throws(ActuateError) -> Node?
  /// One workload as it is now; nil when the cloud does not know it.
  func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload?
  func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt
}

extension Actuator {
  /// For acts that rest on no look at the fleet: a person's, and those of tests.
  public func carryOut(_ action: Action) async throws(ActuateError) -> Receipt {
    try await carryOut(action, under: .always)
  }

  /// Clouds without workloads know none; small ones are asked for all of theirs.
  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    try await inventory().workloads.first { $0.id == workload }
  }
}

public struct Inventory: Sendable, Hashable {
  /// Sorted by id.
  public var nodes: [Node]
  /// What the cloud keeps a number of replicas of, sorted by id.
  public var workloads: [Workload]
  /// The cloud's clock less ours, from its Date header; nil when it sent none.
  public var clockSkew: Duration?
  public init(nodes: [Node], workloads: [Workload] = [], clockSkew: Duration? = nil) {
    self.nodes = nodes
    self.workloads = workloads
    self.clockSkew = clockSkew
  }
}

/// One act, ready to be sent; the same values give the same bytes.
public struct Action: Sendable, Hashable, Codable {
  /// At most 64 ASCII characters, derived from the decision (DECISIONS 23).
  public var token: String
  public var intent: Intent
  /// For every intent but `launch`.
  public var node: NodeID?
  /// For `launch`.
  public var launch: LaunchSpec?
  /// For `launch`: the tags the new node gets, `finops-intent` = token among them.
  public var tags: [String: String]
  /// For `scaleUp` and `scaleDown`, beside `replicas`: what is to have that many.
  public var workload: WorkloadID?
  /// From how many to how many; the cloud is asked for `to`, an absolute number, so that asking
  /// twice is asking once.
  public var replicas: ReplicaChange?
  /// The node as the look before the act saw it, so that its cloud need not be asked again; nil: the
  /// adapter looks itself.
  public var seen: Node?

  public init(
    token: String, intent: Intent, node: NodeID? = nil, launch: LaunchSpec? = nil,
    tags: [String: String] = [:], workload: WorkloadID? = nil, replicas: ReplicaChange? = nil,
    seen: Node? = nil
  ) {
    self.seen = seen
    self.workload = workload
    self.replicas = replicas
    self.token = token
    self.intent = intent
    self.node = node
    self.launch = launch
    self.tags = tags
  }
}

/// Why an act or a look did not succeed, sorted by what the caller does.
public enum ActuateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Give up on this request: the cloud said no, for this reason.
  case refused(ActFailure)
  /// Wait: slower, or broken on their side, and nothing was changed.
  case retryLater(after: Duration?, ActFailure)
  /// Find out: the request may have taken effect.
  case outcomeUnknown(String)
  /// Look anew: it would have left too late, and so did not leave.
  case tooLate(Lateness)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .refused(let failure), .retryLater(_, let failure): "\(failure.code): \(failure.message)"
    case .outcomeUnknown(let text): "nobody knows whether it happened: \(text)"
    case .tooLate(let lateness): "\(lateness)"
    }
  }
}
