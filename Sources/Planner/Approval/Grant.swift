public import FleetModel

/// A person's word on one decision, with the decision as it was recorded when they gave it.
public struct Grant: Sendable, Hashable, Codable {
  public var decision: Decision
  public var approval: Approval

  public init(decision: Decision, approval: Approval) {
    self.decision = decision
    self.approval = approval
  }
}

extension Decision {
  /// The same act for the same cause, decided at another moment.
  ///
  /// An approval holds for this and for nothing else: not for another target, price, number of
  /// replicas, launch or mode. The figures of the reason move with every tick; its code may not.
  public func isSameAct(as other: Decision) -> Bool {
    guard reason.code == other.reason.code else { return false }
    var same = other
    same.reason = reason
    same.madeAt = madeAt
    same.expiresAt = expiresAt
    same.approval = approval
    return same == self
  }

  /// Until when a person may allow it.
  public func waits(for lifetime: Duration) -> Timestamp { madeAt.advanced(by: lifetime) }
}

/// The plan of a snapshot under what people granted, and the snapshot with the approvals that hold.
///
/// Granted is not enough (SEMANTICS 4.16): the approval must not have expired, and the same act
/// must still be what today's evidence asks for. An approval of what has changed since is taken out
/// of the snapshot, so that snapshot and plan still belong together.
public func plan(
  _ snapshot: Snapshot, granted grants: [Grant], under rulebook: Rulebook
) -> (snapshot: Snapshot, plan: Plan) {
  let lifetime = rulebook.safety.approvalLifetime
  let live = grants.filter { snapshot.takenAt < $0.decision.waits(for: lifetime) }
  var bound = snapshot
  bound.approvals =
    live.isEmpty
    ? nil
    : Dictionary(
      live.map { ($0.decision.key, $0.approval) }, uniquingKeysWith: { first, _ in first })
  let first = plan(bound, under: rulebook)
  let recorded = Dictionary(
    live.map { ($0.decision.key, $0.decision) }, uniquingKeysWith: { first, _ in first })
  let changed = first.decisions.filter { decision in
    recorded[decision.key].map { !decision.isSameAct(as: $0) } ?? false
  }
  guard !changed.isEmpty else { return (bound, first) }
  for decision in changed { bound.approvals?[decision.key] = nil }
  return (bound, plan(bound, under: rulebook))
}
