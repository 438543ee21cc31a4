public import FleetModel

extension Memory {
  /// Takes in one scrape: idle clocks, learned idle power, request counters, identity.
  ///
  /// The reading's own receive time is the only time that counts (F12). A reading that is not
  /// newer than the last one of its target changes nothing.
  public mutating func fold(_ reading: NodeReading, under rulebook: Rulebook) {
    if let last = targets[reading.target]?.lastReadingAt, reading.receivedAt <= last { return }
    let rules = SampleRules(rulebook)
    let contested = claim(reading, rules: rules)
    let left = targets[reading.target]?.turnedIdleAt
    targets[reading.target, default: TargetMemory()].fold(reading, rules: rules)
    for (other, accelerator) in contested {
      let until = reading.receivedAt.advanced(by: rules.largestGap)
      targets[other]?.conflicts(over: accelerator, until: until)
      targets[reading.target]?.conflicts(over: accelerator, until: until)
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

  /// Notes whose accelerators these are; returns those another target has just claimed too.
  private mutating func claim(
    _ reading: NodeReading, rules: SampleRules
  ) -> [(Target, AcceleratorID)] {
    var contested: [(Target, AcceleratorID)] = []
    for device in reading.accelerators {
      guard let owner = owners[device.id] else {
        owners[device.id] = reading.target
        continue
      }
      guard owner != reading.target else { continue }
      let heard = targets[owner]?.lastHeard(device.id)
      if let heard, reading.receivedAt.duration(since: heard) <= rules.largestGap {
        contested.append((owner, device.id))
      } else {
        owners[device.id] = reading.target
      }
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
