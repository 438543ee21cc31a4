import FleetModel

/// Which nodes a pool with more than it needs gives back.
///
/// Only nodes at rest: without a request for the pool's drain time, by the same evidence that
/// proves idleness. A node that answers is kept and said to be draining.
enum Surplus {
  static func proposals(in place: Int, of fleet: FleetView, desired: Int) -> [Proposal] {
    let pool = fleet.pools[place]
    let excess = pool.have - desired
    guard excess > 0, pool.sizing.want != nil, let scaling = pool.rules.scaling else { return [] }
    let proof = IdleProof(rulebook: fleet.rulebook, now: fleet.now)
    let resting = pool.members.compactMap { index -> (node: Int, rest: Duration)? in
      guard let rest = rest(of: fleet.nodes[index], in: pool, scaling.drain, fleet, proof) else {
        return nil
      }
      return (index, rest)
    }
    let ordered = resting.sorted { comesFirst($0, $1, in: fleet) }
    let intent: Intent = pool.rules.idleIntent.shrinks ? pool.rules.idleIntent : .stop
    let chosen = freeFirst(worthFirst(ordered, in: fleet), of: intent, in: fleet)
    return chosen.prefix(excess).map { node, rest in
      Proposal(
        subject: .node(fleet.nodes[node].node.id), pool: place, node: node, intent: intent,
        reason: .surplus(want: desired, have: pool.have, restFor: rest))
    }
  }

  /// Nodes of one place that its pool no longer wants there, as many as are at rest.
  ///
  /// Spot machines cannot be stopped, only given back.
  static func released(
    _ change: SpotScene.Change, in place: Int, of fleet: FleetView
  ) -> [Proposal] {
    let pool = fleet.pools[place]
    let spec =
      pool.rules.spot.flatMap { places in
        change.offering < places.offerings.count
          ? places.offerings[change.offering].launch : places.onDemand
      }
    guard let spec else { return [] }
    let proof = IdleProof(rulebook: fleet.rulebook, now: fleet.now)
    let window =
      pool.rules.scaling?.drain ?? fleet.rulebook.idleLimit(of: pool.rules, pool.memory)
    let resting = pool.members.filter { index in
      spec.makes(fleet.nodes[index].node)
        && rest(of: fleet.nodes[index], in: pool, window, fleet, proof) != nil
    }
    let isSpot = spec.capacity == .spot
    let intent: Intent =
      isSpot || !pool.rules.idleIntent.shrinks ? .terminate : pool.rules.idleIntent
    // Those on their way come up, and are given back then: nobody can say that they rest.
    return resting.prefix(change.ready).map { index in
      Proposal(
        subject: .node(fleet.nodes[index].node.id), pool: place, node: index, intent: intent,
        reason: change.reason)
    }
  }

  /// How long a node has been proved at rest; nil when it has not been long enough.
  private static func rest(
    of view: NodeView, in pool: PoolView, _ window: Duration, _ fleet: FleetView,
    _ proof: IdleProof
  ) -> Duration? {
    guard view.isOurs, view.node.state == .running, !view.isInFlight,
      case .idleConfirmed(let rest, _, _) = proof.reason(
        for: view.node, in: pool.rules, heardAt: view.target,
        view.target.flatMap { fleet.snapshot.memory.targets[$0] }, fleet.history(of: view),
        reaching: [window])
    else { return nil }
    return rest
  }

  /// On demand before spot, the dearest and longest at rest first; then by id.
  private static func comesFirst(
    _ left: (node: Int, rest: Duration), _ right: (node: Int, rest: Duration), in fleet: FleetView
  ) -> Bool {
    let (mine, other) = (fleet.nodes[left.node], fleet.nodes[right.node])
    let (isSpot, otherIsSpot) = (mine.node.capacity == .spot, other.node.capacity == .spot)
    guard isSpot == otherIsSpot else { return otherIsSpot }
    guard mine.rate == other.rate else { return (mine.rate ?? .zero) > (other.rate ?? .zero) }
    return left.rest == right.rest ? mine.node.id < other.node.id : left.rest > right.rest
  }

  /// What may not be ended stands in nobody's way: it is named last, for its reason to be shown.
  private static func freeFirst(
    _ ordered: [(node: Int, rest: Duration)], of intent: Intent, in fleet: FleetView
  ) -> [(node: Int, rest: Duration)] {
    let isFree = { (one: (node: Int, rest: Duration)) -> Bool in
      fleet.bar(to: intent, on: fleet.nodes[one.node]) == nil
    }
    return ordered.filter(isFree) + ordered.filter { !isFree($0) }
  }

  /// What a commitment pays for anyway goes last (SEMANTICS 4.12).
  private static func worthFirst(
    _ ordered: [(node: Int, rest: Duration)], in fleet: FleetView
  ) -> [(node: Int, rest: Duration)] {
    guard var covering = fleet.covering else { return ordered }
    var paidFor: [(node: Int, rest: Duration)] = []
    var worth: [(node: Int, rest: Duration)] = []
    for one in ordered {
      let kind = MachineKind(fleet.nodes[one.node].node)
      if covering.payer(of: kind) == nil {
        covering.remove(kind)
        worth.append(one)
      } else {
        paidFor.append(one)
      }
    }
    return worth + paidFor
  }
}
