import FleetModel

/// How many nodes of a pool may be acted on, and how they are: what shares are taken of.
struct ActingNodes {
  /// Running or starting.
  var standing = 0
  var unhealthy = 0
  var running = 0
  /// Running, and no valid reading says what they do.
  var unknown = 0

  mutating func count(_ view: NodeView) {
    if view.node.state == .running {
      running += 1
      if view.isUnknown { unknown += 1 }
    }
    guard view.node.state.isLive else { return }
    standing += 1
    if view.isUnhealthy { unhealthy += 1 }
  }
}

extension FleetView {
  /// Pools in which acts are carried out or wait for a person; where there are none, all: then a
  /// plan shows what would be done.
  var actingPools: [Int] {
    let acting = pools.indices.filter { pools[$0].rules.mode >= .approve }
    return acting.isEmpty ? Array(pools.indices) : acting
  }
}

extension PoolView {
  /// A node of it that some act of the pool may end: nobody protects it, and not all of them are
  /// barred.
  func mayEnd(_ node: Node, under rulebook: Rulebook, at now: Timestamp) -> Bool {
    guard Protection.reason(for: node, at: now) == nil else { return false }
    guard node.facts != nil else { return true }
    var acts = idleSteps.steps.compactMap { $0.rung.intent.flatMap(MachineAct.init) }
    if acts.isEmpty { acts = [rules.idleIntent == .terminate ? .terminate : .stop] }
    return acts.contains { rulebook.bar(to: $0, on: node, in: rules) == nil }
  }
}
