import FleetModel

/// Says which nodes did not come up in the time launches take. They are counted as coming all the
/// same, so that nothing is launched twice (I12): a person looks, not a rule.
struct StuckLaunch: Policy {
  static let name = "stuck-launch"

  func evaluate(_ fleet: FleetView) -> [Proposal] {
    fleet.pools.indices.flatMap { place in
      fleet.pools[place].stuck.map { index, since in
        Proposal(
          subject: .node(fleet.nodes[index].node.id), pool: place, node: index, intent: .keep,
          reason: .stuckLaunch(since: since))
      }
    }
  }
}

extension NodeView {
  /// After six hours it is no launch any more: people were told long ago†.
  private static let forgotten = Duration.hours(6)

  /// When the launch or start began that it is overdue from; nil when it is not.
  func stuckSince(longest: Duration, at now: Timestamp) -> Timestamp? {
    guard let since = comingSince else { return nil }
    let age = now.duration(since: since)
    return age > longest && age <= Self.forgotten ? since : nil
  }

  /// Since when it has been on its way up; nil when it is up, or on no way.
  static func comingSince(
    _ node: Node, _ history: NodeMemory?, _ target: TargetMemory?, in kind: PoolKind
  ) -> Timestamp? {
    switch node.state {
    case .pending: return history?.startedByUs ?? history?.stateSince
    case .running:
      // Without metrics nobody can say whether it is up.
      guard let target, let start = history?.startedByUs else { return nil }
      return target.up(since: start, in: kind) == nil ? start : nil
    default: return nil
    }
  }
}
