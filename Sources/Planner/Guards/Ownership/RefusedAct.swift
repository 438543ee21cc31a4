public import FleetModel

/// An act that a cloud refused for good on one node: told once, and not asked for again until the
/// node is another than it was, or a week has gone by.
///
/// Without it a spot machine, a group's member or a node with stop protection was decided on,
/// refused and told of after every cooldown, for ever (cloud-custodian#8003, skypilot-org/
/// skypilot#257, ec2-scheduler#17).
public struct RefusedAct: Sendable, Hashable, Codable {
  public var act: MachineAct
  /// The cloud's own code.
  public var code: String
  public var message: String
  public var at: Timestamp
  /// The node's tags and facts when it was first listed after the refusal; nil: not yet.
  var tags: [String: String]?
  var facts: NodeFacts?

  static let lifetime = Duration.days(7)
  /// Longer messages are cut: they are kept for every node.
  static let longest = 240
}

extension RefusedAct {
  /// What is protected from a stop is not given back instead.
  fileprivate func stands(against other: MachineAct) -> Bool {
    act == other || (other == .terminate && ActFailure.protections.contains(code))
  }
}

extension ActFailure {
  /// Asking again would be refused again, until somebody changes the machine.
  public var isForGood: Bool { kind == .unsupported || Self.protections.contains(code) }

  /// EC2's stop and termination protection; Azure's resource locks.
  fileprivate static let protections: Set<String> = ["OperationNotPermitted", "ScopeLocked"]
}

extension NodeMemory {
  func refusal(of act: MachineAct, at now: Timestamp) -> Reason? {
    guard let refused = refusedActs?.first(where: { $0.stands(against: act) }),
      now.duration(since: refused.at) < RefusedAct.lifetime
    else { return nil }
    return .refusedBefore(refused.act, code: refused.code, because: refused.message, at: refused.at)
  }

  mutating func noteRefusal(of intent: Intent, _ failure: ActFailure, at moment: Timestamp) {
    guard failure.isForGood, let act = MachineAct(intent) else { return }
    let message = String(failure.message.prefix(RefusedAct.longest))
    refusedActs =
      (refusedActs ?? []).filter { $0.act != act } + [
        RefusedAct(act: act, code: failure.code, message: message, at: moment)
      ]
  }

  /// Forgets what was refused of a node that is listed as another than it was.
  mutating func reviewRefusals(by node: Node, at moment: Timestamp) {
    guard let refused = refusedActs else { return }
    let kept = refused.compactMap { refused -> RefusedAct? in
      guard node.state == lastState ?? node.state,
        moment.duration(since: refused.at) < RefusedAct.lifetime
      else { return nil }
      guard let tags = refused.tags else { return refused.seen(on: node) }
      return tags == node.tags && refused.facts == node.facts ? refused : nil
    }
    refusedActs = kept.isEmpty ? nil : kept
  }
}

extension RefusedAct {
  fileprivate func seen(on node: Node) -> RefusedAct {
    var refused = self
    (refused.tags, refused.facts) = (node.tags, node.facts)
    return refused
  }
}
