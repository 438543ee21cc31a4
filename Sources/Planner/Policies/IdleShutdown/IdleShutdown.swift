import FleetModel

/// Shuts a node down once all its accelerators have been idle for the pool's limit.
struct IdleShutdown: Policy {
  static let name = "idle-shutdown"

  func evaluate(_ fleet: FleetView) -> [Proposal] {
    fleet.nodes.indices.map { index in
      let view = fleet.nodes[index]
      return Proposal(
        subject: .node(view.node.id), pool: view.pool, node: index,
        intent: intent(for: view, in: fleet), reason: view.standing)
    }
  }

  private func intent(for view: NodeView, in fleet: FleetView) -> Intent {
    guard case .idleConfirmed = view.standing, let rules = fleet.rules(of: view) else {
      return .keep
    }
    // A rule that grows is no answer to idleness, however it got into the settings.
    return rules.idleIntent.shrinks ? rules.idleIntent : .keep
  }
}
