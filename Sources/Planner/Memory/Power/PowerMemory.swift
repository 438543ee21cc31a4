import FleetModel

/// What is remembered of a device's power: where it rests with a process and without, and what its
/// energy counter did since it last showed life.
///
/// A process that merely holds a CUDA context lifts a GPU's power by a fixed step, whatever memory it
/// holds (26 to 50 W on H100 and A100, 66 W on L40S: arXiv 2605.23918), hence two levels.
public struct PowerMemory: Sendable, Hashable, Codable {
  /// Without a process: the last 24 hours.
  public internal(set) var bare = PowerLevel()
  /// With one that does nothing: the last six hours of one stretch without a sign of life.
  public internal(set) var held = PowerLevel()
  /// Somebody holds it now.
  public internal(set) var isHeld = false
  /// The most watts that still pass as idle now; nil: nothing is known to compare with.
  public internal(set) var ceiling: Double?
  /// The ceiling rests on what this device, or five others of its type, were seen to draw.
  public internal(set) var isSure = false
  /// No window that ends now is above the ceiling.
  var isQuiet = false
  var trail = PowerTrail()
  /// Where the span began that will be learned from.
  var spanStart: PowerEdge?
  /// Consecutive spans above `contradictionLimit` with an engine that reads 0.
  var hotSpans = 0
  var leastMemory: Double?
  var leastMemoryAt: Timestamp?
  /// What a level was learned under: a change begins anew.
  var setup = PowerSetup()

  public init() {}

  /// Begins from levels, in watts, that are known from elsewhere; nil: not known.
  public init(bare: Double?, held: Double? = nil) {
    self.bare = PowerLevel(watts: bare)
    self.held = PowerLevel(watts: held)
  }

  /// Mean watts over the last `time`, as far as it is known.
  func mean(over time: Duration, shortest: PowerSpan) -> Double? {
    trail.mean(over: time, shortest: shortest)?.nominal
  }

  /// Mean watts over the last `time` under a rulebook's rules, as far as it is known.
  public func mean(over time: Duration, under rulebook: Rulebook) -> Double? {
    mean(over: time, shortest: SampleRules(rulebook).powerSpan)
  }
}

extension TargetMemory {
  /// Confidence would rise with what its devices are yet to be seen to draw at rest; false on boards
  /// whose power can tell nothing.
  public var awaitsPowerLevels: Bool {
    guard !BoardPower(model: identity?.model).cannotTell else { return false }
    return accelerators.values.contains { $0.power.map { !$0.isSure } ?? false }
  }
}

/// What changes where a device rests.
struct PowerSetup: Sendable, Hashable, Codable {
  /// Watts the board may draw, where the exporter says.
  var limit: Double?
  /// How many rows the exporter lists of the GPU: more than one when it is cut into slices.
  var rows = 1
  /// SM clock at rest without a process and with one, in MHz: the second is several times the first.
  var bareClock: Double?
  var heldClock: Double?
  /// Consecutive spans whose clock differed from that of their level.
  var strangeSpans = 0
}

extension PowerMemory {
  /// A sign of life, or another process: what was measured so far is not of a device at rest.
  ///
  /// Nor is what lies between this reading and the next: work that ended a moment before that one
  /// put 15 W on the mean of the first five minutes of rest, of an exporter that looks once a
  /// minute 50 W, and the idle clock began anew.
  mutating func showLife() {
    trail.clear()
    isQuiet = false
    flicker()
  }

  /// A sign of life too small to end a window: nothing is learned from what went before.
  mutating func flicker() {
    spanStart = nil
    hotSpans = 0
    held.discard()
  }

  /// Nothing is known of the time now: the counter began anew or stood still.
  mutating func loseTrail() {
    trail.clear()
    spanStart = nil
    isQuiet = false
  }

  /// Another driver, cut, limit or clock: what was learned is of another device.
  mutating func beginAnew() {
    bare = PowerLevel()
    held = PowerLevel()
    loseTrail()
    hotSpans = 0
    (setup.bareClock, setup.heldClock, setup.strangeSpans) = (nil, nil, 0)
  }

  /// Takes in one sample of a device: an edge where the counter moved. True when what it drew up to
  /// now was too much to be proved at rest, and is compared with nothing any more: another process
  /// holds it, or none does.
  mutating func take(_ sample: Sample, moved: Bool, rules: SampleRules) -> Bool {
    note(limit: sample.powerLimit, rows: sample.rowsOfDevice)
    let wasLoud = isLoud(rules)
    let changed = noteHolder(sample, rules.thresholds)
    append(sample, moved: moved)
    return changed && wasLoud
  }

  /// Enough is known of its power to say that some window is above its ceiling.
  private func isLoud(_ rules: SampleRules) -> Bool {
    !isQuiet && ceiling != nil && trail.mean(over: .hours(2), shortest: rules.powerSpan) != nil
  }

  private mutating func append(_ sample: Sample, moved: Bool) {
    guard moved, let energy = sample.energy, let before = sample.previousAt else { return }
    trail.append(
      at: sample.at, energy: energy,
      gap: sample.at.duration(since: before) + sample.halfExchange, late: sample.halfExchange)
  }

  private mutating func note(limit: Double?, rows: Int) {
    let isOther = limit.map { $0 != setup.limit ?? $0 } ?? false
    if isOther || rows != setup.rows { beginAnew() }
    setup.limit = limit ?? setup.limit
    setup.rows = rows
  }

  /// Bare is a device with as little memory in use as it has at its emptiest, and a clock that rests: a
  /// context alone takes 200 MiB and more, less than the 1 GiB under which a device counts as free,
  /// and lifts the SM clock for as long as it lives (sglang#27567).
  ///
  /// True when that changed.
  private mutating func noteHolder(_ sample: Sample, _ limits: Thresholds) -> Bool {
    guard let memory = sample.memoryOfDevice else {
      if !isHeld { (isHeld, spanStart) = (true, nil) }
      return false
    }
    let isOld = leastMemoryAt.map { sample.at.duration(since: $0) > .days(1) } ?? true
    if isOld || memory <= leastMemory ?? memory {
      (leastMemory, leastMemoryAt) = (memory, sample.at)
    }
    let least = leastMemory ?? memory
    let holds =
      memory > limits.emptyMemory || memory > least + limits.contextMemory
      || sample.smClock ?? 0 > limits.restingClock
    guard holds != isHeld else { return false }
    showLife()
    isHeld = holds
    return true
  }

  /// Closes the span when it is long enough, and learns from it.
  mutating func learn(from sample: Sample, rules: SampleRules) {
    guard let newest = trail.newest, newest.at == sample.at.microseconds else { return }
    guard let start = spanStart else {
      spanStart = newest
      return
    }
    guard let mean = trail.mean(from: start, shortest: rules.powerSpan) else { return }
    spanStart = newest
    noteClock(sample.smClock)
    let hour = newest.at / 3_600_000_000
    if isHeld {
      held.take(mean.nominal, in: hour, window: 6)
    } else {
      bare.take(mean.nominal, in: hour, window: 24)
    }
    let isHot = sample.engine == 0 && mean.least > contradictionLimit(rules) ?? .infinity
    hotSpans = isHot ? hotSpans + 1 : 0
  }

  /// A resting clock that differs by more than a tenth for a quarter of an hour is another setting of
  /// the device, not noise: that level begins anew.
  private mutating func noteClock(_ clock: Double?) {
    guard let clock, clock > 0 else { return }
    guard let known = isHeld ? setup.heldClock : setup.bareClock else { return keep(clock) }
    guard abs(clock - known) > known / 10 else {
      setup.strangeSpans = 0
      return
    }
    setup.strangeSpans += 1
    guard setup.strangeSpans >= 3 else { return }
    setup.strangeSpans = 0
    if isHeld { held = PowerLevel() } else { bare = PowerLevel() }
    keep(clock)
  }

  private mutating func keep(_ clock: Double) {
    if isHeld { setup.heldClock = clock } else { setup.bareClock = clock }
  }
}
