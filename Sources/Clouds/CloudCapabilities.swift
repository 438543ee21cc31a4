public import Planner

/// What can be done in one cloud, as data: shown by `doctor` and the docs, asked before an act.
public struct CloudCapabilities: Sendable, Hashable {
  /// The kind's name in the configuration, "aws".
  public let name: String
  public let acts: [Intent: Capability]
  /// The permissions the credentials need, in the cloud's own spelling.
  public let permissions: [String]

  /// What this cloud answers to `intent`; an act that is not listed can not be done.
  public subscript(intent: Intent) -> Capability {
    acts[intent] ?? .cannot(reason: "\(name) has no such act")
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
