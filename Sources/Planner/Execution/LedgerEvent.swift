public import FleetModel

/// One line of the append-only ledger.
public struct LedgerEvent: Sendable, Hashable, Codable {
  /// Given by the store; 0 before.
  public var id: Int64
  public var at: Timestamp
  public var key: DecisionKey
  public var kind: Kind

  public init(id: Int64 = 0, at: Timestamp, key: DecisionKey, kind: Kind) {
    self.id = id
    self.at = at
    self.key = key
    self.kind = kind
  }

  /// What happened; the order of the cases is the order of a life.
  public enum Kind: Sendable, Hashable, Codable {
    /// The act would be done, was the pool's mode `auto`.
    case advised(Decision)
    /// The intent: committed before anything is sent.
    case intended(Decision)
    /// The call is about to be sent; from here on the world may have changed.
    case attempted(number: Int)
    /// The cloud took it.
    case succeeded(Receipt)
    /// The cloud did not, and will not.
    case failed(ActFailure)
    /// The look before the leap said no.
    case cancelled(Reason)

    public var name: String {
      switch self {
      case .advised: "advised"
      case .intended: "intended"
      case .attempted: "attempted"
      case .succeeded: "succeeded"
      case .failed: "failed"
      case .cancelled: "cancelled"
      }
    }

    /// Nothing follows in this decision's life.
    public var isFinal: Bool {
      switch self {
      case .advised, .succeeded, .failed, .cancelled: true
      case .intended, .attempted: false
      }
    }
  }
}

/// What the cloud answered to an act.
public struct Receipt: Sendable, Hashable, Codable {
  /// The node that was made or changed; nil when a number of replicas was.
  public var node: NodeID?
  public var state: InstanceState?
  /// The workload that was asked for another number of replicas, and the number.
  public var workload: WorkloadID?
  public var replicas: Int?
  /// The cloud's request id, for its support; empty when there was none.
  public var requestID: String
  /// Found by its tag after a crash or a lost answer, not by an answer.
  public var adopted: Bool

  public init(node: NodeID, state: InstanceState, requestID: String = "", adopted: Bool = false) {
    self.node = node
    self.state = state
    self.requestID = requestID
    self.adopted = adopted
  }

  public init(
    workload: WorkloadID, replicas: Int, requestID: String = "", adopted: Bool = false
  ) {
    self.workload = workload
    self.replicas = replicas
    self.requestID = requestID
    self.adopted = adopted
  }

  /// What it is about, for people: the node's or the workload's name.
  public var subject: String { node?.rawValue ?? workload?.rawValue ?? "" }

  /// How it is now, for people: "running", "3 replicas".
  public var outcome: String {
    if let state { return state.rawValue }
    return replicas == 1 ? "1 replica" : "\(replicas ?? 0) replicas"
  }
}

/// Why an act did not happen, sorted by what to do about it (SEMANTICS 4.10).
public struct ActFailure: Sendable, Hashable, Codable {
  public var kind: Kind
  /// The cloud's own code, "InsufficientInstanceCapacity".
  public var code: String
  public var message: String

  public init(kind: Kind, code: String, message: String) {
    self.kind = kind
    self.code = code
    self.message = message
  }

  public enum Kind: String, Sendable, Hashable, Codable {
    /// No such machines there now: elsewhere, or later.
    case capacity
    /// A limit of the account: not by retrying.
    case quota
    /// Slower.
    case throttled
    /// Credentials or permissions: a person must act.
    case auth
    /// The request is wrong: a person must act.
    case invalid
    /// The node is gone.
    case notFound = "not_found"
    /// Nobody knows whether it happened, and it could not be found out in time.
    case unknown
    /// The cloud can not do this.
    case unsupported
  }
}
