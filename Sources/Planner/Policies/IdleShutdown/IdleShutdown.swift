import FleetModel

/// Takes idle nodes down their pool's ladder: notify, unload, stop, terminate.
///
/// Any activity begins anew. An act the node's cloud cannot do, or that is barred
/// on this node, is passed over.
struct IdleShutdown: Policy {
  static let name = "idle-shutdown"

  func evaluate(_ fleet: FleetView) -> [Proposal] { proposals(for: fleet.offOrIdle, in: fleet) }

  /// What is proposed for these of the fleet's nodes.
  func proposals(for nodes: [Int], in fleet: FleetView) -> [Proposal] {
    nodes.compactMap { index in
      let view = fleet.nodes[index]
      guard let (intent, reason) = word(on: view, in: fleet) else { return nil }
      return Proposal(
        subject: .node(view.node.id), pool: view.pool, node: index, intent: intent,
        reason: reason)
    }
  }

  /// nil: it is kept for what is known of it.
  private func word(on view: NodeView, in fleet: FleetView) -> (Intent, Reason)? {
    guard let place = view.pool else { return nil }
    if view.node.state == .stopped {
      return LongOff.word(on: view, in: fleet.pools[place], fleet)
    }
    guard case .idleConfirmed(let idle, let limit, _) = view.standing else { return nil }
    // The last one stays up for whoever woke the pool.
    if fleet.pools[place].live <= 1, let until = fleet.wakeEnd(of: fleet.pools[place]) {
      return (.keep, .woken(until: until))
    }
    let climb = Climb(view, fleet.pools[place].idleSteps, idle: idle, limit: limit, in: fleet)
    guard let word = climb.word else { return nil }
    if word.0 == .stop || word.0 == .terminate, let reason = demand(onPoolAt: place, in: fleet) {
      return (.keep, reason)
    }
    return word
  }

  /// Where a rule follows demand, that says how many stay: one idle replica may be its margin.
  /// What it does not want, `FillPool` releases. nil: no rule does.
  private func demand(onPoolAt place: Int, in fleet: FleetView) -> Reason? {
    // Asked before the pool is copied: most have no such rule, and every idle node asks.
    guard fleet.pools[place].rules.scaling != nil else { return nil }
    let pool = fleet.pools[place]
    guard pool.replicas == nil else { return nil }
    if let hold = pool.sizing.hold { return hold }
    guard pool.sizing.want != nil else { return nil }
    return pool.sizing.reason(for: pool.sizing.desired(from: pool.have), from: pool.have)
  }
}

/// One idle node on its pool's ladder.
private struct Climb {
  private let view: NodeView
  private let ladder: IdleSteps
  private let idle: Duration
  private let reached: ArraySlice<IdleSteps.Step>
  private let fleet: FleetView

  /// Putting weights down moves data, which looks like work for a moment: an idle time that began
  /// this soon after it is still the same one. Eight GPUs' memory over PCIe takes seconds.
  private static let unloading = Duration.minutes(2)

  init(
    _ view: NodeView, _ ladder: IdleSteps, idle: Duration, limit: Duration, in fleet: FleetView
  ) {
    (self.view, self.ladder, self.idle, self.fleet) = (view, ladder, idle, fleet)
    // What the proof vouches for, which may be less than the whole idle time.
    reached = ladder.reached(after: limit)
  }

  /// What to do and why; nil where the ladder says nothing.
  var word: (Intent, Reason)? {
    guard let last = reached.last else { return nil }
    for step in reached.reversed() {
      guard let act = step.rung.intent, bar(act) == nil, !isDone(act) else { continue }
      return (act, ladder.isLadder ? reason(step.rung) : view.standing)
    }
    if let bar = last.rung.intent.flatMap(bar) { return (.keep, bar) }
    return (.keep, reason(last.rung))
  }

  private func bar(_ act: Intent) -> Reason? {
    if let why = fleet.rulebook.inabilities[view.node.cloud]?[act] {
      return .unsupported(act, because: why)
    }
    return fleet.bar(to: act, on: view)
  }

  private func isDone(_ act: Intent) -> Bool {
    guard act == .unload, let history = fleet.history(of: view),
      history.lastIntent == .unload, let acted = history.lastActAt
    else { return false }
    return fleet.now.duration(since: acted) <= idle + Self.unloading
  }

  private func reason(_ rung: Rung) -> Reason {
    .ladder(rung, for: idle, next: next)
  }

  private var next: Duration? {
    ladder.steps.dropFirst(reached.count).first { step in
      step.rung.intent.map { bar($0) == nil } ?? false
    }?.after
  }
}
