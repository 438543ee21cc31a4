/// The watts a device rests at: the lower quartile of its spans over a sliding window.
///
/// The lower quartile, because a span at rest can only be too high: something worked in it. It
/// rises and falls with the window; nothing is learned for life (SEMANTICS 4.17). An hour is kept
/// as one quartile and one count in four bytes: 96 bytes for a day.
public struct PowerLevel: Sendable, Hashable, Codable {
  /// The level in force; it stays until a newer one replaces it. nil: never known.
  public private(set) var watts: Double?
  /// Closed hours, oldest first: the hour modulo 256, the number of spans, tenths of a watt.
  private var hours: [UInt32] = []
  /// The spans of the hour that is open, in tenths of a watt.
  private var open: [UInt16] = []
  /// Hours since the epoch; nil before the first span.
  private var hour: Int64?

  /// Spans that a level needs: an hour of spans of five minutes.
  private static let fewestSpans = 12
  /// Spans of one hour that are kept; an hour has at most twelve of five minutes.
  private static let mostSpans = 60

  /// A level without spans of its own.
  public init(watts: Double? = nil) { self.watts = watts }

  /// How many spans it rests on now.
  public var spans: Int { hours.reduce(open.count) { $0 + Int($1 >> 16 & 0xff) } }

  /// Takes in a span that ended in this hour.
  ///
  /// - Parameter window: in hours; older spans do not count any more.
  mutating func take(_ mean: Double, in now: Int64, window: Int64) {
    if let hour, hour != now { close(hour) }
    hour = now
    hours.removeAll {
      UInt8(truncatingIfNeeded: now) &- UInt8(truncatingIfNeeded: $0 >> 24) >= window
    }
    if open.count < Self.mostSpans { open.append(UInt16(clamping: Int((mean * 10).rounded()))) }
    if let level = lowerQuartile { watts = level }
  }

  /// Forgets the spans; the level stays in force.
  mutating func discard() {
    hours.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    hour = nil
  }

  private mutating func close(_ hour: Int64) {
    guard let quartile = Self.lowerQuartile(of: open.map { ($0, 1) }) else { return }
    let tag = UInt32(UInt8(truncatingIfNeeded: hour)) << 24
    hours.append(tag | UInt32(min(open.count, 255)) << 16 | UInt32(quartile))
    open.removeAll(keepingCapacity: true)
  }

  private var lowerQuartile: Double? {
    guard spans >= Self.fewestSpans else { return nil }
    let kept = hours.map { (UInt16(truncatingIfNeeded: $0), Int($0 >> 16 & 0xff)) }
    return Self.lowerQuartile(of: kept + open.map { ($0, 1) }).map { Double($0) / 10 }
  }

  private static func lowerQuartile(of values: [(UInt16, Int)]) -> UInt16? {
    let all = values.reduce(0) { $0 + $1.1 }
    var below = 0
    for (value, count) in values.sorted(by: { $0.0 < $1.0 }) {
      below += count
      if below * 4 >= all { return value }
    }
    return nil
  }
}
