import CostModel
public import FleetModel
public import Planner

/// Plans a recorded past again under other rules, tick by tick, and counts what would have come of
/// it.
///
/// The record is the truth: a node that the rules would have stopped counts as off until the record
/// shows work on it, or shows it switched off anyway. Every pool is taken as if its mode was
/// `auto`, but for those that are `silent`: the question is what the rules would do, not whether
/// they may. What the record cannot know stays unknown: work that would have waited elsewhere, or
/// come to another node. Time between looks that are far apart counts for nothing, and what was
/// assumed before such a hole is forgotten after it.
public struct HistoryReplay: Sendable {
  public private(set) var score = HistoryScore()
  private let rulebook: Rulebook
  private let silent: Set<PoolName>
  private let gap: Duration
  private var off: [NodeID: Off] = [:]
  /// Really off by a stop of ours, at the last tick.
  private var really: [NodeID: Really] = [:]
  /// Nodes whose last real stop the rules did not ask for.
  private var unasked: Set<NodeID> = []
  /// At least one look since the last hole.
  private var isUnderWay = false

  /// A stop that was not made.
  private struct Off: Sendable {
    var pool: PoolName
    var since: Timestamp
    var rate: HourlyRate
    var storage: HourlyRate
  }

  private struct Really: Sendable {
    var pool: PoolName
    var since: Timestamp
    var rate: HourlyRate
    var storage: HourlyRate
  }

  /// `silent`: pools that may not act. `gap`: looks further apart than that show nothing of the time
  /// between them; nil: what `LookedAt` says of the rulebook.
  public init(under rulebook: Rulebook, silent: Set<PoolName> = [], gap: Duration? = nil) {
    self.silent = silent
    self.gap = gap ?? LookedAt.longestGap(under: rulebook)
    var rules = rulebook
    for index in rules.pools.indices { rules.pools[index].mode = .auto }
    self.rulebook = rules
  }

  /// Takes the next tick, later than the one before, with the plan that was made of it; gives back
  /// what the rules plan there.
  @discardableResult
  public mutating func take(_ snapshot: Snapshot, recorded: Plan) -> Plan {
    let passed = score.until.map { snapshot.takenAt.duration(since: $0) } ?? .zero
    let counted = passed <= gap ? max(.zero, passed) : .zero
    if passed > gap { forget() }
    endStops(in: snapshot, counted)
    countReality(in: snapshot, counted)
    var plan = plan(seen(snapshot), under: rulebook)
    plan.decisions.removeAll { silent.contains($0.pool) }
    for decision in plan.decisions { take(decision, in: snapshot) }
    noteUnasked(in: recorded, plan)
    isUnderWay = true
    score.ticks += 1
    score.from = score.from ?? snapshot.takenAt
    score.until = snapshot.takenAt
    score.covered += counted
    return plan
  }

  /// After a hole nobody knows what was stopped, started or worked meanwhile.
  private mutating func forget() {
    off = [:]
    really = [:]
    unasked = []
    isUnderWay = false
  }

  // MARK: The past as it would have been

  /// The snapshot with those nodes off that would have been.
  private func seen(_ snapshot: Snapshot) -> Snapshot {
    var seen = snapshot
    // Acts under way were of the rules of that day.
    seen.memory.openActions = [:]
    seen.approvals = nil
    for index in seen.nodes.indices {
      guard let stop = off[seen.nodes[index].id] else { continue }
      seen.nodes[index].state = .stopped
      var history = seen.memory.nodes[seen.nodes[index].id] ?? NodeMemory()
      history.lastState = .stopped
      history.stateSince = stop.since
      history.lastActAt = stop.since
      history.lastIntent = .stop
      seen.memory.nodes[seen.nodes[index].id] = history
      seen.memory.pools[stop.pool, default: PoolMemory()].shrunk.append(stop.since)
    }
    return seen
  }

  private mutating func take(_ decision: Decision, in snapshot: Snapshot) {
    switch decision.intent {
    case .stop, .terminate: stop(decision, in: snapshot)
    case .start:
      // Wanted back by the rules themselves, not by work.
      guard let id = decision.node, let stop = off.removeValue(forKey: id) else { return }
      chargeRestart(stop)
    case .launch: score.policy[decision.pool, default: .init()].launches += 1
    case .keep, .scaleUp, .scaleDown, .unload: return
    }
  }

  private mutating func stop(_ decision: Decision, in snapshot: Snapshot) {
    guard let id = decision.node, off[id] == nil,
      let node = snapshot.nodes.first(where: { $0.id == id }), node.state == .running
    else { return }
    let price = rulebook.prices.price(of: node)
    off[id] = Off(
      pool: decision.pool, since: snapshot.takenAt, rate: price?.hourly ?? .zero,
      storage: decision.intent == .stop ? price?.stoppedHourly ?? .zero : .zero)
    score.policy[decision.pool, default: .init()].stops += 1
  }

  /// Adds the time since the last tick, and ends the stops the record contradicts.
  private mutating func endStops(in snapshot: Snapshot, _ passed: Duration) {
    let nodes = Dictionary(
      snapshot.nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for (id, stop) in off.sorted(by: { $0.key < $1.key }) {
      guard let node = nodes[id], node.state.isLive else {
        // Switched off anyway: from here on it saves nothing that was not saved.
        off[id] = nil
        continue
      }
      guard !works(node, since: stop.since, in: snapshot) else {
        off[id] = nil
        let wait = snapshot.takenAt.duration(since: stop.since)
        note(coldStartOf: stop, after: wait)
        continue
      }
      let saved = stop.rate.cost(of: passed) - stop.storage.cost(of: passed)
      score.policy[stop.pool, default: .init()].saved += saved
    }
  }

  private mutating func note(coldStartOf stop: Off, after wait: Duration) {
    chargeRestart(stop)
    score.policy[stop.pool]?.coldStarts += 1
    if wait <= coldStart(of: stop.pool) { score.policy[stop.pool]?.wrongStops += 1 }
  }

  private mutating func chargeRestart(_ stop: Off) {
    let restart = stop.rate.cost(of: coldStart(of: stop.pool))
    score.policy[stop.pool, default: .init()].saved -= restart
  }

  /// The pool's own time from launch to serving, else the two minutes settings begin with.
  private func coldStart(of pool: PoolName) -> Duration {
    let rules = rulebook.pools.first { $0.name == pool }
    return rules?.scaling?.coldStart ?? rules?.spot?.coldStart ?? .minutes(2)
  }

  /// The record shows work since then: an accelerator is at work, or rests only since later.
  private func works(_ node: Node, since stop: Timestamp, in snapshot: Snapshot) -> Bool {
    guard let target = snapshot.targets[node.id], let memory = snapshot.memory.targets[target]
    else { return false }
    let isServing = rulebook.pool(of: node)?.kind == .serving
    return memory.accelerators.values.contains { device in
      guard let heard = device.lastSampleAt, heard > stop else { return false }
      guard let rest = isServing ? device.restSince : device.idleSince else {
        return [.busy, .low, .loading, .spinning].contains(device.state)
      }
      // The clock of its rest began anew, and it was heard at work in between.
      return rest > stop && device.lastActivity != nil
    }
  }

  // MARK: The past as it was

  private mutating func countReality(in snapshot: Snapshot, _ passed: Duration) {
    var now: [NodeID: Really] = [:]
    for node in snapshot.nodes {
      guard let stop = reallyOff(node, in: snapshot) else {
        if node.state.isLive { end(node.id, at: snapshot.takenAt) }
        continue
      }
      if really[node.id] == nil, isUnderWay { begin(node.id, stop) }
      now[node.id] = stop
      let saved = stop.rate.cost(of: passed) - stop.storage.cost(of: passed)
      score.real[stop.pool, default: .init()].saved += saved
      guard unasked.contains(node.id) else { continue }
      score.policy[stop.pool, default: .init()].unmadeCost += saved
    }
    really = now
  }

  private func reallyOff(_ node: Node, in snapshot: Snapshot) -> Really? {
    guard let history = snapshot.memory.nodes[node.id], history.stoppedBy != nil,
      let since = history.offSince, let pool = rulebook.pool(of: node)?.name
    else { return nil }
    let price = rulebook.prices.price(of: node)
    return Really(
      pool: pool, since: since, rate: price?.hourly ?? .zero,
      storage: node.state == .stopped ? price?.stoppedHourly ?? .zero : .zero)
  }

  private mutating func begin(_ id: NodeID, _ stop: Really) {
    score.real[stop.pool, default: .init()].stops += 1
    if unasked.contains(id) { score.policy[stop.pool, default: .init()].unmade += 1 }
  }

  /// A node that is on again was started for somebody.
  private mutating func end(_ id: NodeID, at now: Timestamp) {
    guard let stop = really[id] else { return }
    unasked.remove(id)
    let start = coldStart(of: stop.pool)
    score.real[stop.pool, default: .init()].coldStarts += 1
    score.real[stop.pool]?.saved -= stop.rate.cost(of: start)
    if now.duration(since: stop.since) <= start { score.real[stop.pool]?.wrongStops += 1 }
  }

  /// Stops that begin at this tick and that the rules do not ask for.
  private mutating func noteUnasked(in recorded: Plan, _ plan: Plan) {
    let wanted = Set(plan.decisions.filter(\.intent.shrinks).compactMap(\.node))
    for decision in recorded.decisions
    where decision.intent.shrinks && decision.isToBeCarriedOut {
      guard let id = decision.node, off[id] == nil else { continue }
      if wanted.contains(id) { unasked.remove(id) } else { unasked.insert(id) }
    }
  }
}
