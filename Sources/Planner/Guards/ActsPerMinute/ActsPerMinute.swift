import FleetModel

/// So many acts of the whole fleet in any minute, whatever the policies want (F80, G12).
///
/// Counts what is done to nodes. A number of replicas follows demand by its learned rule
/// (docs/decisions/0005): one change every tick is what such a pool is for.
struct ActsPerMinute: Guard {
  private let limit: Int
  private var acts: Int

  init(_ fleet: FleetView) {
    limit = fleet.rulebook.safety.actsPerMinute
    acts = (fleet.snapshot.memory.acts ?? []).count {
      fleet.now.duration(since: $0) < .minutes(1)
    }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.replicas == nil, acts >= limit else { return nil }
    return .rateLimited(acts: acts, perMinute: limit)
  }

  mutating func admit(_ act: Proposal) {
    if act.replicas == nil { acts += 1 }
  }
}

extension Memory {
  /// An intent that is committed counts, whatever becomes of it.
  mutating func noteAct(_ decision: Decision, at moment: Timestamp) {
    guard decision.replicas == nil else { return }
    var recent = (acts ?? []).filter { moment.duration(since: $0) < .minutes(1) }
    recent.append(moment)
    acts = recent
  }
}
