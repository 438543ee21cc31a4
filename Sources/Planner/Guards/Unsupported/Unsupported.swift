import FleetModel

/// What an act's cloud cannot do is not asked of it.
struct Unsupported: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    let inabilities = fleet.rulebook.inabilities
    guard !inabilities.isEmpty, let cloud = fleet.cloud(of: act),
      let why = inabilities[cloud]?[act.intent]
    else { return nil }
    return .unsupported(act.intent, because: why)
  }
}
