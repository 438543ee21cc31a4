/// A pool never shrinks below its minimum; what is on its way out counts as gone already.
struct MinimumCapacity: Guard {
  private var live: [Int]

  init(_ fleet: FleetView) { live = fleet.pools.map(\.live) }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let place = act.pool else { return nil }
    // Of one place only: the spot rule makes before it breaks, and keeps the pool's number itself.
    if case .offering = act.subject { return nil }
    let minimum = fleet.pools[place].rules.minimumNodes
    if let change = act.replicas {
      return change.to < minimum ? .minimumReached(minimum: minimum) : nil
    }
    return live[place] - 1 < minimum ? .minimumReached(minimum: minimum) : nil
  }

  mutating func admit(_ act: Proposal) {
    guard act.intent.shrinks, act.replicas == nil, let place = act.pool else { return }
    live[place] -= 1
  }
}
