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

  func reason(
    for node: Node, in pool: PoolRules?, heardAt target: Target?, _ memory: TargetMemory?,
    _ history: NodeMemory?, within limit: Duration? = nil
  ) -> Reason {
    guard node.tags[Tag.fleet] == rulebook.fleet else { return .notOurs }
    guard let pool else { return .noPool }
    guard node.state == .running else { return .notRunning(node.state) }
    guard target != nil else { return .unmatched }
    guard let expected = node.acceleratorCount, expected > 0 else {
      return .acceleratorCountUnknown
    }
    let age = age(of: node, history)
    let grace = rulebook.thresholds.startupGrace
    guard let memory, let heardAt = memory.lastReadingAt else {
      return age < grace ? .warmingUp(age: age, grace: grace) : .neverHeard
    }
    if let gap = validity(of: memory, heardAt: heardAt, expected: expected) { return gap }
    if let activity = verdictOfWorst(in: memory, for: pool.kind) { return activity }
    guard age >= grace else { return .warmingUp(age: age, grace: grace) }
    return window(in: memory, for: pool, limit ?? self.limit(for: pool))
  }

  /// A clock that starts again starts the grace again (EC2 moves its launch time, others do not).
  private func age(of node: Node, _ history: NodeMemory?) -> Duration {
    let born = max(node.launchedAt, history?.startedAt ?? node.launchedAt)
    return now.duration(since: born)
  }

  private func validity(
    of memory: TargetMemory, heardAt: Timestamp, expected: Int
  ) -> Reason? {
    let age = now.duration(since: heardAt)
    // A reading from the future is as little worth as an old one (F60).
    guard age <= freshness, age >= .zero - rulebook.scrapeInterval else {
      return .stale(age: age)
    }
    if let accelerator = memory.conflict, now <= memory.conflictUntil ?? now {
      return .identityConflict(accelerator)
    }
    var heard = 0
    var oldest: Timestamp?
    for device in memory.accelerators.values {
      guard let last = device.lastSampleAt else { continue }
      if now.duration(since: last) <= freshness { heard += 1 }
      oldest = min(oldest ?? last, last)
    }
    guard heard < expected else { return nil }
    if memory.unchangedReadings > 0, let oldest { return .stale(age: now.duration(since: oldest)) }
    return .acceleratorsMissing(heard: heard, expected: expected)
  }

  /// The worst accelerator decides: never a mean, never "any one quiet" (SEMANTICS 4.3).
  private func verdictOfWorst(in memory: TargetMemory, for kind: PoolKind) -> Reason? {
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
    guard let last = device.lastSampleAt else { return false }
    return now.duration(since: last) <= freshness
  }

  private func objection(
    of device: AcceleratorMemory, id: AcceleratorID, kind: PoolKind
  ) -> (Int, Reason)? {
    if device.state == .faulty { return (0, .faulty(id)) }
    if device.contradictions >= rulebook.thresholds.sensorFaultSamples {
      return (1, .sensorFault(id))
    }
    guard start(of: device, for: kind) == nil else { return nil }
    switch device.state {
    case .spinning: return (3, .suspectedHang(id))
    case .loading: return (2, .busy(.loading))
    case .unknown: return (4, .windowIncomplete(heard: 0, expected: 1, largestGap: .zero))
    default: return (2, .busy(device.lastActivity ?? .engine))
    }
  }

  /// Since when this accelerator rests, by the rules of its pool's kind.
  private func start(of device: AcceleratorMemory, for kind: PoolKind) -> Timestamp? {
    kind == .serving ? device.restSince : device.idleSince
  }

  private func window(
    in memory: TargetMemory, for pool: PoolRules, _ limit: Duration
  ) -> Reason {
    var shortest = Duration.seconds(Int64.max / 4_000_000)
    var confidence = Confidence.high
    // Of several, that of the first accelerator by id: a dictionary has no order, and a plan made
    // again has to be the same to the byte.
    var hole: (id: AcceleratorID, reason: Reason)?
    for (id, device) in memory.accelerators where isHeard(device) {
      guard var since = start(of: device, for: pool.kind), let last = device.lastSampleAt
      else { continue }
      // In a window too short for one sample in a hundred, the tail is no sample at all.
      if let tail = device.lastTailAt, samples(in: limit) * rulebook.thresholds.engineTail < 1 {
        since = max(since, tail)
      }
      shortest = min(shortest, last.duration(since: since))
      confidence = min(confidence, device.confidence)
      if let reason = gap(in: device, for: pool.kind, upTo: last), id < hole?.id ?? "\u{10FFFF}" {
        hole = (id, reason)
      }
    }
    if let hole { return hole.reason }
    guard shortest >= limit else { return .idleTooShort(for: shortest, limit: limit) }
    guard pool.kind != .training, pool.kind != .unlabelled else {
      return .kindNeverActs(pool.kind)
    }
    guard confidence != .low, confidence >= pool.minimumConfidence else {
      return .confidenceTooLow(confidence, required: max(pool.minimumConfidence, .medium))
    }
    return .idleConfirmed(for: shortest, limit: limit, confidence: confidence)
  }

  private func gap(
    in device: AcceleratorMemory, for kind: PoolKind, upTo last: Timestamp
  ) -> Reason? {
    guard let since = start(of: device, for: kind) else { return nil }
    let heard = kind == .serving ? device.restSamples : device.samples
    let expected = rules.expected(in: last.duration(since: since))
    // Few samples say little about a share: one may always be missing.
    let allowed = max(1, Double(expected) * (1 - rulebook.thresholds.coverage))
    guard Double(expected - heard) > allowed else { return nil }
    return .windowIncomplete(heard: heard, expected: expected, largestGap: device.largestGap)
  }

  private func samples(in time: Duration) -> Double {
    time.inSeconds / max(0.001, rulebook.scrapeInterval.inSeconds)
  }

  /// The idle window of a pool: its own, else its kind's (SEMANTICS 4.4).
  func limit(for pool: PoolRules) -> Duration {
    if let own = pool.idleAfter { return own }
    let thresholds = rulebook.thresholds
    return switch pool.kind {
    case .serving: thresholds.servingWindow
    case .batch: thresholds.batchWindow
    case .dev: thresholds.devWindow
    case .training: thresholds.trainingAlertWindow
    case .unlabelled: thresholds.unlabelledWindow
    }
  }
}
