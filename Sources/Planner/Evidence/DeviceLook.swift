import FleetModel

/// What one look over a node's accelerators shows of all of them together.
///
/// One pass for age, word, holes and rest, where a pass for each took a quarter of a plan. Names of
/// accelerators are left out: they matter only where two say different things, which is rare, and
/// then `IdleProof` looks again.
struct DeviceLook {
  /// Accelerators with a fresh sample; the rest below is of these.
  private(set) var heard = 0
  /// Of all accelerators, the oldest newest sample.
  private(set) var oldest: Timestamp?
  /// Something speaks against idleness.
  private(set) var objects = false
  private(set) var hasHole = false
  private(set) var confidence = Confidence.high
  private(set) var shortest = Int64.max / 4
  private(set) var shortestSinceTail = Int64.max / 4
  private var activity: Activity?
  private var hasDifferentWords = false

  init(
    at accelerators: [AcceleratorID: AcceleratorMemory], by kind: PoolKind, in proof: IdleProof
  ) {
    // By index, taking what is asked for: a copy of all that is remembered of each accelerator
    // holds on to its learned watts, and that alone was a fifth of a plan.
    let memories = accelerators.values
    var place = memories.startIndex
    while place != memories.endIndex {
      note(DeviceSight(memories[place], in: kind), proof)
      memories.formIndex(after: &place)
    }
  }

  /// What every accelerator that works does; nil where they differ, or something is worse.
  var commonActivity: Activity? { hasDifferentWords ? nil : activity }

  /// The shortest rest of all accelerators.
  var rest: Duration { .microseconds(shortest) }

  /// The same, counted from samples between "idle" and "busy" too.
  var restSinceTail: Duration { .microseconds(shortestSinceTail) }

  var hasTail: Bool { shortestSinceTail != shortest }

  private mutating func note(_ device: DeviceSight, _ proof: borrowing IdleProof) {
    guard let last = device.lastSampleAt else { return }
    oldest = min(oldest ?? last, last)
    guard proof.isFresh(last) else { return }
    heard += 1
    guard device.state != .faulty, !proof.isSensorFault(device.contradictions) else {
      (objects, hasDifferentWords) = (true, true)
      return
    }
    guard let since = device.restStart else { return object(device) }
    if proof.isHole(heard: device.restSamples, from: since, to: last) { hasHole = true }
    let tail = device.lastTailAt ?? since
    shortest = min(shortest, last.microseconds - since.microseconds)
    shortestSinceTail = min(
      shortestSinceTail, last.microseconds - max(since, tail).microseconds)
    confidence = min(confidence, device.confidence)
  }

  private mutating func object(_ device: DeviceSight) {
    objects = true
    // A hang or a blind spot says less than work does; alone, it is told by name.
    guard device.state != .spinning, device.state != .unknown else { return }
    let word = device.state == .loading ? .loading : device.lastActivity ?? .engine
    if let activity, activity != word { hasDifferentWords = true }
    activity = word
  }
}

/// Of an accelerator's memory what a proof rests on; all of it plain numbers.
private struct DeviceSight {
  var state: DeviceState
  var lastActivity: Activity?
  var confidence: Confidence
  var contradictions: Int
  var restSamples: Int
  var lastSampleAt: Timestamp?
  var lastTailAt: Timestamp?
  var restStart: Timestamp?

  @inline(__always)
  init(_ device: AcceleratorMemory, in kind: PoolKind) {
    state = device.state
    lastActivity = device.lastActivity
    confidence = device.confidence
    contradictions = device.contradictions
    restSamples = device.restSamples(in: kind)
    lastSampleAt = device.lastSampleAt
    lastTailAt = device.lastTailAt
    restStart = device.restStart(in: kind)
  }
}

extension AcceleratorMemory {
  /// Since when it rests, by the rules of its pool's kind.
  func restStart(in kind: PoolKind) -> Timestamp? { kind == .serving ? restSince : idleSince }

  /// How many samples say so.
  func restSamples(in kind: PoolKind) -> Int { kind == .serving ? restSamples : samples }
}
