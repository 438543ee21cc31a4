import FleetModel

/// Holds every policy to the size all of them agreed on: no act of one goes below another's floor,
/// and none takes anything away while one of them holds.
struct AgreedSize: Guard {
  private var live: [Int]
  private let floors: [Int]
  /// Up, coming, and asked for by this plan.
  private var grown: [Int]
  private let nodes: [NodeView]

  init(_ fleet: FleetView) {
    nodes = fleet.nodes
    live = fleet.pools.map(\.live)
    grown = fleet.pools.map(\.have)
    floors = fleet.pools.map { min($0.sizing.floor, $0.sizing.ceiling ?? .max) }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard let place = act.pool else { return nil }
    let sizing = fleet.pools[place].sizing
    guard act.intent.shrinks else {
      guard act.intent.grows, let most = sizing.ceiling, grown[place] + act.size > most else {
        return nil
      }
      return .enough(live: grown[place], minimum: fleet.pools[place].rules.minimumNodes)
    }
    if let hold = sizing.hold { return hold }
    // Of a place only the pool's sum is agreed on; what its replicas move to is there before they go.
    if case .offering = act.subject { return nil }
    guard isLess(act) else { return nil }
    let left = act.replicas?.to ?? live[place] - 1
    guard left < floors[place] else { return nil }
    return sizing.floorReason ?? .minimumReached(minimum: floors[place])
  }

  mutating func admit(_ act: Proposal) {
    if act.intent.grows, let place = act.pool { grown[place] += act.size }
    guard isLess(act), act.replicas == nil, let place = act.pool else { return }
    live[place] -= 1
  }

  /// It leaves fewer that are up: not when an engine puts its weights down, nor when what is off
  /// already is given back.
  private func isLess(_ act: Proposal) -> Bool {
    guard act.intent.shrinks, act.intent != .unload else { return false }
    return act.node.map { nodes[$0].node.state.isLive } ?? true
  }
}

extension Proposal {
  /// How many more or fewer there are after it.
  fileprivate var size: Int { replicas?.size ?? 1 }
}

extension Sizing {
  /// Why the floor is where it is; nil when nobody raised it.
  fileprivate var floorReason: Reason? {
    steps.last { $0.kind == .floor(floor) }?.reason
  }
}
