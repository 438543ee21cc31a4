import FleetModel
public import Planner

/// What a person types to name a decision: the beginning of its intent token.
///
/// Eight characters of base32 are 40 bits: two among a thousand waiting decisions are alike once in
/// two million times, and then more characters are asked for.
public func shortID(of key: DecisionKey) -> String { String(intentToken(for: key).prefix(8)) }

/// One alert for each decision that begins to wait for a person, with the command to type.
func requests(in plan: Plan, of snapshot: Snapshot, under rulebook: Rulebook) -> [Alert] {
  let known = snapshot.memory.waiting ?? [:]
  let lifetime = rulebook.safety.approvalLifetime
  return plan.decisions.filter {
    $0.mode == .approve && $0.approval == nil && known[$0.key] == nil
  }.map { decision in
    let id = shortID(of: decision.key)
    let subject = decision.node?.rawValue ?? decision.subject.words
    var labels = [
      "pool": decision.pool.rawValue, "intent": decision.intent.rawValue,
      "decision": decision.key.rawValue, "reason": decision.reason.code, "id": id,
      "command": "finops approve \(id)", "until": "\(decision.waits(for: lifetime))",
    ]
    if let node = decision.node { labels["node"] = node.rawValue }
    if let rate = decision.rate { labels["hourly"] = rate.perHour.description }
    return Alert(
      kind: .awaitingApproval, key: "decision.awaiting_approval/\(decision.key)",
      at: plan.takenAt,
      summary: "\(decision.intent.rawValue) of \(subject) waits for a word until "
        + "\(decision.waits(for: lifetime)): finops approve \(id). \(decision.reason.sentence)",
      labels: labels)
  }
}

extension Subject {
  /// As people name it: "i-1", "a node of batch", "batch".
  public var words: String {
    switch self {
    case .node(let id): id.rawValue
    case .slot(let pool, _), .offering(let pool, _): "a node of \(pool)"
    case .pool(let pool): pool.rawValue
    }
  }
}
