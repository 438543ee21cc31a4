import FleetModel

extension AcceleratorMemory {
  /// What the energy counter did since the last sample.
  enum Meter { case absent, first, moved, still, reset, frozen }

  /// Mean watts since the counter last moved: what no short burst can hide from (SEMANTICS 4.2).
  ///
  /// A smaller value is a restart of driver or exporter: that pair gives no rate. A counter that
  /// stands still for long while power is drawn is a frozen exporter (dcgm-exporter#164).
  mutating func readMeter(_ sample: Sample, rules: SampleRules) -> (watts: Watts?, Meter) {
    guard let energy = sample.energy else { return (nil, .absent) }
    guard let before = lastEnergy, let since = energyMovedAt else {
      (lastEnergy, energyMovedAt) = (energy, sample.at)
      return (nil, .first)
    }
    let isReread = lastSampleAt.map { sample.at.duration(since: $0) < rules.interval / 2 } ?? false
    if energy == before {
      if !isReread { meterStoodAt = sample.at }
      let stands = sample.at.duration(since: since) > rules.frozenAfter
      return (nil, stands && (sample.power ?? 1) > 0 ? .frozen : .still)
    }
    // A slow exporter may have counted half a minute since a moment ago: the next scrape tells.
    if energy > before, isReread { return (nil, .moved) }
    (lastEnergy, energyMovedAt) = (energy, sample.at)
    let time = sample.at.duration(since: since)
    guard energy > before, time > .zero else { return (nil, .reset) }
    let joules = (energy - before) / 1000
    // When a slow exporter counted is known to one interval only: it gets the benefit of the
    // doubt, or idle power looked like work each time its rhythm and ours shift.
    let isSlow =
      meterStoodAt.map { sample.at.duration(since: $0) <= rules.interval * 20 } ?? false
    let doubt = isSlow ? rules.interval : .zero
    let mean = joules / time.inSeconds
    return (Watts(mean: mean, least: joules / (time + doubt).inSeconds), .moved)
  }

  /// Mean power since the counter last moved, and the least it can have been.
  struct Watts {
    var mean: Double
    var least: Double
  }

  /// The most watts that still pass as idle; nil while the device was never seen empty.
  func idleCeiling(_ limits: Thresholds) -> Double? {
    learnedIdlePower.map { $0 * limits.idlePowerFactor + limits.idlePowerMargin }
  }

  /// The 5th percentile of watts while empty (SEMANTICS 4.2).
  var learnedIdlePower: Double? {
    guard !emptyWatts.isEmpty else { return nil }
    return emptyWatts[(emptyWatts.count - 1) / 20]
  }

  /// Keeps 40 values, enough for the 5th percentile not to be the least one. Once full, only a
  /// value below the present answer is taken: the ceiling may fall with time, never creep up.
  mutating func learn(_ watts: Watts?, from sample: Sample, finding: Finding) {
    guard let watts = watts?.mean, watts >= 1, finding.state == .free,
      lastMemoryUsed.map({ $0 <= 1024 }) == true
    else { return }
    if emptyWatts.count >= 40 {
      guard let learned = learnedIdlePower, watts < learned else { return }
      emptyWatts.removeLast()
    }
    let index = emptyWatts.firstIndex { $0 > watts } ?? emptyWatts.endIndex
    emptyWatts.insert(watts, at: index)
  }
}
