import FleetModel

/// What is known of one node, in one reason; `.idleConfirmed` is the only one that may stop it.
///
/// The plan and the look before the leap both ask this, so they cannot differ.
struct IdleProof {
  var rulebook: Rulebook
  var now: Timestamp
  /// How old the newest sample of each accelerator may be.
  var freshness: Duration
  private var rules: SampleRules

  init(rulebook: Rulebook, now: Timestamp, freshness: Duration? = nil) {
    self.rulebook = rulebook
    self.now = now
    rules = SampleRules(rulebook)
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
    guard let expected = node.acceleratorCount, expected > 0 else {
      return .acceleratorCountUnknown
    }
    // A clock that starts again starts the grace again (EC2 moves its launch time, others do not).
    let age = now.duration(since: max(node.launchedAt, startedAt ?? node.launchedAt))
    let grace = rulebook.thresholds.startupGrace
    guard let memory, let heardAt = memory.lastReadingAt else {
      return age < grace ? .warmingUp(age: age, grace: grace) : .neverHeard
    }
    let look = DeviceLook(at: memory.accelerators, by: terms.kind, in: self)
    if let gap = validity(of: memory, look, heardAt: heardAt, expected: expected) { return gap }
    if let activity = verdictOfWorst(in: memory, look, for: terms.kind) { return activity }
    guard age >= grace else { return .warmingUp(age: age, grace: grace) }
    return window(in: memory, look, terms)
  }

  private func validity(
    of memory: Heard, _ look: DeviceLook, heardAt: Timestamp, expected: Int
  ) -> Reason? {
    let age = now.duration(since: heardAt)
    // A reading from the future is as little worth as an old one (F60).
    guard age <= freshness, age >= .zero - rulebook.scrapeInterval else {
      return .stale(age: age)
    }
    if let accelerator = memory.conflict, now <= memory.conflictUntil ?? now {
      return .identityConflict(accelerator)
    }
    guard look.heard < expected else { return nil }
    if memory.unchangedReadings > 0, let oldest = look.oldest {
      return .stale(age: now.duration(since: oldest))
    }
    return .acceleratorsMissing(heard: look.heard, expected: expected)
  }

  /// The worst accelerator decides: never a mean, never "any one quiet" (SEMANTICS 4.3).
  private func verdictOfWorst(
    in memory: Heard, _ look: DeviceLook, for kind: PoolKind
  ) -> Reason? {
    guard look.objects else { return nil }
    if let activity = look.commonActivity { return .busy(activity) }
    var worst: (rank: Int, id: AcceleratorID, reason: Reason)?
    for (id, device) in memory.accelerators where isHeard(device) {
      guard let (rank, reason) = objection(of: device, id: id, kind: kind) else { continue }
      guard let present = worst else {
        worst = (rank, id, reason)
        continue
      }
      if (rank, id) < (present.rank, present.id) { worst = (rank, id, reason) }
    }
    return worst?.reason
  }

  private func isHeard(_ device: AcceleratorMemory) -> Bool {
    device.lastSampleAt.map(isFresh) ?? false
  }

  func isFresh(_ sample: Timestamp) -> Bool { now.duration(since: sample) <= freshness }

  func isSensorFault(_ contradictions: Int) -> Bool {
    contradictions >= rulebook.thresholds.sensorFaultSamples
  }

  private func objection(
    of device: AcceleratorMemory, id: AcceleratorID, kind: PoolKind
  ) -> (Int, Reason)? {
    if device.state == .faulty { return (0, .faulty(id)) }
    if isSensorFault(device.contradictions) { return (1, .sensorFault(id)) }
    guard device.restStart(in: kind) == nil else { return nil }
    switch device.state {
    case .spinning: return (3, .suspectedHang(id))
    case .loading: return (2, .busy(.loading))
    case .unknown: return (4, .windowIncomplete(heard: 0, expected: 1, largestGap: .zero))
    default: return (2, .busy(device.lastActivity ?? .engine))
    }
  }

  private func window(
    in memory: Heard, _ look: DeviceLook, _ terms: IdleTerms
  ) -> Reason {
    if look.hasHole, let hole = hole(in: memory, for: terms.kind) { return hole }
    var short = Reason.idleTooShort(for: .zero, limit: terms.limits.first ?? .zero)
    for limit in terms.limits.reversed() {
      let rest = look.hasTail && !forgivesTail(in: limit) ? look.restSinceTail : look.rest
      guard rest >= limit else {
        short = .idleTooShort(for: rest, limit: limit)
        continue
      }
      guard terms.kind != .training, terms.kind != .unlabelled else {
        return .kindNeverActs(terms.kind)
      }
      guard look.confidence != .low, look.confidence >= terms.minimumConfidence else {
        return .confidenceTooLow(
          look.confidence, required: max(terms.minimumConfidence, .medium))
      }
      return .idleConfirmed(for: rest, limit: limit, confidence: look.confidence)
    }
    return short
  }

  private func hole(in memory: Heard, for kind: PoolKind) -> Reason? {
    var first: (id: AcceleratorID, gap: Reason)?
    for (id, device) in memory.accelerators where isHeard(device) {
      guard let last = device.lastSampleAt, let gap = gap(in: device, for: kind, upTo: last)
      else { continue }
      // By id, not by chance: the same plan says the same.
      if first.map({ id < $0.id }) ?? true { first = (id, gap) }
    }
    return first?.gap
  }

  private func gap(
    in device: AcceleratorMemory, for kind: PoolKind, upTo last: Timestamp
  ) -> Reason? {
    guard let since = device.restStart(in: kind) else { return nil }
    let heard = device.restSamples(in: kind)
    guard isHole(heard: heard, from: since, to: last) else { return nil }
    return .windowIncomplete(
      heard: heard, expected: rules.expected(from: since, to: last),
      largestGap: device.largestGap)
  }

  func isHole(heard: Int, from since: Timestamp, to last: Timestamp) -> Bool {
    let expected = rules.expected(from: since, to: last)
    // Few samples say little about a share: one may always be missing.
    let allowed = max(1, Double(expected) * (1 - rulebook.thresholds.coverage))
    return Double(expected - heard) > allowed
  }

  /// In a window too short for one sample in a hundred, the tail is no sample at all.
  private func forgivesTail(in window: Duration) -> Bool {
    let samples = window.inSeconds / max(0.001, rulebook.scrapeInterval.inSeconds)
    return samples * rulebook.thresholds.engineTail >= 1
  }
}
