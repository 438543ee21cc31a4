import FleetModel

extension Memory {
  /// The wall clock was set, by so much, while the clock that nobody sets went on: what was heard of
  /// every target is dated as if the wall clock had always stood where it stands now, so that
  /// durations stay what they were.
  ///
  /// A step forward may also be time that passed and that our steady clock did not count: a virtual
  /// machine that its host paused (meta-balena#1295). Where it is longer than a hole may be, windows
  /// begin anew.
  public mutating func follow(clockStep step: Duration, under rulebook: Rulebook) {
    guard step != .zero else { return }
    let isHole = step > SampleRules(rulebook).largestGap
    for target in targets.keys {
      targets[target]?.shift(by: step)
      if isHole { targets[target]?.accelerators.changeAll { $0.loseSight() } }
    }
    for place in turnedIdle.indices { turnedIdle[place].shift(by: step) }
    suspectTurns?.shift(by: step)
    // What holds acts back is never over sooner; after a step back it begins now (`forgetFuture`).
    if step > .zero { holdLonger(by: step) }
  }

  private mutating func holdLonger(by step: Duration) {
    acts = acts?.map { $0.advanced(by: step) }
    for (name, pool) in pools {
      pools[name]?.shrunk = pool.shrunk.map { $0.advanced(by: step) }
      pools[name]?.quarantineUntil.shift(by: step)
    }
    for id in nodes.keys {
      nodes[id]?.lastActAt.shift(by: step)
      nodes[id]?.stateSince.shift(by: step)
    }
  }
}

extension SuspectTurns {
  fileprivate mutating func shift(by step: Duration) {
    believedAt.shift(by: step)
    guard let suspects = held?.suspects else { return }
    held?.since.shift(by: step)
    held?.suspects = suspects.mapValues { $0.advanced(by: step) }
  }
}

extension Timestamp {
  fileprivate mutating func shift(by step: Duration) { self = advanced(by: step) }
}

extension Timestamp? {
  fileprivate mutating func shift(by step: Duration) { self = self?.advanced(by: step) }
}

extension TargetMemory {
  fileprivate mutating func shift(by step: Duration) {
    lastReadingAt.shift(by: step)
    lastAttemptAt.shift(by: step)
    turnedIdleAt.shift(by: step)
    workedSince.shift(by: step)
    workPausedAt.shift(by: step)
    requestsAt.shift(by: step)
    hostAt.shift(by: step)
    conflictAt.shift(by: step)
    identity?.change?.lastHeardAt.shift(by: step)
    identity?.change?.noticedAt.shift(by: step)
    witness?.shift(by: step)
    accelerators.changeAll { $0.shift(by: step) }
  }
}

extension Witness {
  fileprivate mutating func shift(by step: Duration) {
    since.shift(by: step)
    lastAt.shift(by: step)
    movedAt.shift(by: step)
    workedAt.shift(by: step)
  }
}

extension AcceleratorMemory {
  fileprivate mutating func shift(by step: Duration) {
    idleSince.shift(by: step)
    restSince.shift(by: step)
    lastTailAt.shift(by: step)
    lastSampleAt.shift(by: step)
    lastListedAt.shift(by: step)
    energyMovedAt.shift(by: step)
    power?.shift(by: step)
  }
}

extension PowerMemory {
  /// Levels are kept by the hour, in which a step is lost.
  fileprivate mutating func shift(by step: Duration) {
    trail.shift(by: step)
    spanStart?.at += step.microseconds
    leastMemoryAt.shift(by: step)
  }
}
