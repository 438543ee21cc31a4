public import CostModel
public import FleetModel
public import Planner

/// What a fleet's past looked like, as if the controller had watched and acted in it.
public struct History: Sendable {
  /// By node, then hour; one entry for each node, hour and price.
  public var usage: [UsageHour]
  /// By node, then start.
  public var off: [OffInterval]
  /// Acts that were carried out.
  public var decisions: Int
  /// Of these, stops.
  public var stops: Int
  /// As it was at the end, to go on from.
  public var memory: Memory
  public var nodes: [Node]
}

/// Runs the real folds, `plan`, `recheck` and `account` over a modelled fleet on coarse ticks.
///
/// The fleet's nodes run from the start of `range`. A stopped node comes back when its users have
/// work for it, and developers' nodes every working day at nine. `step` takes the place of the
/// scrape interval, so windows mean what they say, only with fewer samples (DECISIONS 35). The
/// modelled cloud has these machines and no more: launches are refused for want of capacity.
public func simulateHistory(
  shape: DemoFleetShape, activity: some ActivitySource, rulebook: Rulebook,
  range: Range<Timestamp>, step: Duration = .minutes(10), seed: UInt64
) -> History {
  precondition(step > .zero, "time goes forward")
  var rules = rulebook
  rules.scrapeInterval = step
  rules.thresholds.coarsen(to: step)
  var world = ModelWorld(shape: shape, from: range.lowerBound, seed: seed)
  var recorder = HistoryRecorder(rulebook: rules, world: world)
  var now = range.lowerBound
  while now < range.upperBound {
    world.advance(to: now, activity: activity)
    recorder.tick(&world, activity: activity, at: now)
    now = now.advanced(by: step)
  }
  recorder.tick(&world, activity: activity, at: range.upperBound)
  return recorder.history(nodes: world.nodes)
}

extension Thresholds {
  /// A coarse tick cannot tell what happens within two minutes from what happens within the tick:
  /// the share that counts as "together" grows with it.
  fileprivate mutating func coarsen(to step: Duration) {
    // The model's counter is read as it is at every tick: a span of one tick is exact.
    (powerSpan, powerSpanInIntervals, powerSpanEdges) = (step, 1, 2)
    correlatedShare = min(1, correlatedShare * max(1, step.inSeconds / correlatedWindow.inSeconds))
  }
}

/// One pass of the loop after the other, and what they leave behind.
struct HistoryRecorder {
  private let rulebook: Rulebook
  private let targets: [NodeID: Target]
  private var memory = Memory()
  private var open: [NodeID: UsageHour] = [:]
  private var usage: [UsageHour] = []
  private var off: [OffKey: OffInterval] = [:]
  private var decisions = 0
  private var stops = 0
  private var lastEvent: Int64 = 0

  private struct OffKey: Hashable {
    var node: NodeID
    var from: Timestamp
  }

  init(rulebook: Rulebook, world: ModelWorld) {
    self.rulebook = rulebook
    targets = world.targets
  }

  mutating func tick(
    _ world: inout ModelWorld, activity: some ActivitySource, at now: Timestamp
  ) {
    world.readings(at: now, activity: activity) { memory.fold($0, under: rulebook) }
    memory.observe(world.nodes, at: now, under: rulebook)
    var snapshot = Snapshot(
      takenAt: now, nodes: world.nodes, inventoryAt: now, targets: targets, memory: memory)
    snapshot.learn(every: rulebook.scrapeInterval, under: rulebook)
    let plan = plan(snapshot, under: rulebook)
    let accounts = account(snapshot, under: rulebook)
    memory = accounts.memory
    for hour in accounts.usage { add(hour) }
    for interval in accounts.off {
      off[OffKey(node: interval.node, from: interval.from)] = interval
    }
    for decision in plan.decisions where decision.mode == .auto {
      carryOut(decision, in: &world, at: now)
    }
  }

  private mutating func carryOut(
    _ decision: Decision, in world: inout ModelWorld, at now: Timestamp
  ) {
    note(.intended(decision), of: decision, at: now)
    let node = decision.node.flatMap { world.node($0) }
    if let reason = recheck(decision, node: node, memory: memory, at: now, under: rulebook) {
      return note(.cancelled(reason), of: decision, at: now)
    }
    note(.attempted(number: 1), of: decision, at: now)
    switch world.carryOut(decision, at: now) {
    case .success(let receipt):
      decisions += 1
      if decision.intent.shrinks { stops += 1 }
      note(.succeeded(receipt), of: decision, at: now)
    case .failure(let refused): note(.failed(refused.failure), of: decision, at: now)
    }
  }

  private mutating func note(
    _ kind: LedgerEvent.Kind, of decision: Decision, at now: Timestamp
  ) {
    lastEvent += 1
    memory.fold(LedgerEvent(id: lastEvent, at: now, key: decision.key, kind: kind))
  }

  private mutating func add(_ part: UsageHour) {
    guard var whole = open[part.node] else {
      open[part.node] = part
      return
    }
    guard whole.hour == part.hour, whole.rate == part.rate else {
      usage.append(whole)
      open[part.node] = part
      return
    }
    whole.billedMicroseconds += part.billedMicroseconds
    whole.buckets = whole.buckets + part.buckets
    open[part.node] = whole
  }

  func history(nodes: [Node]) -> History {
    let hours = (usage + open.values).sorted { ($0.node, $0.hour) < ($1.node, $1.hour) }
    let intervals = off.values.sorted { ($0.node, $0.from) < ($1.node, $1.from) }
    return History(
      usage: hours, off: intervals, decisions: decisions, stops: stops, memory: memory,
      nodes: nodes)
  }
}
