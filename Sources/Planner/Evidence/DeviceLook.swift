import FleetModel

/// What one look over a node's accelerators shows of all of them together.
///
/// One pass for age, worst word, holes and rest, where a pass for each took a fifth of a plan.
struct DeviceLook {
  /// Physical GPUs with a fresh sample; all but `oldest` and `silent` is of these.
  private(set) var heard = 0
  /// The first accelerator that is known and not heard now: not listed in the last reading, listed
  /// without a load, or not fresh. Whatever it did last, it may be at work.
  private(set) var silent: Int?
  /// Of all accelerators, the oldest newest sample.
  private(set) var oldest: Timestamp?
  /// What speaks against idleness, and the first accelerator that says it.
  private(set) var worst: (word: Word, place: Int)?
  /// The first accelerator with a hole in its evidence.
  private(set) var hole: Int?
  /// The shortest rest of all accelerators, in microseconds.
  private(set) var rest = Int64.max / 4
  /// The same, counted from samples between "idle" and "busy" too.
  private(set) var restSinceTail = Int64.max / 4
  /// The first accelerator some window of which is above its ceiling, or not measured yet.
  private(set) var loud: Int?
  /// The least of all.
  private(set) var confidence = Confidence.high

  /// The worst first.
  enum Word: Int { case faulty, sensorFault, work, hang, blind }

  init(
    at accelerators: AcceleratorMemories, by kind: PoolKind, readAt: Timestamp,
    in proof: IdleProof
  ) {
    var isCounted = false
    for place in accelerators.values.indices {
      if accelerators.rows[place].isFirst { isCounted = false }
      let device = DeviceSight(accelerators.values, place, in: kind)
      guard note(device, accelerators.rows[place], at: place, readAt, proof) else { continue }
      if !isCounted { heard += 1 }
      isCounted = true
    }
  }

  /// True when it was heard.
  private mutating func note(
    _ device: DeviceSight, _ row: DeviceRow, at place: Int, _ readAt: Timestamp,
    _ proof: IdleProof
  ) -> Bool {
    let isListed = device.lastListedAt.map { $0 >= readAt } ?? true
    if let last = device.lastSampleAt, !row.isParent { oldest = min(oldest ?? last, last) }
    guard let last = device.lastSampleAt, isListed, proof.isFresh(last) else {
      if !row.isParent, silent == nil { silent = place }
      return false
    }
    judge(device, at: place, last, proof)
    return true
  }

  private mutating func judge(
    _ device: DeviceSight, at place: Int, _ last: Timestamp, _ proof: IdleProof
  ) {
    if let word = device.objection(sensorFaultAt: proof.sensorFaultSamples) {
      if worst.map({ word.rawValue < $0.word.rawValue }) ?? true { worst = (word, place) }
      return
    }
    guard let since = device.restStart else { return }
    if hole == nil, proof.isHole(heard: device.restSamples, from: since, to: last) { hole = place }
    let tail = max(since, device.lastTailAt ?? since)
    rest = min(rest, last.microseconds - since.microseconds)
    restSinceTail = min(restSinceTail, last.microseconds - tail.microseconds)
    confidence = min(confidence, device.confidence, device.powerConfidence)
    if device.isLoud, loud == nil { loud = place }
  }
}

/// Of an accelerator's memory what a proof rests on: plain numbers, read where they lie. A copy of
/// all of it holds on to the learned watts, which costs a visit to another place in memory.
private struct DeviceSight {
  let state: DeviceState
  let confidence: Confidence
  let contradictions: Int
  let restSamples: Int
  let lastSampleAt: Timestamp?
  let lastListedAt: Timestamp?
  let lastTailAt: Timestamp?
  let restStart: Timestamp?
  /// The most that power allows: without a level of its own or of its type, medium.
  let powerConfidence: Confidence
  /// There is a ceiling, and it is not shown that no window is above it.
  let isLoud: Bool

  @inline(__always)
  init(_ memories: [AcceleratorMemory], _ place: Int, in kind: PoolKind) {
    let isServing = kind == .serving
    state = memories[place].state
    confidence = memories[place].confidence
    contradictions = memories[place].contradictions
    restSamples = isServing ? memories[place].restSamples : memories[place].samples
    lastSampleAt = memories[place].lastSampleAt
    lastListedAt = memories[place].lastListedAt
    lastTailAt = memories[place].lastTailAt
    powerConfidence = memories[place].power?.isSure ?? true ? .high : .medium
    // What spins draws power, and rests by the word of its request counters alone.
    isLoud =
      memories[place].state != .spinning
      && memories[place].power.map { !$0.isQuiet && $0.ceiling != nil } ?? false
    restStart = isServing ? memories[place].restSince : memories[place].idleSince
  }

  func objection(sensorFaultAt limit: Int) -> DeviceLook.Word? {
    if state == .faulty { return .faulty }
    if contradictions >= limit { return .sensorFault }
    guard restStart == nil else { return nil }
    return state == .spinning ? .hang : state == .unknown ? .blind : .work
  }
}
