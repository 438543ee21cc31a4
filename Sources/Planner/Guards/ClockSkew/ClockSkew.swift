import FleetModel

/// No acts on a cloud whose clock is too far from ours (DECISIONS 33): it would refuse our
/// signatures, and times of its nodes could not be compared with ours.
struct ClockSkew: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    let cloud =
      act.node.map { fleet.nodes[$0].node.cloud }
      ?? act.pool.flatMap { fleet.pools[$0].rules.launch?.cloud }
    guard let cloud, let skew = fleet.snapshot.clockSkew[cloud] else { return nil }
    let limit = fleet.rulebook.thresholds.skewLimit
    return skew > limit || skew < .zero - limit ? .clockSkew(skew) : nil
  }
}
