import FleetModel
import Logging
import Planner
import Ports

/// The loop: observe, plan, record, act, settle; always in this order.
///
/// It has no policy in it. What comes back from the world comes back in the next snapshot.
struct Reconciler: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let journal: Journal
  let health: Health
  let bell: Bell
  /// The right to act; nil: nobody else could have it.
  var hold: LeaseHold?

  /// Real time between two passes that are brought forward: a flood of notices is one pass, and
  /// what it asks for goes out well within a second.
  private static let briefest = Duration.milliseconds(250)

  /// Real time between tries for the first plan after a start: acting again after a crash does not
  /// wait for a whole turn of the loop.
  private static let firstLook = Duration.milliseconds(250)

  func run() async throws {
    let acts = ActQueue(limit: parts.pace.acts)
    try await withThrowingDiscardingTaskGroup { group in
      await takeUp(acts, in: &group)
      var before: Plan?
      // A tick the store did not take is given again, the same one, before anything new is looked
      // at: its usage is counted once, and its decisions have expired when it comes late.
      var unstored: Pass?
      while !Task.isCancelled {
        let began = ContinuousClock.now
        if unstored == nil { unstored = try await look(after: before) }
        if let pass = unstored {
          switch try await store(pass.tick, began: began) {
          case .stored:
            (before, unstored) = (pass.tick.plan, nil)
            await watch.recorded(notices: pass.notices)
            try await end(pass.lapses)
            await takeUp(acts, in: &group)
          case .away: break
          case .refused: unstored = setAside(pass)
          }
        }
        try await rest(after: before, since: began)
      }
    }
  }

  /// Until the first listing is there, nothing can be planned; then it is, at once.
  private func rest(after before: Plan?, since began: ContinuousClock.Instant) async throws {
    guard before != nil else { return try await parts.wall.sleep(for: Self.firstLook) }
    let isRung = try await bell.wait(atMost: parts.pace.evaluate, on: parts.clock)
    let rest = Self.briefest - (ContinuousClock.now - began)
    if isRung, rest > .zero { try await parts.wall.sleep(for: rest) }
  }

  /// What the store refuses for its content it will refuse for ever, and nothing would be planned
  /// any more: after three tries the times in it are left out of the books, after three more all
  /// of it; people are told either way, and the loop goes on.
  private func setAside(_ pass: Pass) -> Pass? {
    var pass = pass
    pass.refusals += 1
    guard pass.refusals >= Self.patience else { return pass }
    parts.counters.count("finops_ticks_refused_total")
    guard pass.refusals < 2 * Self.patience else {
      parts.log.error("a pass of the loop is dropped: the store refuses it")
      return nil
    }
    guard !pass.tick.usage.isEmpty || !pass.tick.off.isEmpty else { return pass }
    parts.log.error(
      "the times since the last plan are left out of the books: the store refuses them",
      metadata: ["node-hours": "\(pass.tick.usage.count)"])
    (pass.tick.usage, pass.tick.off) = ([], [])
    let now = pass.tick.plan.takenAt
    pass.tick.alerts.append(
      Alert(
        kind: .storeRefused, severity: .critical,
        key: "store.refused/\(now.microseconds / 1_000_000)", at: now,
        summary: "The database refuses what the last pass has to say; the times since the last "
          + "plan are left out of the books."))
    return pass
  }

  private static let patience = 3

  /// Carries out every open act that nobody carries: new ones, those of the term before, and those
  /// that ended early because the store was away when they had something to write.
  private func takeUp(
    _ acts: ActQueue, in group: inout ThrowingDiscardingTaskGroup<any Error>
  ) async {
    for open in await watch.openActions where await acts.claim(open.decision.key) {
      group.addTask {
        let cloud = open.decision.launch?.cloud ?? open.decision.cloud
        try await acts.run(open.decision.key, in: cloud) {
          try await carry(open.decision, open.phase)
        }
      }
    }
  }

  /// One pass; nil when it could not see enough to decide.
  private func look(after before: Plan?) async throws -> Pass? {
    let halted: Bool
    let wishes: Wishes
    do throws(StoreError) {
      halted = try await parts.ledger.killSwitch()
      wishes = try await parts.ledger.wishes()
    } catch {
      try report(error)
      return nil
    }
    let now = parts.clock.now()
    guard
      let seen = await watch.observe(
        at: now, clouds: parts.actuators.map(\.cloud), killSwitch: halted, wakes: wishes.wakes,
        calendar: parts.calendar(now), steady: parts.clock.steady, resumedAt: wishes.resumedAt)
    else { return nil }
    let rulebook = parts.rulebook
    let (snapshot, plan) = plan(seen.snapshot, granted: wishes.grants, under: rulebook)
    let told =
      alerts(for: plan, before: before, snapshot: snapshot, under: rulebook)
      + requests(in: plan, of: snapshot, under: rulebook)
    return Pass(
      tick: Tick(
        snapshot: snapshot, plan: plan, usage: seen.usage, off: seen.off, alerts: told,
        rulebook: rulebook),
      lapses: lapses(in: plan, of: snapshot, granted: wishes.grants, under: rulebook),
      notices: seen.notices)
  }

  /// Ends the decisions that waited for people and wait no longer. What the store does not take
  /// now is found again with the next plan.
  private func end(_ lapses: [Lapse]) async throws {
    for lapse in lapses {
      let event = LedgerEvent(
        at: parts.clock.now(), key: lapse.decision.key, kind: .cancelled(lapse.reason))
      let told = lapse.isTold ? outcomeAlerts(for: event, of: lapse.decision) : []
      do throws(StoreError) {
        try await journal.append(event, alerts: told)
        parts.counters.count(
          "finops_decisions_total",
          ["action": lapse.decision.intent.rawValue, "outcome": event.kind.name])
      } catch {
        try report(error)
      }
    }
  }

  private enum Outcome { case stored, away, refused }

  /// Stores a tick; what the store did not take has to be given again.
  private func store(
    _ tick: Tick, began: ContinuousClock.Instant
  ) async throws -> Outcome {
    do throws(StoreError) {
      _ = try await journal.record(tick)
      let took = ContinuousClock.now - began
      await health.reconciled(tick.plan, snapshot: tick.snapshot, took: took)
      count(tick.plan, took: took)
      return .stored
    } catch {
      try report(error)
      await health.store("\(error)")
      if case .refused = error { return .refused }
      return .away
    }
  }

  private func carry(_ decision: Decision, _ phase: OpenAction.Phase) async throws {
    let executor = Executor(
      fleet: parts.rulebook.fleet, watch: watch, journal: journal, ledger: parts.ledger,
      actuators: Dictionary(uniqueKeysWithValues: parts.actuators.map { ($0.cloud, $0) }),
      collector: parts.collector, clock: parts.clock, wall: parts.wall,
      counters: parts.counters, log: parts.log, hold: hold)
    do throws(StoreError) {
      try await executor.run(decision, resuming: phase)
    } catch {
      try report(error)
    }
  }

  /// A store that is away is waited for; a passed epoch ends this term.
  private func report(_ error: StoreError) throws {
    parts.counters.count("finops_store_errors_total")
    parts.log.warning("store", metadata: ["error": "\(error)"])
    if error == .fenced { throw error }
  }

  private func count(_ plan: Plan, took: Duration) {
    parts.counters.count("finops_reconciles_total")
    parts.counters.set("finops_reconcile_duration_seconds", to: took.inSeconds)
    let verdicts = Dictionary(grouping: plan.verdicts) { $0.reason.code }
    for (code, group) in verdicts {
      parts.counters.set("finops_verdicts", ["reason": code], to: Double(group.count))
    }
  }
}

/// What one look leads to.
private struct Pass: Sendable {
  var tick: Tick
  /// To be ended once the tick is stored.
  var lapses: [Lapse]
  /// The mark of the last notice it knows of.
  var notices: Int
  /// How often the store has refused it for its content.
  var refusals = 0
}

/// Lets at most `limit` acts run at once in each cloud; the rest wait their turn in order. No act runs
/// twice. A cloud that is slow, or that makes us wait, holds up no other.
actor ActQueue {
  private let limit: Int
  private var claimed: Set<DecisionKey> = []
  private var busy: [CloudName: Int] = [:]
  private var waiting: [CloudName: [CheckedContinuation<Void, Never>]] = [:]

  init(limit: Int) { self.limit = limit }

  /// False when the act runs or waits already. Who is given true has to call `run`.
  func claim(_ key: DecisionKey) -> Bool { claimed.insert(key).inserted }

  func run(
    _ key: DecisionKey, in cloud: CloudName? = nil, _ act: @Sendable () async throws -> Void
  ) async throws {
    let lane = cloud ?? ""
    defer { claimed.remove(key) }
    if busy[lane, default: 0] < limit {
      busy[lane, default: 0] += 1
    } else {
      await withCheckedContinuation { waiting[lane, default: []].append($0) }
    }
    defer { leave(lane) }
    try await act()
  }

  /// The place goes to who waits longest, else it is free.
  private func leave(_ lane: CloudName) {
    guard waiting[lane]?.isEmpty == false, let next = waiting[lane]?.removeFirst() else {
      busy[lane, default: 1] -= 1
      return
    }
    next.resume()
  }
}
