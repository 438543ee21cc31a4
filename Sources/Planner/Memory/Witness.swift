import FleetModel

/// A second record of what a target's readings held, kept by rules of its own.
///
/// The idle clocks are moved device by device and sample by sample. This one looks at whole bodies:
/// was there anything, by any row, and how many GPUs were named. `PlanCheck` asks it about every act
/// that takes a running node, so that one mistake in a clock is not enough to stop one at work.
public struct Witness: Sendable, Hashable, Codable {
  /// The first reading of a series without a hole.
  var since: Timestamp
  var lastAt: Timestamp
  /// The last body in which any row moved, or said nothing of its load.
  var movedAt: Timestamp?
  /// The same, where high load without tensor or memory work does not count: a server that spins.
  var workedAt: Timestamp?
  /// The fewest distinct GPUs of any body since then.
  var fewest: Int
  /// Joules of all GPUs together, where all have a counter, when it last moved and now.
  var joulesThen: Double?
  var joules: Double?
  var finished: Double?

  /// Since when nothing was heard of work.
  func quietSince(in kind: PoolKind) -> Timestamp {
    max(since, (kind == .serving ? workedAt : movedAt) ?? since)
  }

  /// Mean watts of a GPU since anything moved; nil where nobody can say.
  func watts(at now: Timestamp) -> Double? {
    let seconds = now.duration(since: movedAt ?? since).inSeconds
    guard let joulesThen, let joules, joules >= joulesThen, seconds > 0, fewest > 0 else {
      return nil
    }
    return (joules - joulesThen) / seconds / Double(fewest)
  }
}

extension Witness {
  init(_ reading: NodeReading) {
    (since, lastAt) = (reading.receivedAt, reading.receivedAt)
    fewest = 0
    (movedAt, workedAt) = (reading.receivedAt, reading.receivedAt)
    note(reading)
  }

  /// Takes in a body; after a hole the record begins anew.
  mutating func take(_ reading: NodeReading, largestGap: Duration) {
    guard reading.receivedAt.duration(since: lastAt) <= largestGap else {
      self = Witness(reading)
      return
    }
    let body = Body(reading)
    let isAsked = isAsked(reading.requests)
    lastAt = reading.receivedAt
    if isAsked || body.works || body.gpus > fewest { workedAt = lastAt }
    // Of a GPU that was not there before nobody knows what it did.
    guard isAsked || body.moves || body.gpus > fewest else {
      fewest = min(fewest, body.gpus)
      joules = both(joules, body.joules)?.1
      return
    }
    movedAt = lastAt
    note(reading)
  }

  private mutating func note(_ reading: NodeReading) {
    let body = Body(reading)
    fewest = body.gpus
    (joules, joulesThen) = (body.joules, body.joules)
    finished = reading.requests?.finished
  }

  /// Requests run or wait, were finished, or nobody can say.
  private mutating func isAsked(_ requests: RequestReading?) -> Bool {
    guard let requests else { return finished != nil }
    let isCounted = both(requests.finished, finished).map { $0 != $1 } ?? false
    finished = requests.finished ?? finished
    return isCounted || requests.running != 0 || requests.waiting != 0
  }

  /// What one body holds, all rows together.
  private struct Body {
    var gpus = 0
    var moves = false
    var works = false
    var joules: Double?

    init(_ reading: NodeReading) {
      var last: AcceleratorID?
      let sliced = Set(reading.accelerators.lazy.map(\.id).filter(\.isSlice).map(\.device))
      var sum = 0.0
      var hasAll = true
      for row in reading.accelerators {
        let device = row.id.device
        if device != last {
          gpus += 1
          if let energy = row.fields[.totalEnergy] { sum += energy / 1000 } else { hasAll = false }
        }
        last = device
        if sliced.contains(device), !row.id.isSlice { continue }
        note(row.fields, isSlice: row.id.isSlice)
      }
      joules = hasAll && gpus > 0 ? sum : nil
    }

    private mutating func note(_ fields: DeviceReading, isSlice: Bool) {
      let engine = fields[.engineActive]
      let used = isSlice ? nil : fields[.gpuUtilization]
      let inner = [fields[.tensorActive], fields[.dramActive]].compactMap(\.self)
      let bytes = (fields[.pcieTransmit] ?? 0) + (fields[.pcieReceive] ?? 0)
      if engine == nil, used == nil { (moves, works) = (true, true) }
      if inner.contains(where: { $0 > 0.02 }) || bytes > 10_000_000 {
        (moves, works) = (true, true)
      }
      guard (engine ?? 0) >= 0.05 || (used ?? 0) >= 5 else { return }
      moves = true
      if inner.count < 2 { works = true }
    }
  }
}
