public import FleetModel

/// Nodes that turned idle together on nothing but their GPU sensors' word.
///
/// Such a turn leaves everything as it was except the activity fields: processes keep their device
/// memory, and no server's counters tell of an end. A broken metrics library looks the same, so
/// shrinking waits until every such node showed life (worked again, gave its memory back), was
/// started anew or is gone, or until a person says `finops resume`.
public struct SuspectTurns: Sendable, Hashable, Codable {
  public internal(set) var held: Held?
  /// A person believed what had turned up to here.
  public internal(set) var believedAt: Timestamp?
  /// When somebody last typed `finops resume`, as far as it is known; compared, never reckoned with:
  /// it is another clock's.
  var word: Timestamp?

  public struct Held: Sendable, Hashable, Codable {
    public internal(set) var since: Timestamp
    /// How many turned together, of how many that may be acted on, when it began. Kept, so that a
    /// fleet that grows or shrinks does not move it.
    public internal(set) var turned: Int
    public internal(set) var size: Int
    /// When each that has not shown life turned.
    var suspects: [NodeID: Timestamp]
  }
}

extension Snapshot {
  /// Begins and ends the hold over nodes that turned idle together; asked once before each plan.
  public mutating func reviewTurns(under rulebook: Rulebook) {
    var turns = memory.suspectTurns ?? SuspectTurns()
    if let resumedAt, resumedAt != turns.word {
      if turns.word != nil { (turns.held, turns.believedAt) = (nil, takenAt) }
      turns.word = resumedAt
    }
    let (suspects, size) = suspects(after: turns.believedAt, rulebook)
    turns.held = turns.held?.kept(of: suspects)
    let limits = rulebook.thresholds
    let most = CorrelatedIdle.mostTogether(Array(suspects.values), limits) {
      takenAt.duration(since: $0) <= limits.correlatedHold
    }
    if CorrelatedIdle.isMany(most, of: size, limits) {
      turns.held =
        turns.held?.joined(by: suspects)
        ?? SuspectTurns.Held(
          since: takenAt, turned: most, size: size, suspects: suspects)
    }
    memory.suspectTurns = turns == SuspectTurns() ? nil : turns
  }

  /// When nodes in pools that act turned on their sensors' word alone, and how many nodes there are.
  private func suspects(
    after believed: Timestamp?, _ rulebook: Rulebook
  ) -> (turned: [NodeID: Timestamp], size: Int) {
    let index = PoolIndex(rulebook)
    let acts = rulebook.pools.contains { $0.mode >= .approve }
    var (turned, size): ([NodeID: Timestamp], Int) = ([:], 0)
    for node in nodes where node.tags[Tag.fleet] == rulebook.fleet && node.state.isLive {
      guard let place = index.place(of: node), !acts || rulebook.pools[place].mode >= .approve
      else { continue }
      size += 1
      guard let target = targets[node.id], let found = memory.targets.index(forKey: target),
        let moment = memory.targets.values[found].suspectTurn,
        believed.map({ moment > $0 }) ?? true,
        node.lastStart(seen: memory.nodes[node.id]?.startedAt) <= moment
      else { continue }
      turned[node.id] = moment
    }
    return (turned, size)
  }
}

extension SuspectTurns.Held {
  /// Without those that showed life; nil when all did.
  fileprivate func kept(of others: [NodeID: Timestamp]) -> Self? {
    var held = self
    held.suspects = suspects.filter { others[$0.key] == $0.value }
    return held.suspects.isEmpty ? nil : held
  }

  fileprivate func joined(by others: [NodeID: Timestamp]) -> Self {
    var held = self
    held.suspects.merge(others) { first, _ in first }
    return held
  }
}

extension TargetMemory {
  /// When all of it turned idle, where only its sensors say so: nothing was given back, and no
  /// server's counters were heard.
  fileprivate var suspectTurn: Timestamp? {
    guard let turnedIdleAt, lastRequests == nil else { return nil }
    // One that is not heard for a while has shown no life, and may hold its memory still.
    let holds = accelerators.values.contains {
      $0.state == .allocatedIdle || $0.state == .warmIdle || $0.state == .unknown
    }
    return holds ? turnedIdleAt : nil
  }
}
