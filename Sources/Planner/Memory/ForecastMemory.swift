public import FleetModel

/// The demand of the last four weeks by 5-minute slots of the week, and how well it foretold.
///
/// 16 KiB for a pool: each slot's mean demand in two bytes (`Level`). Weeks are UTC's.
public struct ForecastMemory: Sendable, Hashable, Codable {
  /// SEMANTICS 4.9.
  public static let slot = Duration.minutes(5)
  static let slotsAWeek: Int64 = 2016
  static let weeks: Int64 = 4

  /// By slot number modulo its length; a slot is written when it is over.
  private var levels = LevelRing(count: Int(slotsAWeek * weeks))
  /// The slot being heard of, and the first one ever, numbered from 1970.
  private var current: Int64?
  private var first: Int64?
  /// Of the slot being heard of: replica-seconds offered, and seconds heard.
  private var work = 0.0
  private var heard = 0.0
  /// How well the profile has done lately.
  private(set) var record = ForecastRecord()

  public init() {}

  /// Takes in one interval's demand; an interval not newer than the last slot changes nothing.
  public mutating func fold(_ demand: PoolDemand) {
    let seconds = demand.interval.inSeconds
    guard seconds > 0, demand.offered.isFinite, demand.offered >= 0 else { return }
    let slot = Self.number(of: demand.at.advanced(by: .zero - demand.interval / 2))
    if let present = current {
      guard slot >= present else { return }
      if slot > present { finish(present, before: slot) }
    } else {
      first = slot
    }
    current = slot
    work += demand.offered * seconds
    heard += seconds
  }

  /// Whole days since the first demand was heard.
  func days(at now: Timestamp) -> Int {
    guard let first else { return 0 }
    return Int((Self.number(of: now) - first) / 288)
  }

  /// The most that any slot in the time usually needs; nil where nothing is known of any of them.
  func level(from start: Timestamp, until end: Timestamp, quantile: Double) -> Double? {
    let slots = Self.number(of: start)...max(Self.number(of: start), Self.number(of: end))
    return slots.prefix(Int(Self.slotsAWeek)).compactMap { slot in
      past(of: slot).quantile(quantile)
    }.max()
  }

  /// Judges the profile by the slot that is over, then learns it; slots skipped stay unknown.
  private mutating func finish(_ slot: Int64, before next: Int64) {
    // Heard of for less than half its time, a slot is not known†.
    let actual = heard >= Self.slot.inSeconds / 2 ? work / heard : nil
    let past = past(of: slot)
    if let actual, let usual = past.mean {
      let lastWeek = levels[slot - Self.slotsAWeek]
      record.fold(actual: actual, usual: usual, lastWeek: lastWeek)
    }
    levels[slot] = actual
    let skipped = (slot + 1)..<next
    for missed in skipped.prefix(levels.count) { levels[missed] = nil }
    (work, heard) = (0, 0)
  }

  /// The same slot of the four weeks before it, those that were heard.
  private func past(of slot: Int64) -> [Double] {
    let newest = (current ?? slot) - 1
    return (1...Self.weeks).compactMap { weeks in
      let earlier = slot - weeks * Self.slotsAWeek
      return earlier <= newest && newest - earlier < Int64(levels.count) ? levels[earlier] : nil
    }
  }

  private static func number(of moment: Timestamp) -> Int64 {
    let length = slot.microseconds
    let rest = moment.microseconds % length
    return (moment.microseconds - rest) / length - (rest < 0 ? 1 : 0)
  }
}

extension [Double] {
  fileprivate var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

  /// Between the two nearest values in proportion; nil when there are none.
  fileprivate func quantile(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    let ordered = sorted()
    let place = Swift.min(Swift.max(share, 0), 1) * Double(count - 1)
    let below = Int(place)
    let above = Swift.min(below + 1, count - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - Double(below))
  }
}
