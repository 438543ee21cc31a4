import FleetModel

/// What rests on a price waits while that price is one poll's word (RELIABILITY I17, F30).
///
/// That is growth, which spends it, and moves made for the price. An idle node costs too much at
/// any price: stopping it does not wait.
struct PriceSanity: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.grows || act.reason.cause == .spot || act.reason.cause == .rightsize else {
      return nil
    }
    if let node = act.node { return fleet.prices.suspicion(of: fleet.nodes[node].node) }
    return fleet.spec(of: act).flatMap { fleet.prices.suspicion(of: $0) }
  }
}
