import FleetModel

/// Nothing grows under a limit that counts what cannot be counted now (SEMANTICS 4.20, I25): a cap
/// whose count reads as nothing lets everything pass (ai-dynamo/dynamo#11220).
///
/// The ceiling in dollars counts every cloud; a pool that names no cloud counts its nodes in all.
struct Uncounted: Guard {
  private let missing: CloudName?

  init(_ fleet: FleetView) { missing = fleet.snapshot.uncounted(under: fleet.rulebook) }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard let missing, act.intent.grows, let place = act.pool else { return nil }
    let rules = fleet.pools[place].rules
    let countsAll = act.replicas == nil && rules.match.cloud == nil
    return countsAll || fleet.rulebook.spend.hourlyCap != nil ? .uncounted(missing) : nil
  }
}

extension Snapshot {
  /// The first cloud of which nobody knows what runs there now; nil: all were listed lately.
  func uncounted(under rulebook: Rulebook) -> CloudName? {
    if let never = unlisted?.min() { return never }
    let limit = rulebook.inventoryLimit
    return listedAt?.filter { takenAt.duration(since: $0.value) > limit }.map(\.key).min()
  }
}
