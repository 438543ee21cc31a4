import CostModel
import FleetModel
import Planner
import Simulator
import TestSupport

/// A mixed fleet for days and weeks: exporters of every rhythm, late answers, a clock that is set once
/// a day; folded and planned by the same functions that act.
struct MonthRun {
  private let range: Range<Timestamp>
  private let seed: UInt64
  private var machines: [MonthMachine]
  private var memory = Memory()
  private var rulebook: Rulebook
  private var figures = MonthFigures()
  /// By machine: the spell that was found idle, and when.
  private var foundSpell: [Int: Int] = [:]
  private var inFault: Set<Int> = []
  private var lastEvent: Int64 = 0
  private var steps = ClockSteps()

  /// Nothing is counted before: levels need a day of spans.
  private static let warmUp = Duration.hours(24)
  private static let interval = Duration.seconds(15)
  /// Verdicts that say nothing of a running machine could be seen.
  private static let blind: Set<String> = [
    "stale", "never_heard", "window_incomplete", "accelerators_missing", "sensor_fault",
    "identity_conflict", "unmatched", "accelerator_count_unknown", "faulty", "identity_changed",
    "accelerator_silent",
  ]

  init(_ nodes: [MonthNode], days: Int64, seed: UInt64) {
    range = TestFleet.start..<TestFleet.start.advanced(by: .days(days))
    self.seed = seed
    let range = range
    machines = nodes.enumerated().map { MonthMachine($1, number: $0, in: range, seed: seed) }
    rulebook = Self.rules(nodes)
  }

  /// Defaults, but for the guards that share out the acts of many machines at once: what is measured
  /// is whether each is seen, not when its turn comes.
  private static func rules(_ nodes: [MonthNode]) -> Rulebook {
    let pools = nodes.map { node in
      PoolRules(
        name: PoolName(node.name), kind: node.kind, mode: node.isActedOn ? .auto : .observe,
        match: .init(tags: [Tag.pool: node.name]), cooldown: .zero)
    }
    let prices = Set(nodes.map(\.type)).sorted().map { type in
      Price(
        cloud: "aws", type: type, hourly: HourlyRate(perHour: Money(nanos: 20_000_000_000)),
        source: "test", asOf: "2026-07-20")
    }
    var rulebook = Rulebook(
      fleet: "month", pools: pools.sorted { $0.name < $1.name }, prices: PriceBook(prices),
      scrapeInterval: interval)
    rulebook.thresholds.cycleShare = 1
    rulebook.thresholds.windowShare = 1
    rulebook.thresholds.correlatedShare = 1
    rulebook.thresholds.unhealthyHalt = 1
    rulebook.thresholds.unknownHalt = 1
    rulebook.safety.actsPerMinute = 1_000
    rulebook.safety.flipLimit = 10_000
    rulebook.safety.maxNodes = 10_000
    return rulebook
  }

  /// How far the controller's clock is off: set once a day, by up to two minutes either way.
  func clock(at moment: Timestamp) -> Duration {
    let day = moment.duration(since: range.lowerBound).microseconds / Duration.days(1).microseconds
    guard day > 0 else { return .zero }
    return .milliseconds(
      Int64(240_000 * SplitMix64.unit(SplitMix64.hash(seed, 5, Int(day)))) - 120_000)
  }

  mutating func run() -> MonthFigures {
    var now = range.lowerBound
    var tick = 0
    while now < range.upperBound {
      now = now.advanced(by: Self.interval)
      tick += 1
      let step = steps.step(
        wall: now.advanced(by: clock(at: now)), steady: now.duration(since: range.lowerBound))
      memory.follow(clockStep: step, under: rulebook)
      scrape(until: now)
      if tick % 2 == 0 { look(at: now) }
    }
    return figures
  }

  private mutating func scrape(until now: Timestamp) {
    let clock = clock(at: now)
    for index in machines.indices where machines[index].node.state == .running {
      // Every target has its place in the interval; the latest answer is there before the plan.
      let phase = Duration.milliseconds(Int64(machines[index].chance(6) * 9_900))
      let asked = now.advanced(by: phase - Self.interval)
      guard asked > machines[index].node.launchedAt else { continue }
      let (reading, _) = machines[index].scrape(at: asked, clock: clock)
      memory.fold(reading, under: rulebook)
    }
  }

  private mutating func look(at now: Timestamp) {
    for index in machines.indices { revive(index, at: now) }
    let told = now.advanced(by: clock(at: now))
    let nodes = machines.map(\.node)
    memory.observe(nodes, at: told, under: rulebook)
    let targets = Dictionary(
      machines.map { ($0.node.id, $0.target) }, uniquingKeysWith: { first, _ in first })
    var snapshot = Snapshot(
      takenAt: told, nodes: nodes, inventoryAt: told, targets: targets, memory: memory)
    // As the controller does: what a fleet learns of itself comes before each plan, the books after.
    snapshot.learn(every: .seconds(30), under: rulebook)
    let plan = plan(snapshot, under: rulebook)
    memory = account(snapshot, under: rulebook).memory
    let byNode = Dictionary(
      plan.verdicts.compactMap { verdict -> (NodeID, Reason)? in
        guard case .node(let id) = verdict.subject else { return nil }
        return (id, verdict.reason)
      }, uniquingKeysWith: { first, _ in first })
    let isCounted = now.duration(since: range.lowerBound) >= Self.warmUp
    for index in machines.indices where machines[index].node.state == .running {
      if let reason = byNode[nodes[index].id] { judge(index, reason, at: now, isCounted) }
    }
    for decision in plan.decisions where decision.mode == .auto && decision.intent == .stop {
      if let index = nodes.firstIndex(where: { $0.id == decision.node }) {
        carryOut(decision, on: index, at: now)
      }
    }
  }

  /// Whoever switched it off, its users switch it on for their next job.
  private mutating func revive(_ index: Int, at now: Timestamp) {
    guard machines[index].node.state == .stopped else { return }
    let work = machines[index].work
    if work.spells[work.index(at: now)].what.isWork { machines[index].boot(at: now) }
  }
}

// MARK: Judging

extension MonthRun {
  private mutating func judge(
    _ index: Int, _ reason: Reason, at now: Timestamp, _ isCounted: Bool
  ) {
    let machine = machines[index]
    let place = machine.work.index(at: now)
    let spell = machine.work.spells[place]
    if isCounted { count(reason, of: machine) }
    if case .sensorFault = reason {
      if inFault.insert(index).inserted, isCounted {
        figures.faults[machine.plan.name, default: 0] += 1
      }
    } else {
      inFault.remove(index)
    }
    guard !spell.what.isWork else {
      let worked = now.duration(since: spell.from)
      if isIdle(reason), isCounted, worked > machine.plan.blindness, case .work = spell.what {
        figures.busyCalledIdle += 1
      }
      return
    }
    guard isCounted else { return }
    machine.plan.hasShifts
      ? note(reason, index, place, at: now) : noteLook(reason, machine)
  }

  private func isIdle(_ reason: Reason) -> Bool {
    switch reason {
    // Told to its users first, where the pool's kind asks for that: found all the same.
    case .idleConfirmed, .ladder: true
    default: false
    }
  }

  private mutating func count(_ reason: Reason, of machine: MonthMachine) {
    figures.looks += 1
    figures.reasons[reason.code, default: 0] += 1
    if Self.blind.contains(reason.code) { figures.unobserved += 1 }
  }

  /// An idle time counts once: found in time, found late, or (by the spell's end) not at all.
  private mutating func note(_ reason: Reason, _ index: Int, _ place: Int, at now: Timestamp) {
    let machine = machines[index]
    let spell = machine.work.spells[place]
    let length = machine.work.end(of: place).duration(since: spell.from)
    // It began before anything was counted, or the machine was only just switched on.
    guard length > machine.plan.found,
      spell.from > machine.node.launchedAt.advanced(by: .minutes(15)),
      spell.from.duration(since: range.lowerBound) >= Self.warmUp
    else { return }
    let since = now.duration(since: spell.from)
    guard foundSpell[index] != place else { return }
    if !isIdle(reason), since > machine.plan.found,
      since <= machine.plan.found + .seconds(30)
    {
      let kind = if case .held = spell.what { "" } else { " (empty)" }
      figures.missed["\(machine.plan.name) \(reason.code)\(kind)", default: 0] += 1
    }
    if isIdle(reason) {
      foundSpell[index] = place
      settle(spell.what, machine, isInTime: since <= machine.plan.found, isLate: true)
    } else if now.advanced(by: .seconds(30)) >= machine.work.end(of: place) {
      foundSpell[index] = place
      settle(spell.what, machine, isInTime: false, isLate: false)
    }
  }

  private mutating func settle(
    _ what: MonthWork.What, _ machine: MonthMachine, isInTime: Bool, isLate: Bool
  ) {
    func add(_ count: inout MonthFigures.Count) {
      count.spells += 1
      if isInTime { count.found += 1 } else if isLate { count.late += 1 }
    }
    switch what {
    case .held(let memory) where memory < 1_024: add(&figures.context)
    case .held: add(&figures.held)
    default: return add(&figures.empty)
    }
    add(&figures.machines[machine.plan.name, default: .init()])
  }

  /// One that idles for ever is to be called idle at every look.
  private mutating func noteLook(_ reason: Reason, _ machine: MonthMachine) {
    figures.forever.spells += 1
    figures.machines[machine.plan.name, default: .init()].spells += 1
    guard isIdle(reason) else {
      figures.missed["\(machine.plan.name) \(reason.code)", default: 0] += 1
      return
    }
    figures.forever.found += 1
    figures.machines[machine.plan.name, default: .init()].found += 1
  }
}

// MARK: Acting

extension MonthRun {
  /// As the controller does: another scrape, the look before the leap, then the act.
  private mutating func carryOut(_ decision: Decision, on index: Int, at now: Timestamp) {
    let clock = clock(at: now)
    note(.intended(decision), of: decision, at: now)
    let (reading, took) = machines[index].scrape(at: now, clock: clock)
    memory.fold(reading, under: rulebook)
    let then = now.advanced(by: took)
    if let reason = recheck(
      decision, node: machines[index].node, memory: memory, at: then.advanced(by: clock),
      under: rulebook)
    {
      return note(.cancelled(reason), of: decision, at: then)
    }
    note(.attempted(number: 1), of: decision, at: then)
    let machine = machines[index]
    let spell = machine.work.spells[machine.work.index(at: then)]
    figures.stops += 1
    if spell.what.isWork {
      let isBlind = then.duration(since: spell.from) <= machine.plan.blindness
      if isBlind { figures.blindStops += 1 } else { figures.busyStopped += 1 }
    }
    machines[index].node.state = .stopped
    let receipt = Receipt(node: machine.node.id, state: .stopped)
    note(.succeeded(receipt), of: decision, at: then)
  }

  private mutating func note(_ kind: LedgerEvent.Kind, of decision: Decision, at now: Timestamp) {
    lastEvent += 1
    memory.fold(
      LedgerEvent(
        id: lastEvent, at: now.advanced(by: clock(at: now)), key: decision.key, kind: kind))
  }
}
