import FleetModel

/// No mistake, ours or a sensor's, takes much of a fleet at once (DECISIONS 21, F80, F81, I2).
///
/// Shares are of the nodes that may be acted on. Counted with others', protected ones and pools that
/// only watch, a breaker's limit moves with what it can never touch (I27, NVIDIA/NVSentinel#1228).
/// A share of a large fleet is many, so a number holds beside it (NVIDIA/NVSentinel#1686).
struct BlastRadius: Guard {
  private var cycle: [Int]
  private var window: [Int]
  /// Nodes of the whole fleet that were taken in the window.
  private var taken: Int
  private let cycleLimit: [Int]
  private let windowLimit: [Int]
  private let most: Int
  private let unhealthy: [Reason?]
  /// Halts all shrinking of the fleet.
  private let hold: Reason?

  init(_ fleet: FleetView) {
    let limits = fleet.rulebook.thresholds
    cycle = fleet.pools.map { _ in 0 }
    let leaving = fleet.pools.map { pool in
      pool.openShrinks + Self.recent(pool, at: fleet.now, limits)
    }
    window = leaving
    taken = leaving.reduce(0, +)
    most = fleet.rulebook.safety.nodesInWindow
    cycleLimit = fleet.pools.map { max(1, Self.share($0.acting.standing, limits.cycleShare)) }
    windowLimit = fleet.pools.map { pool in
      let size = pool.acting.standing + Self.recent(pool, at: fleet.now, limits)
      return max(1, Self.share(size, limits.windowShare))
    }
    unhealthy = fleet.pools.map { pool in
      Double(pool.acting.unhealthy) > Double(pool.acting.standing) * limits.unhealthyHalt
        ? .unhealthyHalt(unknown: pool.acting.unhealthy, of: pool.acting.standing) : nil
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
    let span = fleet.rulebook.thresholds.blastWindow
    guard window[place] < windowLimit[place] else {
      return .blastRadius(allowed: windowLimit[place], window: span)
    }
    return taken < most ? nil : .nodeLimit(taken: taken, allowed: most, window: span)
  }

  mutating func admit(_ act: Proposal) {
    guard act.intent.shrinks, act.replicas == nil, let place = act.pool else { return }
    cycle[place] += 1
    window[place] += 1
    taken += 1
  }

  private static func recent(_ pool: PoolView, at now: Timestamp, _ limits: Thresholds) -> Int {
    pool.memory.shrunk.count { now.duration(since: $0) < limits.blastWindow }
  }

  private static func share(_ count: Int, _ share: Double) -> Int {
    Int(Double(count) * share + 1e-9)
  }

  private static func unknownHalt(_ fleet: FleetView) -> Reason? {
    var (running, unknown) = (0, 0)
    for place in fleet.actingPools {
      running += fleet.pools[place].acting.running
      unknown += fleet.pools[place].acting.unknown
    }
    let limit = Double(running) * fleet.rulebook.thresholds.unknownHalt
    return Double(unknown) > limit ? .unhealthyHalt(unknown: unknown, of: running) : nil
  }
}
