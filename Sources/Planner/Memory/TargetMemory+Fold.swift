import FleetModel

extension TargetMemory {
  mutating func fold(_ reading: NodeReading, rules: SampleRules) {
    let (demand, restarted) = demand(in: reading.requests)
    let running = (reading.requests?.running ?? 0) > 0
    let isHostBusy = isBusy(reading.host, at: reading.receivedAt, rules.thresholds)
    var frozen = !reading.accelerators.isEmpty
    for device in reading.accelerators {
      var sample = Sample(device.fields, demand: demand, running: running, at: reading.receivedAt)
      sample.counterReset = restarted
      sample.isHostBusy = isHostBusy
      let moved = accelerators[device.id, default: AcceleratorMemory()].fold(sample, rules: rules)
      frozen = frozen && !moved
    }
    unchangedReadings = frozen ? unchangedReadings + 1 : 0
    if let requests = reading.requests { note(requests, at: reading.receivedAt) }
    if let host = reading.host { (lastHost, hostAt) = (host, reading.receivedAt) }
    lastReadingAt = reading.receivedAt
    lastAttemptAt = reading.receivedAt
    failures = 0
    if let end = conflictUntil, reading.receivedAt > end { (conflict, conflictUntil) = (nil, nil) }
    forgetAbsent(in: reading)
    noteWork(at: reading.receivedAt)
  }

  mutating func fail(at moment: Timestamp, rules: SampleRules) {
    guard moment > lastAttemptAt ?? Timestamp(microseconds: .min) else { return }
    lastAttemptAt = moment
    failures += 1
    guard let last = lastReadingAt, moment.duration(since: last) > rules.largestGap else { return }
    accelerators.changeAll { $0.loseSight() }
  }

  /// Two targets speak for one accelerator: neither is believed.
  mutating func conflicts(over accelerator: AcceleratorID, until: Timestamp) {
    conflict = accelerator
    conflictUntil = until
    accelerators.changeAll { $0.loseSight() }
  }

  /// Since when all of it rests, by the rules of its pool's kind; nil while anything works.
  func idleSince(in kind: PoolKind) -> Timestamp? {
    var latest: Timestamp?
    for device in accelerators.values {
      guard let since = kind == .serving ? device.restSince : device.idleSince else { return nil }
      latest = max(latest ?? since, since)
    }
    return latest
  }

  func lastHeard(_ accelerator: AcceleratorID) -> Timestamp? {
    accelerators[accelerator]?.lastSampleAt
  }

  /// Requests now, and whether their counter began anew (the server was restarted).
  private func demand(in requests: RequestReading?) -> (Demand, restarted: Bool) {
    guard let now = requests else { return (lastRequests == nil ? .notOffered : .missing, false) }
    if (now.running ?? 0) > 0 || (now.waiting ?? 0) > 0 { return (.some, false) }
    guard let finished = now.finished else {
      return (now.running == nil ? .missing : .none, false)
    }
    guard let before = lastRequests?.finished else { return (.none, false) }
    return (finished > before ? .some : .none, finished < before)
  }

  /// The host did more since it was last heard than a host at rest does. One that offers nothing,
  /// or counts for the first time, says nothing.
  private func isBusy(_ host: HostReading?, at moment: Timestamp, _ limits: Thresholds) -> Bool {
    guard let host, let lastHost, let hostAt else { return false }
    return HostRates(from: lastHost, to: host, in: moment.duration(since: hostAt))
      .areWork(limits)
  }

  /// A replaced accelerator is forgotten after an hour; a lost one is missed by count before that.
  /// One that is still listed stays, even when nothing it says can be believed.
  private mutating func forgetAbsent(in reading: NodeReading) {
    guard accelerators.count > reading.accelerators.count else { return }
    let listed = Set(reading.accelerators.map(\.id))
    let gone = accelerators.filter { id, memory in
      guard !listed.contains(id), let last = memory.lastSampleAt else { return false }
      return reading.receivedAt.duration(since: last) > .hours(1)
    }
    for (id, _) in gone { accelerators[id] = nil }
  }

  /// Work is known from any busy accelerator, idleness only from all of them.
  private mutating func noteWork(at moment: Timestamp) {
    var idle = 0
    for memory in accelerators.values {
      switch memory.state {
      case .busy, .low, .loading, .spinning, .free, .allocatedIdle, .warmIdle:
        // One at rest has no clock only where its host is busy.
        if memory.idleSince == nil {
          (atWork, turnedIdleAt) = (true, nil)
          return work(at: moment)
        }
        idle += 1
      case .unknown, .faulty: break
      }
    }
    guard atWork, idle > 0, idle == accelerators.count else { return }
    (atWork, turnedIdleAt) = (false, moment)
    workPausedAt = moment
  }

  /// A pause shorter than a tenth of the work before it is part of the same job: a checkpoint, an
  /// evaluation between epochs.
  private mutating func work(at moment: Timestamp) {
    if let since = workedSince, let paused = workPausedAt,
      moment.duration(since: paused) >= paused.duration(since: since) / 10
    {
      workedSince = nil
    }
    workedSince = workedSince ?? moment
    workPausedAt = nil
  }
}
