import CostModel
import FleetModel

/// One node with all that policies and guards ask of every node.
struct NodeView {
  var node: Node
  /// Index into the fleet's pools.
  var pool: Int?
  var target: Target?
  /// Carries our fleet's tag.
  var isOurs: Bool
  var isInFlight: Bool
  var rate: HourlyRate?
  /// What is known of its work.
  var standing: Reason
  /// Since when it has been on its way up; nil when it is up, or on no way.
  var comingSince: Timestamp?
  /// An act of ours switched it off, and the inventory does not show it yet.
  var hasJustShrunk: Bool
  /// The same of a start.
  var hasJustStarted: Bool
  /// Its cloud announced its end.
  var isEnding = false
  /// When all of it went from work to idle.
  var turnedIdleAt: Timestamp?
  /// Since when nothing here explains it, though it carries the tags of a launch of ours.
  var unexplainedSince: Timestamp?
  /// Its cloud refused an act on it for good.
  var hasRefusals = false
  /// Something is remembered of it.
  var isRemembered = false
  /// The pool it was launched for, while nobody saw it.
  var awaitedFor: PoolName?

  /// No valid reading says what it does.
  var isUnknown: Bool {
    switch standing {
    case .stale, .neverHeard, .windowIncomplete, .acceleratorsMissing, .sensorFault,
      .identityConflict, .identityChanged, .acceleratorSilent:
      true
    default: false
    }
  }

  var isOffOrIdle: Bool {
    if case .idleConfirmed = standing { return true }
    return node.state == .stopped
  }

  /// The machine itself, or what we hear of it, is not well.
  var isUnhealthy: Bool {
    if case .faulty = standing { return true }
    return isUnknown
  }
}

/// Looks at one node after the other; each thing of a node is looked up once.
struct NodeSight {
  private let snapshot: Snapshot
  private let fleet: String
  private let rules: [PoolRules]
  private let terms: [IdleTerms]
  private let index: PoolIndex
  private let proof: IdleProof
  private let busy: Set<NodeID>

  init(_ snapshot: Snapshot, _ rulebook: Rulebook, _ pools: [PoolView]) {
    self.snapshot = snapshot
    fleet = rulebook.fleet
    rules = rulebook.pools
    terms = pools.map(\.idleTerms)
    index = PoolIndex(rulebook)
    proof = IdleProof(rulebook: rulebook, now: snapshot.takenAt)
    busy = Set(snapshot.memory.openActions.values.compactMap(\.decision.node))
  }

  func view(of node: Node, _ prices: inout PriceRun) -> NodeView {
    let pool = index.place(of: node)
    let target = snapshot.targets[node.id]
    let past = past(of: node)
    let heard = target.flatMap { evidence(at: $0) }
    let isOurs = node.tags[Tag.fleet] == fleet
    return NodeView(
      node: node, pool: pool, target: target, isOurs: isOurs,
      isInFlight: busy.contains(node.id),
      rate: prices.rate(of: node, in: pool.map { rules[$0] }),
      standing: proof.reason(
        for: node, isOurs: isOurs, in: pool.map { terms[$0] }, heardAt: target,
        heard, startedAt: past?.startedAt),
      comingSince: pool.flatMap { comingSince(node, past, target, in: terms[$0].kind) },
      hasJustShrunk: past?.hasJustShrunk ?? false, hasJustStarted: past?.hasJustStarted ?? false,
      isEnding: snapshot.notices?[node.id] != nil, turnedIdleAt: heard?.turnedIdleAt,
      unexplainedSince: past?.unexplainedSince, hasRefusals: past?.hasRefusals ?? false,
      isRemembered: past != nil, awaitedFor: past?.awaitedFor)
  }

  /// Kept of a node's memory, here, and of its target's, below, is what every node is asked for.
  private func past(of node: Node) -> NodePast? {
    let memories = snapshot.memory.nodes
    return memories.index(forKey: node.id).map {
      NodePast(memories.values[$0], at: snapshot.takenAt)
    }
  }

  private func evidence(at target: Target) -> Heard? {
    let memories = snapshot.memory.targets
    return memories.index(forKey: target).map { Heard(memories.values[$0]) }
  }

  /// Since when it has been on its way up; nil when it is up, or on no way.
  private func comingSince(
    _ node: Node, _ past: NodePast?, _ target: Target?, in kind: PoolKind
  ) -> Timestamp? {
    switch node.state {
    case .pending: return past?.startedByUs ?? past?.stateSince
    case .running:
      // Without metrics nobody can say whether it is up.
      guard let target, let start = past?.startedByUs else { return nil }
      let isUp = snapshot.memory.targets[target]?.up(since: start, in: kind) != nil
      return isUp ? nil : start
    default: return nil
    }
  }
}

/// Of a node's memory what is asked of every node.
private struct NodePast {
  var startedAt: Timestamp?
  var startedByUs: Timestamp?
  var stateSince: Timestamp?
  var hasJustShrunk: Bool
  var hasJustStarted: Bool
  var unexplainedSince: Timestamp?
  var hasRefusals: Bool
  var awaitedFor: PoolName?

  @inline(__always)
  init(_ memory: NodeMemory, at now: Timestamp) {
    unexplainedSince = memory.unexplainedSince
    hasRefusals = memory.refusedActs != nil
    awaitedFor = memory.unlistedPool(at: now)
    startedAt = memory.startedAt
    startedByUs = memory.startedByUs
    stateSince = memory.stateSince
    hasJustShrunk = memory.hasJust(true, at: now)
    hasJustStarted = memory.hasJust(false, at: now)
  }
}

extension NodeMemory {
  /// The pool we launched it for, while the cloud does not list it yet: whoever counts what is on
  /// its way asks here (I12). What has not come within fifteen minutes will not (Cluster
  /// Autoscaler's provision time).
  func unlistedPool(at now: Timestamp) -> PoolName? {
    guard let lastActAt, now.duration(since: lastActAt) <= .minutes(15) else { return nil }
    return launchedFor
  }

  /// An act of ours on it whose effect the inventory does not show yet. After fifteen minutes it
  /// will not any more (Cluster Autoscaler's max-node-provision time).
  func hasJust(_ shrinks: Bool, at now: Timestamp) -> Bool {
    guard let intent = lastIntent, let acted = lastActAt,
      shrinks ? intent.shrinks && intent != .unload : intent == .start
    else { return false }
    guard now.duration(since: acted) <= .minutes(15) else { return false }
    return stateSince.map { acted >= $0 } ?? true
  }
}
