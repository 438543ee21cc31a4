import FleetModel

/// Readings in the order they were heard: those that are not stored yet, and those of the last
/// minute, from which a new term learns what was heard since the last stored tick.
///
/// Bounded in bytes. Beyond the bound the oldest go, and those that were not stored are counted:
/// a bound in readings lost samples of some fleets and not of others (telegraf#4960, #17200).
struct ReadingBuffer: Sendable {
  /// Ten minutes of 1,000 nodes of 8 GPUs every 15 s (RELIABILITY F40), about 0.7 KiB each.
  static let standard = 64 << 20
  /// What was stored is kept so long: longer than a lease and the way to the next leader.
  static let kept = Duration.seconds(60)

  private struct Entry: Sendable {
    var heard: ContinuousClock.Instant
    var reading: PackedReading
  }

  /// Nil before `head`: gone.
  private var entries: [Entry?] = []
  private var head = 0
  /// The number of the entry at `head`; each reading's is one more than that before.
  private var first = 0
  /// Readings before this number are stored.
  private var stored = 0
  /// The last shape of each target, shared by all of its readings.
  private var shapes: [Target: ReadingShape] = [:]
  private(set) var bytes = 0
  /// Readings that went before they were stored.
  private(set) var lost = 0
  let limit: Int

  init(limit: Int = ReadingBuffer.standard) { self.limit = limit }

  var count: Int { entries.count - head }
  private var end: Int { first + count }

  mutating func append(_ reading: NodeReading, heard: ContinuousClock.Instant) {
    let shape = ReadingShape.of(reading, like: shapes[reading.target])
    shapes[reading.target] = shape
    let entry = Entry(heard: heard, reading: PackedReading(reading, shape))
    bytes += Self.size(of: entry)
    entries.append(entry)
    while bytes > limit, count > 1 { dropOldest() }
  }

  /// The oldest that are not stored, at most `most`; nil when all are.
  func unstored(atMost most: Int) -> (readings: [NodeReading], upTo: Int)? {
    let from = max(stored, first)
    let upTo = min(end, from + most)
    guard from < upTo else { return nil }
    let part = entries[(head + from - first)..<(head + upTo - first)]
    return (part.compactMap { $0?.reading.unpacked() }, upTo)
  }

  /// Readings before this number are stored, by us or by another.
  mutating func keepStored(upTo number: Int, at now: ContinuousClock.Instant) {
    stored = max(stored, number)
    while first < stored, let oldest = entries[head], now - oldest.heard > Self.kept {
      dropOldest()
    }
  }

  /// Another controller stores what it hears: only the last minute is ours to keep.
  mutating func letGo(at now: ContinuousClock.Instant) {
    var number = first
    while number < end, let entry = entries[head + number - first], now - entry.heard > Self.kept {
      number += 1
    }
    keepStored(upTo: number, at: now)
  }

  /// The wall clock was set: what waits is dated as if it had always stood where it stands now.
  mutating func follow(clockStep step: Duration) {
    for place in entries.indices.dropFirst(head) {
      guard let moment = entries[place]?.reading.receivedAt else { continue }
      entries[place]?.reading.receivedAt = moment.advanced(by: step)
    }
  }

  /// All that are kept, oldest first.
  func forEach(_ body: (NodeReading) -> Void) {
    for entry in entries[head...] { if let entry { body(entry.reading.unpacked()) } }
  }

  /// Shapes of targets that are watched no more go.
  mutating func watch(_ targets: Set<Target>) {
    shapes = shapes.filter { targets.contains($0.key) }
  }

  private mutating func dropOldest() {
    guard let entry = entries[head] else { return }
    bytes -= Self.size(of: entry)
    if first >= stored { lost += 1 }
    entries[head] = nil
    (head, first) = (head + 1, first + 1)
    // Each reading is moved at most once or twice in its life.
    if head >= 1024, head * 2 >= entries.count {
      entries.removeFirst(head)
      head = 0
    }
  }

  /// With the array's own share and the block its bytes lie in.
  private static func size(of entry: Entry) -> Int {
    2 * MemoryLayout<Entry?>.stride + 48 + entry.reading.bytes.count
  }
}
