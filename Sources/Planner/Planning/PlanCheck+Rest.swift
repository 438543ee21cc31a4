import FleetModel

/// Whether a running node rests, asked of the second record (`Witness`), not of the idle clocks.
extension PlanCheck {
  /// Why a running node is not one that may be taken.
  static func works(
    _ decision: Decision, _ node: Node, _ snapshot: Snapshot, _ rulebook: Rulebook
  ) -> String? {
    // The cloud takes it away whatever it does.
    if case .interruption = decision.reason { return nil }
    guard let target = snapshot.targets[node.id], let memory = snapshot.memory.targets[target],
      let witness = memory.witness
    else { return "nobody was heard" }
    let now = snapshot.takenAt
    let reach = rulebook.scrapeInterval * rulebook.thresholds.largestGapInIntervals
    if now.duration(since: witness.lastAt) > reach { return "it was not heard of late" }
    if memory.conflict != nil || memory.identity?.change != nil {
      return "another machine may answer for it"
    }
    let expected =
      node.acceleratorCount.flatMap { $0 > 0 ? $0 : nil } ?? Int(node.tags["finops-gpus"] ?? "")
    guard let expected, witness.fewest >= expected else { return "not every accelerator was heard" }
    let kind = rulebook.pools.first { $0.name == decision.pool }?.kind ?? .unlabelled
    let quiet = now.duration(since: witness.quietSince(in: kind))
    if quiet < decision.reason.claimedRest { return "something moved \(quiet.brief) ago" }
    return power(witness, memory.identity?.model, at: now)
  }

  /// More than two fifths of what the board may draw, for all the time that nothing moved.
  private static func power(_ witness: Witness, _ model: String?, at now: Timestamp) -> String? {
    let limit = max(60, 0.4 * (BoardPower(model: model).watts ?? 400))
    guard now.duration(since: witness.movedAt ?? witness.since) >= .minutes(10),
      let watts = witness.watts(at: now), watts > limit
    else { return nil }
    return "its accelerators draw \(watts.brief) W each while nothing is said to move"
  }
}

extension Reason {
  /// The idle time that a decision rests on, by its own word.
  fileprivate var claimedRest: Duration {
    switch self {
    case .idleConfirmed(_, let limit, _): limit
    case .ladder(_, let time, _): time
    case .surplus(_, _, let time): time
    case .scaleToZero(_, let limit): limit
    default: .zero
    }
  }
}

extension PlanCheck {
  /// The plan without the decisions that the second look objects to; their nodes are kept, and say why.
  public static func withholding(
    _ plan: Plan, for snapshot: Snapshot, under rulebook: Rulebook
  ) -> Plan {
    let objections = objections(to: plan, for: snapshot, under: rulebook)
    guard !objections.isEmpty else { return plan }
    var plan = plan
    for (decision, because) in objections {
      plan.decisions.removeAll { $0.key == decision.key }
      guard let place = plan.verdicts.firstIndex(where: { $0.subject == decision.subject }) else {
        continue
      }
      plan.verdicts[place].intent = .keep
      plan.verdicts[place].reason = .withheld(because: because)
    }
    return plan
  }
}
