public import FleetModel

/// Keeps prices out that cannot be, and those that moved too far to be believed without a look.
///
/// The same limits as the planner's (SafetyRules.largestJump, Memory.fold): a move by more than the
/// largest jump of the last known price is suspect. The planner believes it once a second poll says
/// the same; a file that outlives the poll asks a person (`acceptChanges`).
public struct PriceGate: Sendable, Hashable {
  /// A share of the known price; a move of exactly this is still ordinary.
  public var largestJump: Double
  /// A person has seen the suspicious changes and takes them. What cannot be stays out all the same.
  public var acceptChanges: Bool

  public init(largestJump: Double = 0.5, acceptChanges: Bool = false) {
    self.largestJump = largestJump
    self.acceptChanges = acceptChanges
  }

  /// The dearest an hour may be: a rack of 72 GPUs is rented for less than a tenth of it.
  public static let ceiling = HourlyRate(perHour: .dollars(10_000))
  /// The cheapest: a shared vCPU costs more than ten times as much.
  public static let floor = HourlyRate(perHour: Money(nanos: 100_000))

  /// Why a price cannot be, whatever was known before; nil when it can.
  public static func fault(of rate: HourlyRate) -> PriceRefusal.Reason? {
    if rate <= .zero { return .notAboveZero }
    if rate < floor { return .belowFloor }
    return rate > ceiling ? .aboveCeiling : nil
  }

  /// Compares new prices with the known ones. The last of several for the same thing counts.
  public func review(_ offered: [Price], against known: PriceBook) -> PriceReview {
    var review = PriceReview()
    for price in PriceBook(offered).prices { judge(price, known, &review) }
    return review
  }

  private func judge(_ price: Price, _ known: PriceBook, _ review: inout PriceReview) {
    // A price for every region is compared with one for every region: no region has an empty name.
    let old = known.price(
      of: price.type, on: price.cloud, in: price.region ?? "", price.capacity)
    if let reason = refusal(of: price, old) {
      return review.refused.append(PriceRefusal(price: price, known: old, reason: reason))
    }
    guard let old, old.region == price.region else {
      review.new += 1
      return review.accepted.append(price)
    }
    if old.hourly == price.hourly, old.stoppedHourly == price.stoppedHourly {
      review.unchanged += 1
      // A later reading of the same price is news about its age, an earlier one is none.
      if price.asOf >= old.asOf { review.accepted.append(price) }
      return
    }
    review.changed.append(PriceChange(old: old, new: price))
    review.accepted.append(price)
  }

  private func refusal(of price: Price, _ old: Price?) -> PriceRefusal.Reason? {
    if let fault = Self.fault(of: price.hourly) { return fault }
    if price.stoppedHourly < .zero { return .notAboveZero }
    guard let old, !acceptChanges, old.hourly != price.hourly else { return nil }
    if !isOrdinary(price.hourly, after: old.hourly) { return .jump }
    return price.asOf < old.asOf && old.region == price.region ? .older : nil
  }

  /// Exact: the share is taken in millionths, the rest in whole nano-dollars.
  private func isOrdinary(_ new: HourlyRate, after old: HourlyRate) -> Bool {
    guard largestJump.isFinite, largestJump < 1_000_000 else { return true }
    let millionths = Int128((max(0, largestJump) * 1_000_000).rounded())
    let gap = Int128(new.perHour.nanos) - Int128(old.perHour.nanos)
    return Int128(gap.magnitude) * 1_000_000 <= Int128(old.perHour.nanos.magnitude) * millionths
  }
}

/// What came of a comparison; nothing has been stored yet.
public struct PriceReview: Sendable, Hashable {
  /// To be kept: the new, the changed and the confirmed.
  public var accepted: [Price] = []
  public var new = 0
  public var changed: [PriceChange] = []
  public var unchanged = 0
  public var refused: [PriceRefusal] = []

  public init() {}

  /// "12 new, 3 changed, 26 unchanged, 1 refused".
  public var summary: String {
    "\(new) new, \(changed.count) changed, \(unchanged) unchanged, \(refused.count) refused"
  }
}

/// A price that is replaced.
public struct PriceChange: Sendable, Hashable {
  public var old: Price
  public var new: Price

  /// "× 0.91": the new price as a multiple of the old; four decimals near 1.
  public var factor: String { PriceRefusal.factor(from: old.hourly, to: new.hourly) }
}

/// A price that is kept out.
public struct PriceRefusal: Sendable, Hashable {
  public var price: Price
  /// What is known instead; nil when nothing is.
  public var known: Price?
  public var reason: Reason

  public enum Reason: String, Sendable, Hashable {
    case notAboveZero, belowFloor, aboveCeiling, jump, older

    /// A person may take it with `--accept-changes`.
    public var canBeAccepted: Bool { self == .jump || self == .older }
  }

  /// To the hundredth, rounded half up; four decimals where two would hide that anything changed.
  static func factor(from old: HourlyRate, to new: HourlyRate) -> String {
    guard old > .zero else { return "–" }
    let millionths =
      Int128(new.perHour.nanos) * 1_000_000 / Int128(old.perHour.nanos)
    let decimals = (995_000...1_004_999).contains(millionths) ? 4 : 2
    let unit: Int128 = decimals == 4 ? 10_000 : 100
    let scaled = (Int128(new.perHour.nanos) * unit * 2 / Int128(old.perHour.nanos) + 1) / 2
    let fraction = String(scaled % unit)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "× \(scaled / unit).\(zeros)\(fraction)"
  }

  /// As a multiple of the known price; nil when none is known.
  public var factor: String? { known.map { Self.factor(from: $0.hourly, to: price.hourly) } }
}
