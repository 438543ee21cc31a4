import FleetModel

extension TargetMemory {
  mutating func fold(_ reading: NodeReading, rules: SampleRules) {
    let (demand, restarted) = demand(in: reading.requests)
    noteIdentity(of: reading)
    noteCuts(in: reading)
    if witness == nil { witness = Witness(reading) }
    witness?.take(reading, largestGap: rules.largestGap)
    let running = (reading.requests?.running ?? 0) > 0
    let isHostBusy = isBusy(reading.host, at: reading.receivedAt, rules.thresholds)
    var frozen = !reading.accelerators.isEmpty
    let groups = DeviceGroups(reading.accelerators, rules.thresholds)
    for (place, device) in reading.accelerators.enumerated() {
      var sample = Sample(device.fields, demand: demand, running: running, at: reading.receivedAt)
      sample.counterReset = restarted
      sample.isHostBusy = isHostBusy
      sample.halfExchange = reading.halfExchange
      sample.previousAt = accelerators[device.id]?.lastListedAt
      groups.complete(&sample, at: place)
      let moved = accelerators[device.id, default: AcceleratorMemory()].fold(sample, rules: rules)
      accelerators[device.id]?.lastListedAt = reading.receivedAt
      if device.id.isSlice { accelerators[device.id]?.isCutAnew = nil }
      frozen = frozen && !moved
    }
    unchangedReadings = frozen ? unchangedReadings + 1 : 0
    if let requests = reading.requests { note(requests, at: reading.receivedAt) }
    if let host = reading.host { (lastHost, hostAt) = (host, reading.receivedAt) }
    lastReadingAt = reading.receivedAt
    lastAttemptAt = reading.receivedAt
    failures = 0
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

  /// Two targets have spoken for one accelerator: neither is believed.
  mutating func conflicts(over accelerator: AcceleratorID, since: Timestamp) {
    conflict = accelerator
    conflictAt = max(conflictAt ?? since, since)
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

  /// When it was last listed here.
  func lastHeard(_ accelerator: AcceleratorID) -> Timestamp? {
    accelerators[accelerator].flatMap { $0.lastListedAt ?? $0.lastSampleAt }
  }

  /// Requests now, and whether their counter began anew (the server was restarted).
  private func demand(in requests: RequestReading?) -> (Demand, restarted: Bool) {
    guard let now = requests else { return (lastRequests == nil ? .notOffered : .missing, false) }
    if (now.running ?? 0) > 0 || (now.waiting ?? 0) > 0 { return (.some, false) }
    let before = lastRequests?.finished
    let restarted = both(now.finished, before).map { $0 < $1 } ?? false
    if both(now.finished, before).map({ $0 > $1 }) ?? false { return (.some, false) }
    // A gauge that is not there or not a number says nothing of what runs or waits, however quiet
    // the counter of finished requests stands (vllm#40605).
    guard now.running != nil, now.waiting != nil else { return (.missing, restarted) }
    return (.none, restarted)
  }

  /// The host did more since it was last heard than a host at rest does. One that offers nothing,
  /// or counts for the first time, says nothing.
  private func isBusy(_ host: HostReading?, at moment: Timestamp, _ limits: Thresholds) -> Bool {
    guard let host, let lastHost, let hostAt else { return false }
    return HostRates(from: lastHost, to: host, in: moment.duration(since: hostAt))
      .areWork(limits)
  }

  /// What is not listed any more is missed for as long as its machine runs: only a start of the
  /// machine explains that it is gone (`settleIdentities`). A slice may also be gone because people
  /// cut its GPU anew: then others of that GPU come, and it is forgotten after an hour. Where none
  /// comes the exporter lost its rows (dcgm-exporter#441, #512), and it may be at work.
  private mutating func forgetAbsent(in reading: NodeReading) {
    guard accelerators.count > reading.accelerators.count else { return }
    let gone = accelerators.keys.indices.filter { place in
      let (row, device) = (accelerators.rows[place], accelerators.values[place])
      guard row.isParent || (row.isSlice && device.isCutAnew == true),
        let last = lastHeard(accelerators.keys[place])
      else { return false }
      return reading.receivedAt.duration(since: last) > .hours(1)
    }.map { accelerators.keys[$0] }
    for id in gone { accelerators[id] = nil }
  }

  /// Slices that were never listed before tell what became of those of their GPU that are not listed,
  /// save one that was at work: people cut what is empty.
  private mutating func noteCuts(in reading: NodeReading) {
    let slices = reading.accelerators.map(\.id).filter(\.isSlice)
    let devices = Set(slices.filter { accelerators[$0] == nil }.map(\.device))
    guard !devices.isEmpty, !accelerators.isEmpty else { return }
    let listed = Set(slices)
    for id in accelerators.keys
    where id.isSlice && devices.contains(id.device) && !listed.contains(id) {
      switch accelerators[id]?.state {
      case .free, .allocatedIdle, .warmIdle: accelerators[id]?.isCutAnew = true
      default: break
      }
    }
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
