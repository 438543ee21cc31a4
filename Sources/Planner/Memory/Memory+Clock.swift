public import FleetModel

extension Memory {
  /// The clock was ahead, and is not any more: what was noted for moments that have yet to come is
  /// dropped where it is evidence, and happened just now where it holds something back.
  ///
  /// Without it every reading would be older than the last for as long as the clock was ahead, and
  /// every node stale; and what was done an hour ahead would hold acts back for hours.
  public mutating func forgetFuture(at moment: Timestamp) {
    for (target, memory) in targets where memory.isAhead(of: moment) {
      targets[target]?.comeBack(to: moment)
    }
    turnedIdle.removeAll { $0 > moment }
    suspectTurns?.comeBack(to: moment)
    acts = acts?.map { min($0, moment) }
    for (id, node) in nodes where node.isAhead(of: moment) { nodes[id]?.comeBack(to: moment) }
    for (name, pool) in pools where pool.isAhead(of: moment) { pools[name]?.comeBack(to: moment) }
  }
}

extension SuspectTurns {
  fileprivate mutating func comeBack(to moment: Timestamp) {
    believedAt = believedAt.map { min($0, moment) }
    guard let held else { return }
    self.held?.since = min(held.since, moment)
    self.held?.suspects = held.suspects.mapValues { min($0, moment) }
  }
}

extension TargetMemory {
  /// An answer is stamped in its middle, so that two may cross; a clock that was set is further off.
  private static let crossing = Duration.seconds(5)

  fileprivate func isAhead(of moment: Timestamp) -> Bool {
    let limit = moment.advanced(by: Self.crossing)
    return (lastReadingAt ?? limit) > limit || (lastAttemptAt ?? limit) > limit
  }

  fileprivate mutating func comeBack(to moment: Timestamp) {
    (lastReadingAt, lastAttemptAt, requestsAt, hostAt) = (nil, nil, nil, nil)
    (requestRates, lastHost) = (nil, nil)
    (workedSince, workPausedAt) = (nil, nil)
    // Not forgotten: what turned idle together on its sensors' word goes on being doubted.
    turnedIdleAt = turnedIdleAt.map { min($0, moment) }
    conflictAt = conflictAt.map { min($0, moment) }
    identity?.comeBack(to: moment)
    witness = nil
    accelerators.changeAll { device in
      device.loseSight()
      (device.lastSampleAt, device.lastListedAt, device.energyMovedAt) = (nil, nil, nil)
      device.lastEnergy = nil
      device.power?.loseTrail()
    }
  }
}

extension NodeMemory {
  fileprivate func isAhead(of moment: Timestamp) -> Bool {
    [lastActAt, stateSince, startedAt, restartedAt, lastSeenAt, cameUpAt, unexplainedSince]
      .contains { $0.map { $0 > moment } ?? false }
  }

  fileprivate mutating func comeBack(to moment: Timestamp) {
    lastActAt = lastActAt.map { min($0, moment) }
    stateSince = stateSince.map { min($0, moment) }
    startedAt = startedAt.map { min($0, moment) }
    restartedAt = restartedAt.map { min($0, moment) }
    lastSeenAt = lastSeenAt.map { min($0, moment) }
    cameUpAt = cameUpAt.map { min($0, moment) }
    unexplainedSince = unexplainedSince.map { min($0, moment) }
  }
}

extension PoolMemory {
  /// No quarantine is longer.
  private static let longest = Duration.minutes(24)

  fileprivate func isAhead(of moment: Timestamp) -> Bool {
    let limit = moment.advanced(by: Self.longest)
    return shrunk.contains { $0 > moment } || (quarantineUntil ?? limit) > limit
      || (demand?.at ?? moment) > moment
  }

  fileprivate mutating func comeBack(to moment: Timestamp) {
    shrunk = shrunk.map { min($0, moment) }
    quarantineUntil = quarantineUntil.map { min($0, moment.advanced(by: Self.longest)) }
    flips?.comeBack(to: moment)
    // Demand is taken in again from here: what is dated later would keep out all that comes.
    guard let last = demand?.at, last > moment else { return }
    demand = nil
    errorBudget?.comeBack(to: moment)
    let back = moment.duration(since: last)
    guard var watch = demandWatch else { return }
    watch.burstUntil = watch.burstUntil?.advanced(by: back)
    watch.surplusSince = watch.surplusSince?.advanced(by: back)
    demandWatch = watch
  }
}
