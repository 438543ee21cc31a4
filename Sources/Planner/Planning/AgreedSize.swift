import FleetModel

/// Holds every policy to the size all of them agreed on: no act of one goes below another's floor,
/// and none takes anything away while one of them holds.
struct AgreedSize: Guard {
  private var live: [Int]
  private let floors: [Int]

  init(_ fleet: FleetView) {
    live = fleet.pools.map(\.live)
    floors = fleet.pools.map { min($0.sizing.floor, $0.sizing.ceiling ?? .max) }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let place = act.pool else { return nil }
    let sizing = fleet.pools[place].sizing
    if let hold = sizing.hold { return hold }
    guard act.intent != .unload else { return nil }
    let left = act.replicas?.to ?? live[place] - 1
    guard left < floors[place] else { return nil }
    return sizing.floorReason ?? .minimumReached(minimum: floors[place])
  }

  mutating func admit(_ act: Proposal) {
    guard act.intent.shrinks, act.intent != .unload, act.replicas == nil, let place = act.pool
    else { return }
    live[place] -= 1
  }
}

extension Sizing {
  /// Why the floor is where it is; nil when nobody raised it.
  fileprivate var floorReason: Reason? {
    steps.last { $0.kind == .floor(floor) }?.reason
  }
}
