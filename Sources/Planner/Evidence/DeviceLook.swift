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
    for device in accelerators.values {
      guard let last = device.lastSampleAt else { continue }
      oldest = min(oldest ?? last, last)
      guard proof.isFresh(last) else { continue }
      heard += 1
      note(device, last, kind, proof)
    }
  }

  /// What every accelerator that works does; nil where they differ, or something is worse.
  var commonActivity: Activity? { hasDifferentWords ? nil : activity }

  /// The shortest rest of all accelerators.
  var rest: Duration { .microseconds(shortest) }

  /// The same, counted from samples between "idle" and "busy" too.
  var restSinceTail: Duration { .microseconds(shortestSinceTail) }

  var hasTail: Bool { shortestSinceTail != shortest }

  private mutating func note(
    _ device: AcceleratorMemory, _ last: Timestamp, _ kind: PoolKind, _ proof: IdleProof
  ) {
    guard device.state != .faulty, !proof.isSensorFault(device) else {
      (objects, hasDifferentWords) = (true, true)
      return
    }
    guard let since = device.restStart(in: kind) else { return object(device) }
    let heard = device.restSamples(in: kind)
    if proof.isHole(heard: heard, from: since, to: last) { hasHole = true }
    let tail = device.lastTailAt ?? since
    shortest = min(shortest, last.microseconds - since.microseconds)
    shortestSinceTail = min(
      shortestSinceTail, last.microseconds - max(since, tail).microseconds)
    confidence = min(confidence, device.confidence)
  }

  private mutating func object(_ device: AcceleratorMemory) {
    objects = true
    // A hang or a blind spot says less than work does; alone, it is told by name.
    guard device.state != .spinning, device.state != .unknown else { return }
    let word = device.state == .loading ? .loading : device.lastActivity ?? .engine
    if let activity, activity != word { hasDifferentWords = true }
    activity = word
  }
}

extension AcceleratorMemory {
  /// Since when it rests, by the rules of its pool's kind.
  func restStart(in kind: PoolKind) -> Timestamp? { kind == .serving ? restSince : idleSince }

  /// How many samples say so.
  func restSamples(in kind: PoolKind) -> Int { kind == .serving ? restSamples : samples }
}
