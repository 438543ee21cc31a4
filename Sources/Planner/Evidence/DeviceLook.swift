import FleetModel

/// What one look over a node's accelerators shows of all of them together.
///
/// One pass for age, worst word, holes and rest, where a pass for each took a fifth of a plan.
struct DeviceLook {
  /// Accelerators with a fresh sample; all but `oldest` is of these.
  private(set) var heard = 0
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
  /// The least of all.
  private(set) var confidence = Confidence.high

  /// The worst first.
  enum Word: Int { case faulty, sensorFault, work, hang, blind }

  init(at accelerators: AcceleratorMemories, by kind: PoolKind, in proof: IdleProof) {
    for place in accelerators.values.indices {
      note(DeviceSight(accelerators.values, place, in: kind), at: place, proof)
    }
  }

  private mutating func note(_ device: DeviceSight, at place: Int, _ proof: IdleProof) {
    guard let last = device.lastSampleAt else { return }
    oldest = min(oldest ?? last, last)
    guard proof.isFresh(last) else { return }
    heard += 1
    if let word = device.objection(sensorFaultAt: proof.sensorFaultSamples) {
      if worst.map({ word.rawValue < $0.word.rawValue }) ?? true { worst = (word, place) }
      return
    }
    guard let since = device.restStart else { return }
    if hole == nil, proof.isHole(heard: device.restSamples, from: since, to: last) { hole = place }
    let tail = max(since, device.lastTailAt ?? since)
    rest = min(rest, last.microseconds - since.microseconds)
    restSinceTail = min(restSinceTail, last.microseconds - tail.microseconds)
    confidence = min(confidence, device.confidence)
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
  let lastTailAt: Timestamp?
  let restStart: Timestamp?

  @inline(__always)
  init(_ memories: [AcceleratorMemory], _ place: Int, in kind: PoolKind) {
    let isServing = kind == .serving
    state = memories[place].state
    confidence = memories[place].confidence
    contradictions = memories[place].contradictions
    restSamples = isServing ? memories[place].restSamples : memories[place].samples
    lastSampleAt = memories[place].lastSampleAt
    lastTailAt = memories[place].lastTailAt
    restStart = isServing ? memories[place].restSince : memories[place].idleSince
  }

  func objection(sensorFaultAt limit: Int) -> DeviceLook.Word? {
    if state == .faulty { return .faulty }
    if contradictions >= limit { return .sensorFault }
    guard restStart == nil else { return nil }
    return state == .spinning ? .hang : state == .unknown ? .blind : .work
  }
}
