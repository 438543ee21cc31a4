import FleetModel

/// In which order acts are asked about and carried out.
extension FleetView {
  func inOrderOfAsking(_ acts: [Proposal]) -> [Proposal] {
    acts.count < 2 ? acts : acts.sorted { isAskedFirst($0, $1) }
  }

  private func nanos(of act: Proposal) -> Int64 {
    act.rate(in: self)?.perHour.nanos ?? -1
  }

  /// Critical pools and higher priorities grow first.
  private func isAskedFirst(_ left: Proposal, _ right: Proposal) -> Bool {
    guard left.intent.grows == right.intent.grows else { return left.intent.grows }
    let (mine, other) = (weight(of: left), weight(of: right))
    return mine == other ? comesFirst(left, right) : mine > other
  }

  private func weight(of act: Proposal) -> Int {
    guard act.intent.grows, let rules = act.pool.map({ pools[$0].rules }) else { return 0 }
    return rules.isCritical ? .max : rules.priority
  }

  /// Dearest first.
  func comesFirst(_ left: Proposal, _ right: Proposal) -> Bool {
    let (mine, other) = (nanos(of: left), nanos(of: right))
    guard mine == other else { return mine > other }
    // Nodes before places, and each by its own order.
    switch (left.node, right.node) {
    case (let one?, let two?): return one < two
    case (nil, nil): return left.place < right.place
    case (let one, _): return one != nil
    }
  }
}
