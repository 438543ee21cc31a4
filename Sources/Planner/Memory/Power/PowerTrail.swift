import FleetModel

/// A reading at which an energy counter had moved since the reading before.
struct PowerEdge: Sendable, Hashable {
  /// The middle of the exchange, in microseconds.
  var at: Int64
  /// The counter, in whole millijoules.
  var energy: Int64
  /// How long before `at` the counter may have moved, in milliseconds: the gap to the reading before
  /// and half the exchange.
  var gap: Int32
  /// How long after `at` it may have been read, in milliseconds: half the exchange.
  var late: Int32
  /// Counts the edges of a trail.
  var number: Int32
}

/// What a span must have to be believed.
struct PowerSpan: Sendable, Hashable {
  var time: Duration
  /// Both of its ends counted.
  var edges: Int32
}

/// Mean power between two edges: what the counter says, and the least that can be true.
struct PowerMean: Sendable, Hashable {
  /// Watts: ΔE/Δt.
  var nominal: Double
  /// Watts, when the first move came as early and the second reading as late as can be.
  var least: Double
  var seconds: Double
}

/// The edges of one energy counter since the device last showed life, thinned with age.
///
/// A span between two edges holds a whole number of the exporter's own periods, so its error is
/// that of our gaps alone, whatever the exporter's rhythm: at most a twentieth over twenty scrape
/// intervals. A pair of neighbouring samples is wrong by any factor, and is never asked.
public struct PowerTrail: Sendable, Hashable {
  /// Oldest first.
  private(set) var anchors: [PowerEdge] = []
  private(set) var newest: PowerEdge?

  /// Edges this old are let go: longer windows are asked as far back as edges reach.
  private static let reach: Int64 = 7_200_000_000
  /// Closest two anchors, in microseconds, up to an age of eleven minutes: the common windows of
  /// ten are then known to the minute.
  private static let near: Int64 = 60_000_000
  private static let nearAge: Int64 = 660_000_000

  var isEmpty: Bool { newest == nil }

  mutating func clear() {
    anchors.removeAll(keepingCapacity: true)
    newest = nil
  }

  /// The clock that dates its edges was set.
  mutating func shift(by step: Duration) {
    newest?.at += step.microseconds
    for place in anchors.indices { anchors[place].at += step.microseconds }
  }

  mutating func append(at moment: Timestamp, energy: Double, gap: Duration, late: Duration) {
    let edge = PowerEdge(
      at: moment.microseconds, energy: Int64(energy.rounded()),
      gap: Int32(clamping: gap.microseconds / 1000),
      late: Int32(clamping: late.microseconds / 1000),
      number: (newest?.number ?? -1) &+ 1)
    newest = edge
    guard let last = anchors.last else { return anchors.append(edge) }
    guard edge.at - last.at >= Self.near else { return }
    anchors.append(edge)
    thin(before: edge.at)
  }

  /// The mean over the last `time`, or over as much of it as edges reach, but never over less than
  /// `shortest`; nil when there is not that much.
  func mean(over time: Duration, shortest: PowerSpan) -> PowerMean? {
    guard let newest else { return nil }
    let wanted = newest.at - max(time, shortest.time).microseconds
    let start = anchors.last { $0.at <= wanted } ?? anchors.first
    return start.flatMap { mean(from: $0, shortest: shortest) }
  }

  /// True when no span that ends now and is long enough is above `ceiling`, and there is one.
  func isBelow(_ ceiling: Double, shortest: PowerSpan) -> Bool {
    var isAny = false
    for anchor in anchors {
      guard let mean = mean(from: anchor, shortest: shortest) else { break }
      if mean.nominal > ceiling { return false }
      isAny = true
    }
    return isAny
  }

  /// From one edge to the newest.
  func mean(from start: PowerEdge, shortest: PowerSpan) -> PowerMean? {
    guard let newest, newest.at - start.at >= shortest.time.microseconds,
      newest.number - start.number >= shortest.edges - 1, newest.energy >= start.energy
    else { return nil }
    let joules = Double(newest.energy - start.energy) / 1000
    let seconds = Double(newest.at - start.at) / 1_000_000
    let longest = seconds + Double(start.gap) / 1000 + Double(newest.late) / 1000
    return PowerMean(nominal: joules / seconds, least: joules / longest, seconds: seconds)
  }

  /// Keeps anchors a minute apart while they are young, and a quarter of their age later.
  private mutating func thin(before now: Int64) {
    anchors.removeAll { now - $0.at > Self.reach }
    var place = 1
    while place < anchors.count - 1 {
      let age = now - anchors[place].at
      let spacing = age <= Self.nearAge ? Self.near : age / 4
      if anchors[place + 1].at - anchors[place - 1].at < spacing {
        anchors.remove(at: place)
      } else {
        place += 1
      }
    }
  }
}

/// As one list of whole numbers: the newest edge, then each anchor as its distance from it.
extension PowerTrail: Codable {
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    guard !list.isAtEnd else { return }
    let last = try PowerEdge(from: &list)
    newest = last
    while !list.isAtEnd { anchors.append(try PowerEdge(from: &list).moved(before: last)) }
  }

  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    guard let newest else { return }
    try newest.encode(to: &list)
    for anchor in anchors { try anchor.moved(before: newest).encode(to: &list) }
  }
}

/// As five whole numbers.
extension PowerEdge: Codable {
  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    try self.init(from: &list)
  }

  fileprivate init(from list: inout any UnkeyedDecodingContainer) throws {
    self.init(
      at: try list.decode(Int64.self), energy: try list.decode(Int64.self),
      gap: try list.decode(Int32.self), late: try list.decode(Int32.self),
      number: try list.decode(Int32.self))
  }

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try encode(to: &list)
  }

  fileprivate func encode(to list: inout any UnkeyedEncodingContainer) throws {
    try list.encode(at)
    try list.encode(energy)
    try list.encode(gap)
    try list.encode(late)
    try list.encode(number)
  }

  /// Its distance from a later edge; the same of a distance is the edge again.
  fileprivate func moved(before last: PowerEdge) -> PowerEdge {
    PowerEdge(
      at: last.at - at, energy: last.energy - energy, gap: gap, late: late,
      number: last.number - number)
  }
}
