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
}
