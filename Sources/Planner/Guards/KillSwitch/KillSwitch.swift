/// A person halted all acts.
struct KillSwitch: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    fleet.snapshot.killSwitch ? .killSwitch : nil
  }
}
