import FleetModel

/// A node whose cloud announced its end: it counts for its pool no more, so that another is made at
/// once, and where its cloud can drain it, it is drained while there is time.
///
/// One decision for any number of notices: it hangs on the node's generation. The evidence is the
/// cloud's word, so it asks for no idle proof, and no budget holds back what happens anyway.
struct Interruptions: Policy {
  static let name = "interruptions"

  func evaluate(_ fleet: FleetView) -> [Proposal] {
    guard let notices = fleet.snapshot.notices, !notices.isEmpty else { return [] }
    return fleet.nodes.indices.compactMap { index in
      let view = fleet.nodes[index]
      guard let end = notices[view.node.id], view.isOurs, view.pool != nil,
        view.node.state.isLive
      else { return nil }
      // A node that fell silent may come back, and its work with it: only a word that it will be
      // taken away is acted on.
      let isAnnounced = fleet.snapshot.memory.notices?[view.node.id]?.kind.isAnnounced == true
      let drains = isAnnounced && fleet.rulebook.drains?.contains(view.node.cloud) == true
      return Proposal(
        subject: .node(view.node.id), pool: view.pool, node: index,
        intent: drains ? .terminate : .keep,
        reason: .interruption(offering: view.node.id.rawValue, at: end))
    }
  }
}

extension Interruption.Kind {
  /// The cloud said that the end comes; of the others it only shows that something ended, or may.
  var isAnnounced: Bool { self == .preemption || self == .maintenance }
}

extension Reason {
  /// The cloud takes the node away whatever we do.
  var isInterruption: Bool {
    guard case .interruption = self else { return false }
    return true
  }
}
