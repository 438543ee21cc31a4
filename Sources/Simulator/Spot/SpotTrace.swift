/// Which zones had spot capacity at each tick.
public struct SpotTrace: Sendable, Hashable {
  public var zones: [String]
  public var tick: Duration
  /// Ticks from the start to the end.
  public var ticks: Int
  /// By zone, the ticks it was up: ascending, not touching.
  public var up: [[Range<Int>]]

  public init(zones: [String], tick: Duration, ticks: Int, up: [[Range<Int>]]) {
    precondition(zones.count == up.count, "one list of times for each zone")
    self.zones = zones
    self.tick = tick
    self.ticks = ticks
    self.up = up
  }

  /// The region of a zone, as far as its name says: "us-east-1c" lies in "us-east-1".
  public static func region(of zone: String) -> String {
    guard let last = zone.last, last.isLetter, let before = zone.dropLast().last else {
      return zone
    }
    return before.isNumber ? String(zone.dropLast()) : zone
  }

  /// The ticks in `range`, counted from 0 again.
  public func slice(_ range: Range<Int>) -> SpotTrace {
    let cut = range.clamped(to: 0..<ticks)
    let kept = up.map { runs in
      runs.compactMap { run in
        let part = run.clamped(to: cut)
        return part.isEmpty
          ? nil : (part.lowerBound - cut.lowerBound)..<(part.upperBound - cut.lowerBound)
      }
    }
    return SpotTrace(zones: zones, tick: tick, ticks: cut.count, up: kept)
  }

  /// The zones named, in the trace's order.
  public func keeping(_ names: Set<String>) -> SpotTrace {
    let kept = zones.indices.filter { names.contains(zones[$0]) }
    return SpotTrace(
      zones: kept.map { zones[$0] }, tick: tick, ticks: ticks, up: kept.map { up[$0] })
  }

  /// Every change moved earlier by `ticks` ticks at random: recorded changes come in steps of the
  /// probe, which a policy must not live on.
  public func jittered(_ shift: ClosedRange<Int>, seed: UInt64) -> SpotTrace {
    var copy = self
    let width = UInt64(shift.upperBound - shift.lowerBound + 1)
    for zone in zones.indices {
      var last = -1
      var edges: [Int] = []
      for (number, edge) in up[zone].flatMap({ [$0.lowerBound, $0.upperBound] }).enumerated() {
        // The ends of the trace are no changes.
        guard edge > 0, edge < ticks else {
          edges.append(edge)
          continue
        }
        let by = shift.lowerBound + Int(SplitMix64.hash(seed, zone, number) % width)
        last = min(max(edge - by, last + 1, 0), ticks)
        edges.append(last)
      }
      copy.up[zone] = stride(from: 0, to: edges.count, by: 2).compactMap {
        edges[$0] < edges[$0 + 1] ? edges[$0]..<edges[$0 + 1] : nil
      }
    }
    return copy
  }

  /// One byte a tick: 1 while the zone is up.
  func states(of zone: Int) -> [UInt8] {
    var states = [UInt8](repeating: 0, count: ticks)
    for run in up[zone] { for tick in run.clamped(to: 0..<ticks) { states[tick] = 1 } }
    return states
  }
}
