import FleetModel

/// What is known of one node, in one reason; `.idleConfirmed` is the only one that may stop it.
///
/// The plan and the look before the leap both ask this, so they cannot differ.
struct IdleProof {
  var rulebook: Rulebook
  var now: Timestamp
  /// How old the newest sample of each accelerator may be.
  var freshness: Duration
  private let rules: SampleRules
  /// In seconds.
  private let interval: Double

  init(rulebook: Rulebook, now: Timestamp, freshness: Duration? = nil) {
    self.rulebook = rulebook
    self.now = now
    rules = SampleRules(rulebook)
    interval = rulebook.scrapeInterval.inSeconds
    self.freshness =
      freshness ?? rulebook.scrapeInterval * rulebook.thresholds.largestGapInIntervals
  }

  /// `limits` are the idle times that matter, in order and at least one: the proof is of the
  /// longest that is reached.
  func reason(
    for node: Node, in pool: PoolRules?, heardAt target: Target?, _ memory: TargetMemory?,
    _ history: NodeMemory?, reaching limits: [Duration]
  ) -> Reason {
    reason(
      for: node, isOurs: node.tags[Tag.fleet] == rulebook.fleet,
      in: pool.map { IdleTerms(of: $0, reaching: limits) }, heardAt: target,
      memory.map(Heard.init), startedAt: history?.startedAt)
  }

  /// The same for many nodes of many pools, with the little of both that it needs: what a plan does
  /// for every node copies no rules and no history.
  func reason(
    for node: Node, isOurs: Bool, in terms: IdleTerms?, heardAt target: Target?,
    _ memory: Heard?, startedAt: Timestamp?
  ) -> Reason {
    guard isOurs else { return .notOurs }
    guard let terms else { return .noPool }
    guard node.state == .running else { return .notRunning(node.state) }
    guard target != nil else { return .unmatched }
    guard let expected = node.expectedAccelerators else { return .acceleratorCountUnknown }
    // A clock that starts again starts the grace again (EC2 moves its launch time, others do not).
    let age = now.duration(since: node.lastStart(seen: startedAt))
    let grace = rulebook.thresholds.startupGrace
    guard let memory, let heardAt = memory.lastReadingAt else {
      return age < grace ? .warmingUp(age: age, grace: grace) : .neverHeard
    }
    let look = DeviceLook(
      at: memory.accelerators, by: terms.kind, readAt: heardAt, in: self)
    if let gap = validity(of: memory, look, heardAt: heardAt, expected: expected) { return gap }
    if let activity = verdictOfWorst(in: memory, look) { return activity }
    guard age >= grace else { return .warmingUp(age: age, grace: grace) }
    return window(in: memory, look, terms)
  }

  private func validity(
    of memory: Heard, _ look: DeviceLook, heardAt: Timestamp, expected: Int
  ) -> Reason? {
    let age = now.duration(since: heardAt)
    // A reading from the future is as little worth as an old one (F60).
    guard age <= freshness, age >= .zero - rulebook.scrapeInterval else {
      return slowness(of: memory) ?? .stale(age: age)
    }
    if let accelerator = memory.conflict { return .identityConflict(accelerator) }
    if let change = memory.change {
      return .identityChanged(lost: change.lost, found: change.found, at: change.noticedAt)
    }
    guard look.heard < expected || look.silent != nil else { return nil }
    if memory.unchangedReadings > 0, let oldest = look.oldest {
      return .stale(age: now.duration(since: oldest))
    }
    if let silent = look.silent, look.heard >= expected {
      return .acceleratorSilent(memory.accelerators.keys[silent])
    }
    return .acceleratorsMissing(heard: look.heard, expected: expected)
  }

  /// The worst accelerator decides: never a mean, never "any one quiet" (SEMANTICS 4.3). Of equals
  /// the first by id, not by chance: the same plan says the same.
  private func verdictOfWorst(in memory: Heard, _ look: DeviceLook) -> Reason? {
    guard let (word, place) = look.worst else { return nil }
    let id = memory.accelerators.keys[place]
    switch word {
    case .faulty: return .faulty(id)
    case .sensorFault: return .sensorFault(id)
    case .hang: return .suspectedHang(id)
    case .blind: return .windowIncomplete(heard: 0, expected: 1, largestGap: .zero)
    case .work:
      let isLoading = memory.accelerators.values[place].state == .loading
      return .busy(
        isLoading ? .loading : memory.accelerators.values[place].lastActivity ?? .engine)
    }
  }

  func isFresh(_ sample: Timestamp) -> Bool { now.duration(since: sample) <= freshness }

  var sensorFaultSamples: Int { rulebook.thresholds.sensorFaultSamples }

  private func window(
    in memory: Heard, _ look: DeviceLook, _ terms: IdleTerms
  ) -> Reason {
    if let hole = look.hole.flatMap({ hole(in: memory, at: $0, for: terms.kind) }) { return hole }
    var short = Reason.idleTooShort(for: .zero, limit: terms.limits.first ?? .zero)
    for limit in terms.limits.reversed() {
      let rest = Duration.microseconds(
        forgivesTail(in: limit) ? look.rest : look.restSinceTail)
      guard rest >= limit else {
        short = .idleTooShort(for: rest, limit: limit)
        continue
      }
      if let loud = look.loud.flatMap({ loud(in: memory, from: $0, over: limit) }) {
        short = loud
        continue
      }
      guard terms.kind != .training, terms.kind != .unlabelled else {
        return .kindNeverActs(terms.kind)
      }
      guard look.confidence != .low, look.confidence >= terms.minimumConfidence else {
        return .confidenceTooLow(
          look.confidence, required: max(terms.minimumConfidence, .medium))
      }
      if let slow = slowness(of: memory) { return slow }
      return .idleConfirmed(for: rest, limit: limit, confidence: look.confidence)
    }
    return short
  }

  /// An accelerator that drew more over the window than one at rest, or of which too little was
  /// measured to say. Asked for candidates only: most are quiet over every window.
  private func loud(in memory: Heard, from place: Int, over limit: Duration) -> Reason? {
    for place in place..<memory.accelerators.count {
      let device = memory.accelerators.values[place]
      guard let power = device.power, !power.isQuiet, device.state != .spinning,
        let ceiling = power.ceiling
      else { continue }
      let watts = power.mean(over: limit, shortest: rules.powerSpan)
      if let watts, watts <= ceiling { continue }
      return .powerUnproven(memory.accelerators.keys[place], watts: watts, ceiling: ceiling)
    }
    return nil
  }

  /// An answer is evidence of the middle of its exchange: one that takes twice `reread_age` is too old
  /// for any act when it is there.
  private func slowness(of memory: Heard) -> Reason? {
    let limit = rulebook.thresholds.rereadAge
    guard let took = memory.answerTook, took / 2 >= limit else { return nil }
    return .exporterSlow(took: took, limit: limit)
  }

  private func hole(in memory: Heard, at place: Int, for kind: PoolKind) -> Reason? {
    let device = memory.accelerators.values[place]
    guard let since = kind == .serving ? device.restSince : device.idleSince,
      let last = device.lastSampleAt
    else { return nil }
    return .windowIncomplete(
      heard: kind == .serving ? device.restSamples : device.samples,
      expected: rules.expected(from: since, to: last), largestGap: device.largestGap)
  }

  func isHole(heard: Int, from since: Timestamp, to last: Timestamp) -> Bool {
    let expected = rules.expected(from: since, to: last)
    // Few samples say little about a share: one may always be missing.
    let allowed = max(1, Double(expected) * (1 - rulebook.thresholds.coverage))
    return Double(expected - heard) > allowed
  }

  /// In a window too short for one sample in a hundred, the tail is no sample at all.
  private func forgivesTail(in window: Duration) -> Bool {
    let samples = window.inSeconds / max(0.001, interval)
    return samples * rulebook.thresholds.engineTail >= 1
  }
}
