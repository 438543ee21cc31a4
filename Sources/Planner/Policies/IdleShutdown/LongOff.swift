import FleetModel

/// The ladder's last rung: what we stopped and nobody wanted back for long is given back.
///
/// Its time counts from the beginning of the idleness the node was stopped for. Only nodes that are
/// off by our own act: somebody who stopped one meant to come back to it.
enum LongOff {
  static func word(
    on view: NodeView, in pool: PoolView, _ fleet: FleetView
  ) -> (Intent, Reason)? {
    guard view.isOurs, let history = fleet.history(of: view) else { return nil }
    // Who wants more gets this one back, not a new one.
    guard pool.sizing.desired(from: pool.have) <= pool.have else { return nil }
    let ladder = pool.rules.ladder
    guard let off = time(of: history, in: pool.rules, at: fleet.now) else { return nil }
    if let limit = ladder?.terminate, off >= limit {
      if let hold = pool.sizing.hold { return (.keep, hold) }
      if let why = fleet.rulebook.inabilities[view.node.cloud]?[.terminate] {
        return (.keep, .unsupported(.terminate, because: why))
      }
      if let bar = fleet.bar(to: .terminate, on: view) { return (.keep, bar) }
      return (.terminate, .ladder(.terminate, for: off, next: nil))
    }
    guard let notice = pool.idleSteps.time(ofNoticeBefore: .terminate), off >= notice else {
      return nil
    }
    return (.keep, .ladder(.notify, for: off, next: ladder?.terminate))
  }

  /// How long ago the idleness began for which we stopped it; nil where this rung never comes.
  static func time(of history: NodeMemory, in pool: PoolRules, at now: Timestamp) -> Duration? {
    guard pool.ladder?.terminate != nil, pool.kind != .training, pool.kind != .unlabelled,
      history.stoppedBy != nil, let off = history.offSince
    else { return nil }
    return now.duration(since: min(history.idleBegan ?? off, off))
  }

  /// Why a stopped node may not be given back any more; nil when it may.
  static func objection(
    to node: Node, _ history: NodeMemory?, in pool: PoolRules, at now: Timestamp
  ) -> Reason? {
    guard pool.kind != .training, pool.kind != .unlabelled else {
      return .kindNeverActs(pool.kind)
    }
    guard let off = history.flatMap({ time(of: $0, in: pool, at: now) }),
      let limit = pool.ladder?.terminate
    else { return .notRunning(node.state) }
    return off >= limit ? nil : .idleTooShort(for: off, limit: limit)
  }
}

extension IdleSteps {
  /// When people are told of an act: the notice that stands right before it; nil: they are not.
  fileprivate func time(ofNoticeBefore rung: Rung) -> Duration? {
    guard let place = steps.firstIndex(where: { $0.rung == rung }), place > 0,
      steps[place - 1].rung == .notify
    else { return nil }
    return steps[place - 1].after
  }
}
