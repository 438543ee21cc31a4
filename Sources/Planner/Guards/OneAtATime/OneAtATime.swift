/// One act at a time on a node or place: what is under way is ended first.
struct OneAtATime: Guard {
  private let open: Set<Subject>

  init(_ fleet: FleetView) {
    open = Set(fleet.snapshot.memory.openActions.values.map(\.decision.subject))
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    open.contains(act.subject) ? .inFlight : nil
  }
}
