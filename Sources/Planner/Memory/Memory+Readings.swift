public import FleetModel

extension Memory {
  /// Takes in one scrape: idle clocks, learned idle power, request counters, identity.
  ///
  /// The reading's own receive time is the only time that counts (F12). A reading that is not
  /// newer than the last one of its target changes nothing.
  public mutating func fold(_ reading: NodeReading, under rulebook: Rulebook) {
    if let last = targets[reading.target]?.lastReadingAt, reading.receivedAt <= last { return }
    let known = targets[reading.target]?.identity?.model ?? reading.accelerators.first?.model
    let rules = SampleRules(rulebook, model: known, in: power)
    let contested = claim(reading, rules: rules)
    let left = targets[reading.target]?.turnedIdleAt
    targets[reading.target, default: TargetMemory()].fold(reading, rules: rules)
    for (other, accelerator, heardAt) in contested {
      targets[other]?.conflicts(over: accelerator, since: heardAt)
      targets[reading.target]?.conflicts(over: accelerator, since: heardAt)
    }
    noteTurn(of: reading.target, from: left, at: reading.receivedAt, rulebook)
  }

  /// Takes in a scrape that gave nothing. One does not reset a clock, a hole does (DECISIONS 20).
  public mutating func foldFailure(
    of target: Target, at moment: Timestamp, under rulebook: Rulebook
  ) {
    let rules = SampleRules(rulebook)
    targets[target, default: TargetMemory()].fail(at: moment, rules: rules)
  }

  /// Notes whose GPUs these are; returns those another target has named before, in any order of
  /// time, with when it last did.
  ///
  /// GPUs do not move between machines that run. Whoever names one that another target named has
  /// that other machine's exporter at its address (gpu-operator#439), until `settleIdentities` finds
  /// the machines to have been started anew. A target that is watched no more claims nothing.
  private mutating func claim(
    _ reading: NodeReading, rules: SampleRules
  ) -> [(Target, AcceleratorID, Timestamp)] {
    var contested: [(Target, AcceleratorID, Timestamp)] = []
    for device in reading.accelerators {
      let owner = owners[device.id]
      guard owner != reading.target else { continue }
      owners[device.id] = reading.target
      guard let owner, let heard = targets[owner]?.lastHeard(device.id) else { continue }
      contested.append((owner, device.id, heard))
    }
    return contested
  }

  /// Keeps `turnedIdle` the list of turns that still hold, for the correlated-idle guard.
  private mutating func noteTurn(
    of target: Target, from left: Timestamp?, at moment: Timestamp, _ rulebook: Rulebook
  ) {
    let turned = targets[target]?.turnedIdleAt
    guard turned != left else { return }
    if let left, let index = turnedIdle.firstIndex(of: left) { turnedIdle.remove(at: index) }
    if let turned { turnedIdle.append(turned) }
    let span = rulebook.thresholds.correlatedHold + rulebook.thresholds.correlatedWindow
    turnedIdle.removeAll { moment.duration(since: $0) > span }
  }
}
