import FleetModel

extension AcceleratorMemory {
  /// Moves the idle clock by one sample; false when the exporter repeats itself.
  mutating func fold(_ sample: Sample, rules: SampleRules) -> Bool {
    let meter = readMeter(sample, rules: rules)
    notePower(sample, meter, rules: rules)
    guard meter != .frozen, sample.load != nil else {
      // Not evidence: like a scrape that failed, save that a frozen exporter proves nothing at all.
      if meter == .frozen { loseSight() } else { state = .unknown }
      return meter != .frozen && meter != .still
    }
    if sample.counterReset || meter == .reset || isBroken(at: sample.at, rules: rules) {
      endWindows()
    }
    let finding = judge(sample, rules: rules)
    move(by: finding, sample: sample, rules: rules)
    settlePower(sample, life(finding, sample), rules: rules)
    lastMemoryUsed = sample.memory ?? lastMemoryUsed
    lastSampleAt = sample.at
    return meter != .still
  }

  private func life(_ finding: Finding, _ sample: Sample) -> Life {
    if finding.spins || sample.isSiblingActive { return .work }
    if let activity = finding.activity, activity != .power { return .work }
    let change = both(sample.memory, lastMemoryUsed).map { abs($0 - $1) } ?? 0
    return finding.isTail || change >= Self.otherProcess ? .flicker : .none
  }

  /// MiB by which memory in use changes when a process comes or goes†: half of the smallest context.
  private static let otherProcess = 96.0

  /// Nothing is known any more: what was seen before is no evidence for now.
  mutating func loseSight() {
    state = .unknown
    endWindows()
  }

  mutating func endWindows() {
    endIdle()
    restSince = nil
    restSamples = 0
  }

  private mutating func endIdle() {
    idleSince = nil
    samples = 0
    tailSamples = 0
    samplesSinceTail = 0
    lastTailAt = nil
    largestGap = .zero
    confidence = .high
  }

  struct Finding {
    var state: DeviceState
    var activity: Activity?
    var isTail = false
    var spins = false
  }

  private mutating func judge(_ sample: Sample, rules: SampleRules) -> Finding {
    let limits = rules.thresholds
    let rise = both(sample.memory, lastMemoryUsed).map { $0 - $1 } ?? 0
    let least = leastPower(rules)
    noteContradiction(sample, least: least, rise: rise, rules)
    if sample.broken { return Finding(state: .faulty, activity: nil) }
    if contradictions >= limits.sensorFaultSamples { return Finding(state: .unknown) }
    if sample.spins(limits) { return Finding(state: .spinning, activity: .engine, spins: true) }
    let activity = sample.activity(limits, least: least, ceiling: power?.ceiling, rise: rise)
    let load = sample.load ?? 0
    if let activity {
      let moves = activity == .loading || activity == .pcie
      let state: DeviceState =
        moves && load <= limits.engineIdle
        ? .loading : activity == .engine && load <= limits.lowUse ? .low : .busy
      return Finding(state: state, activity: activity)
    }
    // It rests, but not its machine: data is prepared for it, or loaded. What it cost is idle time
    // all the same, so the state stays what it is; only its clock does not run.
    let beside: Activity? = sample.isHostBusy ? .host : nil
    if load > limits.engineIdle, sample.engine != nil {
      return Finding(state: .low, activity: beside, isTail: true)
    }
    return Finding(state: restState(sample, limits), activity: beside)
  }

  /// Counts samples in which the engine reads 0 and something else moves. Power that no device at
  /// rest draws, and spans above the ceiling one after the other, say the same at once.
  private mutating func noteContradiction(
    _ sample: Sample, least: Double?, rise: Double, _ rules: SampleRules
  ) {
    let limits = rules.thresholds
    let isQuiet =
      sample.ownActivity(limits, rise: rise) == nil && !sample.isSiblingActive
      && (sample.load ?? 0) <= limits.engineIdle
    let isImpossible =
      isQuiet && both(least, power?.impossibleAtRest(rules)).map { $0 > $1 } ?? false
    let isHot = (power?.hotSpans ?? 0) >= limits.sensorFaultSamples && !sample.isSiblingActive
    if isImpossible || isHot {
      contradictions = limits.sensorFaultSamples
    } else {
      contradictions =
        sample.contradicts ? min(contradictions + 1, limits.sensorFaultSamples) : 0
    }
  }

  /// Which kind of idle: nobody's, somebody's, or a server waiting to be asked.
  private func restState(_ sample: Sample, _ limits: Thresholds) -> DeviceState {
    guard let memory = sample.memory, memory <= limits.emptyMemory else {
      if case .none = sample.demand { return .warmIdle }
      return .allocatedIdle
    }
    return .free
  }

  private mutating func move(by finding: Finding, sample: Sample, rules: SampleRules) {
    state = finding.state
    guard finding.state != .faulty, finding.state != .unknown else { return endWindows() }
    if finding.spins {
      lastActivity = .engine
      endIdle()
      if case .none = sample.demand {
        continueRest(at: sample.at, sample.confidence)
      } else {
        endWindows()
      }
      return
    }
    if let activity = finding.activity {
      lastActivity = activity
      return endWindows()
    }
    if finding.isTail {
      // p99: one sample in a hundred may lie between idle and busy.
      guard idleSince != nil, Double(samplesSinceTail + 1) * rules.thresholds.engineTail >= 1
      else {
        lastActivity = .lowUse
        return endWindows()
      }
      tailSamples += 1
      samplesSinceTail = 0
      lastTailAt = sample.at
    }
    continueIdle(sample)
    continueRest(at: sample.at, sample.confidence)
  }

  private mutating func continueIdle(_ sample: Sample) {
    let start = idleSince
    idleSince = start ?? sample.at
    samples += 1
    samplesSinceTail += 1
    confidence = start == nil ? sample.confidence : min(confidence, sample.confidence)
    if start != nil, let last = lastSampleAt {
      largestGap = max(largestGap, sample.at.duration(since: last))
    }
  }

  private mutating func continueRest(at moment: Timestamp, _ sampled: Confidence) {
    if restSince == nil { restSince = moment }
    restSamples += 1
    if idleSince == nil { confidence = restSamples == 1 ? sampled : min(confidence, sampled) }
  }

  /// A hole too long, or too many small ones (SEMANTICS 4.1, DECISIONS 20).
  private func isBroken(at moment: Timestamp, rules: SampleRules) -> Bool {
    guard let last = lastSampleAt, let start = restSince else { return false }
    if moment.duration(since: last) > rules.largestGap { return true }
    let expected = rules.expected(from: start, to: moment)
    let allowed = max(1, Int(Double(expected) * (1 - rules.thresholds.coverage)))
    return expected - (restSamples + 1) > allowed
  }
}
