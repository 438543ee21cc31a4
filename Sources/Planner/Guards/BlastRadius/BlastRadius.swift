import FleetModel

/// No mistake, ours or a sensor's, takes much of a fleet at once (DECISIONS 21, F80, F81, I2).
struct BlastRadius: Guard {
  private var cycle: [Int]
  private var window: [Int]
  private let cycleLimit: [Int]
  private let windowLimit: [Int]
  private let unhealthy: [Reason?]
  /// Halts all shrinking of the fleet.
  private let hold: Reason?

  init(_ fleet: FleetView) {
    let limits = fleet.rulebook.thresholds
    cycle = fleet.pools.map { _ in 0 }
    window = fleet.pools.map { pool in
      pool.openShrinks + Self.recent(pool, at: fleet.now, limits)
    }
    cycleLimit = fleet.pools.map { max(1, Self.share($0.standing, limits.cycleShare)) }
    windowLimit = fleet.pools.map { pool in
      let size = pool.standing + Self.recent(pool, at: fleet.now, limits)
      return max(1, Self.share(size, limits.windowShare))
    }
    unhealthy = fleet.pools.map { pool in
      Double(pool.unhealthy) > Double(pool.standing) * limits.unhealthyHalt
        ? .unhealthyHalt(unknown: pool.unhealthy, of: pool.standing) : nil
    }
    hold = Self.unknownHalt(fleet) ?? CorrelatedIdle.reason(in: fleet)
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard act.intent.shrinks, let place = act.pool else { return nil }
    if let hold { return hold }
    if let unhealthy = unhealthy[place] { return unhealthy }
    // A number of replicas follows demand by its learned rule (docs/decisions/0005).
    guard act.replicas == nil else { return nil }
    guard cycle[place] < cycleLimit[place] else {
      return .blastRadius(allowed: cycleLimit[place], window: .zero)
    }
    guard window[place] < windowLimit[place] else {
      return .blastRadius(
        allowed: windowLimit[place], window: fleet.rulebook.thresholds.blastWindow)
    }
    return nil
  }

  mutating func admit(_ act: Proposal) {
    guard act.intent.shrinks, act.replicas == nil, let place = act.pool else { return }
    cycle[place] += 1
    window[place] += 1
  }

  private static func recent(_ pool: PoolView, at now: Timestamp, _ limits: Thresholds) -> Int {
    pool.memory.shrunk.count { now.duration(since: $0) < limits.blastWindow }
  }

  private static func share(_ count: Int, _ share: Double) -> Int {
    Int(Double(count) * share + 1e-9)
  }

  private static func unknownHalt(_ fleet: FleetView) -> Reason? {
    var (running, unknown) = (0, 0)
    for place in fleet.pools.indices {
      running += fleet.pools[place].running
      unknown += fleet.pools[place].unknown
    }
    let limit = Double(running) * fleet.rulebook.thresholds.unknownHalt
    return Double(unknown) > limit ? .unhealthyHalt(unknown: unknown, of: running) : nil
  }
}

/// Many nodes that turn idle at the same time are more likely one broken sensor than many ended
/// jobs (Cluster Autoscaler's case UC8, turned to idleness). What works again leaves the count.
enum CorrelatedIdle {
  static func reason(in fleet: FleetView) -> Reason? {
    let limits = fleet.rulebook.thresholds
    let size = fleet.pools.reduce(0) { $0 + $1.standing }
    let span = limits.correlatedHold + limits.correlatedWindow
    let turns = fleet.snapshot.memory.turnedIdle
      .filter { fleet.now.duration(since: $0) < span }.sorted()
    var first = 0
    var most = 0
    for last in turns.indices {
      while turns[last].duration(since: turns[first]) > limits.correlatedWindow { first += 1 }
      let ended = fleet.now.duration(since: turns[last])
      if ended < limits.correlatedHold { most = max(most, last - first + 1) }
    }
    guard most >= limits.correlatedFewest, Double(most) > Double(size) * limits.correlatedShare
    else { return nil }
    return .correlatedIdle(turned: most, of: size)
  }
}
