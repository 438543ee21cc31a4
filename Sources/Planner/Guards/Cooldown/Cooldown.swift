import FleetModel

/// A node is left alone for a while after an act on it, so that no rule fights another.
struct Cooldown: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard let index = act.node, let place = act.pool,
      let acted = fleet.history(of: fleet.nodes[index])?.lastActAt
    else { return nil }
    let left = fleet.pools[place].rules.cooldown - fleet.now.duration(since: acted)
    return left > .zero ? .cooldown(left: left) : nil
  }
}
