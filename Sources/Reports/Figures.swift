public import CostModel
public import FleetModel

/// The figures of one line of a report: a node, a pool or the fleet.
///
/// Figures add: the lines of a group sum to the totals, to the last nano-dollar.
public struct Figures: Sendable, Hashable {
  public var spend = SpendSplit.zero
  /// Realised savings of the stops counted here (SEMANTICS 4.16).
  public var saved = Money.zero
  /// How many stops those are.
  public var stops = 0
  /// Node time the cloud billed, priced or not.
  public var billedMicroseconds: Int64 = 0
  /// Of it, time without a known price: in no amount.
  public var unpricedMicroseconds: Int64 = 0
  /// Accelerator time billed, priced or not.
  public var acceleratorMicroseconds: Int64 = 0
  /// Of it, time that valid readings speak for.
  public var observedMicroseconds: Int64 = 0

  public init() {}

  /// What the same nodes would have cost had nothing been stopped: spent + saved. Restarts and the
  /// disks of stopped nodes are in the one and off the other, so they cancel out.
  public var alwaysOn: Money { spend.effective + saved }
  /// Part of the always-on cost that was saved; nil when there was none.
  public var savedShare: Share? { Share(saved, of: alwaysOn) }
  /// Part of billed accelerator time that readings speak for; nil when nothing was billed.
  public var coverage: Share? { Share(observedMicroseconds, of: acceleratorMicroseconds) }

  /// Something was billed, and no price is known for any of it.
  public var isUnpriced: Bool {
    unpricedMicroseconds > 0 && unpricedMicroseconds == billedMicroseconds
      && spend.effective == .zero
  }

  /// The amount spent as people read it: time without a price is said, never shown as $0.
  /// "no price" where nothing has one, "$12.34+" where some of the time has none.
  public var spentText: String {
    guard unpricedMicroseconds > 0 else { return People.money(spend.effective) }
    return isUnpriced ? "no price" : People.money(spend.effective) + "+"
  }

  mutating func add(_ hour: UsageHour) {
    billedMicroseconds += hour.billedMicroseconds
    if hour.rate == nil { unpricedMicroseconds += hour.billedMicroseconds }
    acceleratorMicroseconds += hour.buckets.total
    observedMicroseconds += hour.buckets.total - hour.buckets[.unobserved]
  }

  mutating func add(_ stop: RealisedSaving) {
    saved += stop.saved
    stops += 1
  }
}

/// A part of a whole in millionths, rounded half up; exact arithmetic, for people and charts.
public struct Share: Sendable, Hashable, Comparable {
  public var millionths: Int64

  public init(millionths: Int64) { self.millionths = millionths }

  /// nil when the whole is not positive.
  public init?(_ part: Int64, of whole: Int64) {
    guard whole > 0 else { return nil }
    let scaled = Int128(part) * 2_000_000 + Int128(whole)
    let double = Int128(whole) * 2
    let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: double)
    millionths = Int64(quotient - (remainder < 0 ? 1 : 0))
  }

  public init?(_ part: Money, of whole: Money) { self.init(part.nanos, of: whole.nanos) }

  public static func < (left: Share, right: Share) -> Bool { left.millionths < right.millionths }

  /// 0…1 and beyond, for lengths in charts.
  public var fraction: Double { Double(millionths) / 1_000_000 }

  /// "47.1 %". Never "100.0 %" for less than everything, nor "0.0 %" for more than nothing.
  public var percent: String {
    if millionths > 999_499 && millionths < 1_000_000 { return ">99.9 %" }
    if millionths > 0 && millionths < 500 { return "<0.1 %" }
    let tenths = (millionths.magnitude + 500) / 1000
    return "\(millionths < 0 ? "-" : "")\(tenths / 10).\(tenths % 10) %"
  }
}
