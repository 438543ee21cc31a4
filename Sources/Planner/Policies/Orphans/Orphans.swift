import FleetModel

/// Nodes that carry the tags of a launch of ours which nothing here knows of; advice only.
///
/// A call that timed out after it took effect, a ledger that was lost, a copied tag: whatever made
/// it, it is billed, and nobody waits for it. People are told within two sweeps of the inventory
/// and two minutes (RELIABILITY G4); by itself nothing is done to it for this. Its pool's idle rule
/// goes on treating it as any other node.
struct Orphans: Policy {
  static let name = "orphans"
  /// Until then the outcome of its launch may still be on its way here.
  private static let patience = Duration.minutes(2)

  func advise(on fleet: FleetView) -> [Advice] {
    fleet.nodes.compactMap { view in
      guard view.isOurs, view.node.state.isLive,
        let since = view.unexplainedSince,
        fleet.now.duration(since: since) >= Self.patience, !isBeingLaunched(view, in: fleet)
      else { return nil }
      let pool = fleet.rules(of: view)
      return Advice(
        kind: .orphan, subject: .node(view.node.id), pool: pool?.name,
        text: "\(view.node.id) carries the tags of a launch of this fleet, and no launch here "
          + "explains it; it was first seen at \(since). Look whether anybody needs it.",
        monthlySaving: view.rate?.cost(of: .hours(720)) ?? .zero, risk: .medium,
        command: "finops explain \(view.node.id)")
    }
  }

  /// A launch of its pool that began before it and has no end yet may be what made it. Two minutes
  /// of difference between the cloud's clock and ours are allowed for.
  private func isBeingLaunched(_ view: NodeView, in fleet: FleetView) -> Bool {
    let name = fleet.rules(of: view)?.name
    return fleet.snapshot.memory.openActions.values.contains { open in
      open.decision.intent == .launch && open.decision.pool == name
        && open.since <= view.node.launchedAt.advanced(by: Self.patience)
    }
  }
}
