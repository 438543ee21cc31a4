import FleetModel

/// A node a person asked to be left alone, until the end they gave.
struct Protection: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let index = act.node else { return nil }
    return Self.reason(for: fleet.nodes[index].node, at: fleet.now)
  }

  /// A tag that is neither "false" nor an end protects for good: whoever wrote it meant something.
  static func reason(for node: Node, at now: Timestamp) -> Reason? {
    guard let text = node.tags[Tag.protect], text != "false", !text.isEmpty else { return nil }
    guard let end = Timestamp(rfc3339: text) else { return .protected(until: nil) }
    return now < end ? .protected(until: end) : nil
  }
}
