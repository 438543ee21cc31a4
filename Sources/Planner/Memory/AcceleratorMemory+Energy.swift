import FleetModel

extension AcceleratorMemory {
  /// What the energy counter did since the last sample.
  enum Meter { case absent, first, moved, still, reset, frozen }

  /// A smaller value is a restart of driver or exporter. A counter that stands still for long while
  /// power is drawn is a frozen exporter (dcgm-exporter#164).
  mutating func readMeter(_ sample: Sample, rules: SampleRules) -> Meter {
    guard let energy = sample.energy else { return .absent }
    guard let before = lastEnergy, let since = energyMovedAt else {
      (lastEnergy, energyMovedAt) = (energy, sample.at)
      return .first
    }
    if energy == before {
      let stands = sample.at.duration(since: since) > rules.frozenAfter
      return stands && (sample.power ?? 1) > 0 ? .frozen : .still
    }
    (lastEnergy, energyMovedAt) = (energy, sample.at)
    return energy > before ? .moved : .reset
  }

  /// Takes the sample's energy and power into what is known of the device's power.
  mutating func notePower(_ sample: Sample, _ meter: Meter, rules: SampleRules) {
    guard sample.energy != nil else { return }
    if power == nil { power = PowerMemory() }
    if meter == .reset || meter == .frozen { power?.loseTrail() }
    // An idle window goes on over the end of a process only where its power was proved up to there.
    if power?.take(sample, moved: meter == .moved, rules: rules) == true { endWindows() }
  }

  /// The least it can have drawn over the last span; nil: not known.
  func leastPower(_ rules: SampleRules) -> Double? {
    power?.trail.mean(over: rules.powerSpan.time, shortest: rules.powerSpan)?.least
  }

  /// Learns from a sample that was judged, or forgets what a sign of life voids.
  mutating func settlePower(_ sample: Sample, _ life: Life, rules: SampleRules) {
    switch life {
    case .none: power?.learn(from: sample, rules: rules)
    case .flicker: power?.flicker()
    case .work: power?.showLife()
    }
    power?.setCeiling(rules)
  }
}

/// What a sample shows of somebody's work, by anything but power.
enum Life { case none, flicker, work }
