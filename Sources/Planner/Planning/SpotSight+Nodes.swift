import FleetModel

/// What a pool of nodes shows of the places it buys at; nil when it buys nowhere.
///
/// A place counts as up as long as nothing was lost or refused there since the last look: where
/// nothing is held nobody can look, and quarantine keeps a place that refuses from being asked
/// again and again. `notices` are nodes whose loss was announced.
public func spotSight(
  of pool: PoolRules, in snapshot: Snapshot, under rulebook: Rulebook, interval: Duration
) -> SpotSight? {
  guard let places = pool.spot else { return nil }
  let scene = SpotNodes(pool: pool, snapshot: snapshot, rulebook: rulebook, interval: interval)
  var look = SpotLook(offerings: places.offerings.map { scene.look(at: $0.launch) })
  if let spec = places.onDemand {
    let seen = scene.look(at: spec)
    look.onDemandReady = seen.ready
    look.onDemandPending = seen.pending
    look.onDemandRefusal = seen.refusal
  }
  return SpotSight(look: look, interval: interval)
}

private struct SpotNodes {
  let snapshot: Snapshot
  let interval: Duration
  /// When the places were last looked at.
  private let since: Timestamp
  private let members: [Node]
  private let coldStart: Duration
  private let coming: [LaunchSpec]
  private let refused: [RefusedLaunch]

  init(pool: PoolRules, snapshot: Snapshot, rulebook: Rulebook, interval: Duration) {
    self.snapshot = snapshot
    self.interval = interval
    coldStart = pool.spot?.coldStart ?? .zero
    since =
      snapshot.memory.pools[pool.name]?.spotLookedAt
      ?? snapshot.takenAt.advanced(by: .zero - interval)
    members = snapshot.nodes.filter {
      $0.tags[Tag.fleet] == rulebook.fleet && rulebook.pool(of: $0)?.name == pool.name
    }
    let memory = snapshot.memory
    coming =
      memory.openActions.values.map(\.decision)
      .filter { $0.pool == pool.name && $0.intent == .launch }.compactMap(\.launch)
      + memory.nodes.values.filter { $0.unlistedPool(at: snapshot.takenAt) == pool.name }
      .compactMap(\.launchedAs)
    refused = memory.pools[pool.name]?.refused ?? []
  }

  func look(at spec: LaunchSpec) -> OfferingLook {
    let here = members.filter { spec.makes($0) }
    let live = here.filter { $0.state.isLive }
    let ready = live.count { isUp($0) }
    let lost = here.count { isJustLost($0) }
    let refusal = refused.last {
      $0.launch == spec && $0.at > since
    }?.kind.refusal
    return OfferingLook(
      isUp: lost == 0 && refusal == nil,
      isNoticed: live.contains { snapshot.notices?[$0.id] != nil }, ready: ready,
      pending: live.count - ready + coming.count { $0 == spec }, lost: lost, refusal: refusal)
  }

  private func isUp(_ node: Node) -> Bool {
    guard node.state == .running else { return false }
    if snapshot.memory.nodes[node.id]?.cameUpAt != nil { return true }
    return snapshot.takenAt.duration(since: node.launchedAt) >= coldStart
  }

  /// Went away by itself since the last look.
  private func isJustLost(_ node: Node) -> Bool {
    guard !node.state.isLive, let memory = snapshot.memory.nodes[node.id],
      let since = memory.stateSince, memory.lastIntent?.shrinks != true
    else { return false }
    return since > self.since
  }
}

extension ActFailure.Kind {
  fileprivate var refusal: SpotRefusal? {
    switch self {
    case .quota: .quota
    // Whatever it was, asking again at once would be refused again: the place waits, and others
    // are tried.
    case .capacity, .throttled, .unknown, .notFound, .auth, .invalid, .unsupported: .capacity
    }
  }
}

extension LaunchSpec {
  /// This node could have been made with these settings.
  func makes(_ node: Node) -> Bool {
    cloud == node.cloud && type == node.type && region == node.region
      && capacity == node.capacity && (zone ?? node.zone) == node.zone
  }
}
