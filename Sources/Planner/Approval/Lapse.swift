import FleetModel

/// A decision that waited for a person and waits no longer.
public struct Lapse: Sendable, Hashable {
  public var decision: Decision
  public var reason: Reason
  /// Somebody allowed it, or would be left waiting for it: people are told.
  public var isTold: Bool
}

/// Which waiting decisions end with this plan.
///
/// What the plan carries out goes on. What is older than an approval may be has expired, whether
/// somebody allowed it or not: the next one is a new decision. What was allowed and is not what
/// today's evidence asks for ends with today's reason; an approval never lingers until it fits
/// again.
public func lapses(
  in plan: Plan, of snapshot: Snapshot, granted grants: [Grant], under rulebook: Rulebook
) -> [Lapse] {
  var waiting = snapshot.memory.waiting ?? [:]
  for grant in grants { waiting[grant.decision.key] = grant.decision }
  // A clock that every cloud calls wrong ends nobody's word.
  guard !waiting.isEmpty, !rulebook.thresholds.areWrong(snapshot.clockSkew) else { return [] }
  // What is being done, or was, has an end of its own.
  for key in snapshot.memory.openActions.keys { waiting[key] = nil }
  for key in snapshot.memory.settled { waiting[key] = nil }
  let allowed = Set(grants.map(\.decision.key))
  let planned = Dictionary(
    plan.decisions.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  let lifetime = rulebook.safety.approvalLifetime
  return waiting.sorted { $0.key < $1.key }.compactMap { key, decision in
    if let today = planned[key], today.isToBeCarriedOut { return nil }
    let wasAllowed = allowed.contains(key)
    guard plan.takenAt < decision.waits(for: lifetime) else {
      return Lapse(
        decision: decision,
        reason: .approvalExpired(age: plan.takenAt.duration(since: decision.madeAt)),
        isTold: wasAllowed || planned[key] != nil)
    }
    guard wasAllowed else { return nil }
    return Lapse(decision: decision, reason: today(of: decision, in: plan), isTold: true)
  }
}

/// What stands against a decision today.
private func today(of decision: Decision, in plan: Plan) -> Reason {
  guard !plan.decisions.contains(where: { $0.key == decision.key }) else { return .superseded }
  let subject: Subject = decision.node.map { .node($0) } ?? .pool(decision.pool)
  let verdict = plan.verdicts.first { $0.subject == subject }
  guard let verdict, verdict.intent == .keep else { return .superseded }
  return verdict.reason
}
