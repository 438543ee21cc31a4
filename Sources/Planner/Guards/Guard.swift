/// Says no to an act that a policy wants.
///
/// Contract: made anew for every plan. `objection` is asked about one act after the other, dearest
/// first, and `admit` tells of those that no guard objected to, for guards that count.
protocol Guard: Sendable {
  init(_ fleet: FleetView)
  func objection(to act: Proposal, in fleet: FleetView) -> Reason?
  mutating func admit(_ act: Proposal)
  /// How many replicas of an act that changes their number may go; nil: this guard counts none.
  /// So that a limit takes the part that fits, instead of refusing the whole again and again.
  func allowance(for act: Proposal, in fleet: FleetView) -> Int?
}

extension Guard {
  func allowance(for act: Proposal, in fleet: FleetView) -> Int? { nil }
  mutating func admit(_ act: Proposal) {}
}
