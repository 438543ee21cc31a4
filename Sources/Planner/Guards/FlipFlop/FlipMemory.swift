public import FleetModel

/// When a pool's nodes were taken after some were given back, or given back after some were taken.
public struct FlipMemory: Sendable, Hashable, Codable {
  /// The last act on a node grew the pool.
  public private(set) var grew: Bool?
  /// Oldest first, the last few dozen.
  public private(set) var reversals: [Timestamp] = []
  /// For pools counted in replicas: the last change, and those that exactly undid the one before.
  public private(set) var change: ReplicaChange?
  public private(set) var changedAt: Timestamp?
  public private(set) var undos: [Undo] = []

  /// A change from b to a, straight after one from a to b.
  public struct Undo: Sendable, Hashable, Codable {
    public var at: Timestamp
    /// How long the undone change stood.
    public var stood: Duration
    /// How many undid each other in a row, this one included.
    public var run: Int
  }

  /// More than any sensible limit of reversals in an hour.
  static let kept = 64

  public init() {}

  mutating func note(grows: Bool, at moment: Timestamp) {
    if let grew, grew != grows { reversals.append(moment) }
    if reversals.count > Self.kept { reversals.removeFirst() }
    grew = grows
  }

  mutating func note(_ next: ReplicaChange, at moment: Timestamp) {
    if let change, let changedAt, next.from == change.to, next.to == change.from {
      let isInRow = undos.last.map { $0.at == changedAt } ?? false
      let run = isInRow ? (undos.last?.run ?? 0) + 1 : 1
      undos.append(Undo(at: moment, stood: moment.duration(since: changedAt), run: run))
      if undos.count > Self.kept { undos.removeFirst() }
    }
    (change, changedAt) = (next, moment)
  }

  /// The clock was set back: what was noted in the future was noted by now.
  mutating func comeBack(to moment: Timestamp) {
    reversals = reversals.map { min($0, moment) }
    changedAt = changedAt.map { min($0, moment) }
    for place in undos.indices { undos[place].at = min(undos[place].at, moment) }
  }

  /// The breaker as it stands at a moment: opened by the last `flipLimit` reversals within
  /// `flipWindow`, and open for `flipHold`.
  func breaker(under safety: SafetyRules, coldStart: Duration, at now: Timestamp) -> Breaker? {
    let limit = max(1, safety.flipLimit)
    let quick = coldStart * 2
    let nodes = reversals.indices.dropFirst(limit - 1).last {
      reversals[$0].duration(since: reversals[$0 - limit + 1]) < safety.flipWindow
    }
    let counts = undos.indices.dropFirst(limit - 1).last { last in
      let row = undos[(last - limit + 1)...last]
      return undos[last].run >= limit && row.allSatisfy { $0.stood <= quick }
        && undos[last].at.duration(since: undos[last - limit + 1].at) < safety.flipWindow
    }
    let openings = [nodes.map { reversals[$0] }, counts.map { undos[$0].at }].compactMap(\.self)
    guard let opened = openings.max() else { return nil }
    let until = opened.advanced(by: safety.flipHold)
    return now < until ? Breaker(reversals: limit, openedAt: opened, until: until) : nil
  }

  struct Breaker {
    var reversals: Int
    var openedAt: Timestamp
    var until: Timestamp
  }
}

extension Memory {
  /// Notes the direction of an act that was done.
  ///
  /// On nodes every reversal counts: each costs a boot and moves work. A number of replicas may
  /// follow demand up and down every tick, which is its job: there only a row of changes that
  /// undo each other exactly counts, each undone before two cold starts went by, so before what was
  /// bought had been of use. Moves between places capacity is bought at are no change of mind
  /// either: each is a launch and a stop by design.
  mutating func noteDirection(of decision: Decision, at moment: Timestamp) {
    let intent = decision.intent
    guard intent.grows || (intent.shrinks && intent != .unload),
      let cause = decision.reason.cause, cause == .idle || cause == .surplus
    else { return }
    var flips = pools[decision.pool]?.flips ?? FlipMemory()
    if let change = decision.replicas {
      flips.note(change, at: moment)
    } else {
      flips.note(grows: intent.grows, at: moment)
    }
    pools[decision.pool, default: PoolMemory()].flips = flips
  }
}

extension PoolRules {
  /// From launch to serving, as far as the rules say.
  var coldStart: Duration { scaling?.coldStart ?? spot?.coldStart ?? .minutes(2) }
}
