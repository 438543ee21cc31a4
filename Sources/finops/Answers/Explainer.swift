import Controller
import CostModel
import FleetModel
import Planner
import Ports
import PostgresStore

/// Finds what a person asks about in the record, and tells all of it.
struct Explainer: Sendable {
  let store: PostgresStore
  let rulebook: Rulebook
  let now: Timestamp

  /// Decisions of one subject that are told.
  private static let told = 5

  enum Fault: Error, Hashable {
    /// Nothing is on record at or before then.
    case nothing(Timestamp)
    case unknown(String, near: String?)
    case ambiguous(String)

    var words: (problem: String, fix: String) {
      switch self {
      case .nothing(let moment):
        ("nothing is on record at or before \(moment)", "run `finops controller` first")
      case .unknown(let name, let near):
        (
          "no node, pool or decision is called '\(name)'",
          near.map { "did you mean \($0)?" } ?? "`finops decisions` and the overview page list them"
        )
      case .ambiguous(let text): (text, "give more of the id")
      }
    }
  }

  /// Tells of `name` as it was at `moment`.
  func explain(
    _ name: String, at moment: Timestamp
  ) async throws(StoreError) -> Result<Explanation, Fault> {
    guard let tick = try await store.tick(at: moment) else { return .failure(.nothing(moment)) }
    let rules = tick.rulebook ?? rulebook
    if let node = tick.snapshot.nodes.first(where: { $0.id.rawValue == name }) {
      return .success(try await explain(node, in: tick, rules, until: moment))
    }
    if isPool(name, in: tick, rules) {
      return .success(try await explain(PoolName(name), in: tick, until: moment))
    }
    return try await decision(name, in: tick, rules, until: moment)
  }

  private func isPool(_ name: String, in tick: StoredTick, _ rules: Rulebook) -> Bool {
    tick.plan.verdicts.contains { $0.subject == .pool(PoolName(name)) }
      || rules.pools.contains { $0.name.rawValue == name }
  }

  // MARK: The three kinds

  private func explain(
    _ node: Node, in tick: StoredTick, _ rules: Rulebook, until moment: Timestamp
  ) async throws(StoreError) -> Explanation {
    var whole = try await common(.node(node.id), in: tick, until: moment)
    let target = tick.snapshot.targets[node.id]
    whole.node = .init(node, target: target, rules)
    let memory = memory(of: .node(node.id), in: tick)
    whole.accelerators = (memory?.accelerators ?? [:]).sorted { $0.key < $1.key }.map {
      .init($0.key, $0.value, rules)
    }
    return whole
  }

  private func explain(
    _ pool: PoolName, in tick: StoredTick, until moment: Timestamp
  ) async throws(StoreError) -> Explanation {
    var whole = try await common(.pool(pool), in: tick, until: moment)
    whole.sizing = tick.plan.sizings?.first { $0.pool == pool }.map { SizingAnswer($0) }
    let keys = try await store.decisionKeys(in: pool, limit: Self.told)
    whole.decisions = try await lives(of: keys, until: moment)
    return whole
  }

  private func decision(
    _ id: String, in tick: StoredTick, _ rules: Rulebook, until moment: Timestamp
  ) async throws(StoreError) -> Result<Explanation, Fault> {
    switch DecisionIDs.resolve(id, among: try await store.decisionKeys()) {
    case .failure(.ambiguous(let id, let candidates)):
      return .failure(
        .ambiguous(DecisionIDs.Fault.ambiguous(id, candidates).words.problem))
    case .failure:
      let names = tick.snapshot.nodes.map(\.id.rawValue) + rules.pools.map(\.name.rawValue)
      return .failure(.unknown(id, near: nearestName(to: id, among: names)))
    case .success(let key):
      let life = try await store.life(of: key)
      guard let decision = life.compactMap(\.kind.decision).last else {
        return .failure(.unknown(id, near: nil))
      }
      var whole: Explanation
      if let node = tick.snapshot.nodes.first(where: { $0.id == decision.node }) {
        whole = try await explain(node, in: tick, rules, until: moment)
      } else {
        whole = try await explain(decision.pool, in: tick, until: moment)
      }
      whole.subject = "decision \(shortID(of: key)) (\(key))"
      whole.decisions = try await lives(of: [key], until: moment)
      return .success(whole)
    }
  }

  // MARK: Parts

  private func common(
    _ subject: Subject, in tick: StoredTick, until moment: Timestamp
  ) async throws(StoreError) -> Explanation {
    var whole = Explanation(subject: subject.words, takenAt: "\(tick.snapshot.takenAt)")
    if let verdict = tick.plan.verdicts.first(where: { $0.subject == subject }) {
      whole.verdict = .init(verdict, at: tick.snapshot.takenAt)
      whole.wouldChange = Remedy.of(verdict.reason, heard: memory(of: subject, in: tick))
    }
    whole.history = try await store.verdictChanges(of: subject, until: moment).map {
      .init($0.verdict, at: $0.at)
    }
    guard case .node = subject else { return whole }
    let keys = try await store.decisionKeys(of: subject, limit: Self.told)
    whole.decisions = try await lives(of: keys, until: moment)
    return whole
  }

  private func memory(of subject: Subject, in tick: StoredTick) -> TargetMemory? {
    guard case .node(let id) = subject, let target = tick.snapshot.targets[id] else { return nil }
    return tick.snapshot.memory.targets[target]
  }

  private func lives(
    of keys: [DecisionKey], until moment: Timestamp
  ) async throws(StoreError) -> [Explanation.Life] {
    let book = DecisionBook(
      try await store.waitingDecisions(), lifetime: rulebook.safety.approvalLifetime, now: now)
    var lives: [Explanation.Life] = []
    for key in keys {
      let events = try await store.life(of: key).filter { $0.at <= moment }
      guard let summary = book.answer(of: events) else { continue }
      let word = try await store.approval(of: key)
      lives.append(
        .init(
          summary: summary, approval: word.map { "\($0.state) by \($0.by) at \($0.at)" },
          events: events.map { .init($0) }))
    }
    return lives
  }
}

extension Explanation.Said {
  init(_ verdict: Verdict, at moment: Timestamp) {
    self.init(
      at: "\(moment)", intent: verdict.intent.rawValue, code: verdict.reason.code,
      reason: verdict.reason.sentence)
  }
}

extension Explanation.NodeFacts {
  init(_ node: Node, target: Target?, _ rules: Rulebook) {
    self.init(
      id: node.id.rawValue, pool: rules.pool(of: node)?.name.rawValue, cloud: node.cloud.rawValue,
      region: node.region.rawValue, type: node.type.rawValue, capacity: node.capacity.rawValue,
      state: node.state.rawValue, launchedAt: "\(node.launchedAt)", target: target?.rawValue,
      hourly: rules.prices.price(of: node)?.hourly.perHour.description,
      protection: node.tags[Tag.protect])
  }
}

extension Explanation.DeviceFacts {
  init(_ id: AcceleratorID, _ memory: AcceleratorMemory, _ rules: Rulebook) {
    self.init(
      id: id.rawValue, state: memory.state.rawValue,
      lastSampleAt: memory.lastSampleAt.map { "\($0)" },
      idleSince: memory.idleSince.map { "\($0)" }, restSince: memory.restSince.map { "\($0)" },
      samples: memory.samples, tailSamples: memory.tailSamples,
      largestGapSeconds: memory.largestGap.inSeconds, confidence: memory.confidence.rawValue,
      lastActivity: memory.lastActivity?.rawValue, memoryUsedMiB: memory.lastMemoryUsed,
      watts: memory.power?.mean(over: .zero, under: rules),
      bareWatts: memory.power?.bare.watts, heldWatts: memory.power?.held.watts,
      isHeld: memory.power?.isHeld, ceilingWatts: memory.power?.ceiling,
      isCeilingSure: memory.power?.isSure)
  }
}

extension Explanation.Life.Event {
  init(_ event: LedgerEvent) {
    let detail: String? =
      switch event.kind {
      case .advised(let decision), .intended(let decision):
        decision.reason.sentence
          + (decision.approval.map { " Allowed by \($0.by) at \($0.at)." } ?? "")
      case .attempted(let number): "call \(number)"
      case .succeeded(let receipt):
        "\(receipt.subject) is \(receipt.outcome)\(receipt.adopted ? ", found by its tag" : "")"
      case .failed, .cancelled: event.kind.reason
      }
    self.init(at: "\(event.at)", kind: event.kind.name, detail: detail)
  }
}
