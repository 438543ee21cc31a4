/// Says no to an act that a policy wants.
///
/// Contract: made anew for every plan. `objection` is asked about one act after the other, dearest
/// first, and `admit` tells of those that no guard objected to, for guards that count.
protocol Guard: Sendable {
  init(_ fleet: FleetView)
  func objection(to act: Proposal, in fleet: FleetView) -> Reason?
  mutating func admit(_ act: Proposal)
}

extension Guard {
  mutating func admit(_ act: Proposal) {}
}
