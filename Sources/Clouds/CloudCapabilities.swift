public import Planner

/// What can be done in one cloud, as data: shown by `doctor` and the docs, asked before an act.
public struct CloudCapabilities: Sendable, Hashable {
  /// The kind's name in the configuration, "aws".
  public let name: String
  public let acts: [Intent: Capability]
  /// Every call the code can make and what it needs; a test holds the two equal.
  public let permissions: [Permission]
  /// What keeps an act from happening twice.
  public let idempotency: [Intent: Idempotency]
  /// The policy document an administrator pastes, for these permissions, in the cloud's own form
  /// (an IAM policy, a role definition, a ClusterRole).
  public let policy: @Sendable ([Permission]) -> String

  public init(
    name: String, acts: [Intent: Capability], permissions: [Permission],
    idempotency: [Intent: Idempotency], policy: @escaping @Sendable ([Permission]) -> String
  ) {
    self.name = name
    self.acts = acts
    self.permissions = permissions
    self.idempotency = idempotency
    self.policy = policy
  }

  /// What this cloud answers to `intent`; an act that is not listed can not be done.
  public subscript(intent: Intent) -> Capability {
    acts[intent] ?? .cannot(reason: "\(name) has no such act")
  }

  /// What only looking needs, or what acting needs too; sorted, each once.
  public func permissions(forActing acting: Bool) -> [Permission] {
    permissions.filter { acting || !$0.acts }.sorted { $0.name < $1.name }
  }

  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Something the credentials must be allowed, in the cloud's own spelling.
public struct Permission: Sendable, Hashable {
  /// "ec2:DescribeInstances", "compute.instances.list", "get nodes".
  public let name: String
  /// The operations (`CloudCall.operation`) that need it.
  public let calls: [String]
  /// Only needed where finops acts, not where it observes.
  public let acts: Bool
  /// What it is for, and what is missing without it.
  public let reason: String

  public init(_ name: String, calls: [String], acts: Bool = false, reason: String) {
    self.name = name
    self.calls = calls
    self.acts = acts
    self.reason = reason
  }
}

/// What keeps an act from happening twice when its answer was lost.
public enum Idempotency: Sendable, Hashable {
  /// The request carries our token, and the cloud gives the same thing for the same token.
  case token(field: String)
  /// The thing is named after our token, and the cloud refuses a second of that name.
  case name
  /// The request says how things shall be, not what to change: twice is once.
  case absolute
  /// The cloud offers nothing: before a repeat the list is searched for our tag or name. At most one
  /// extra, for at most one sweep (two minutes), when the list lags behind.
  case listBeforeRetry

  /// What keeps it from happening twice, in a few words: "token in ClientToken".
  public var means: String {
    switch self {
    case .token(let field): "token in \(field)"
    case .name: "name made of the token"
    case .absolute: "absolute"
    case .listBeforeRetry: "list before a repeat"
    }
  }

  /// What a repeat after a lost answer can do at the worst: the bound that can be promised.
  public var bound: String {
    switch self {
    case .token: "nothing twice while the cloud remembers the token; later the list is asked first"
    case .name: "nothing twice: the cloud refuses a second of that name"
    case .absolute: "nothing twice: the request says how things shall be"
    case .listBeforeRetry:
      "at most one extra instance, unknown for at most one sweep (two minutes), where the list lags"
    }
  }
}

/// Whether something can be done, and what is to be known about it.
public enum Capability: Sendable, Hashable {
  case can(note: String)
  case cannot(reason: String)

  public var isThere: Bool {
    guard case .can = self else { return false }
    return true
  }
}
