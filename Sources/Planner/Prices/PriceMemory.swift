public import CostModel
public import FleetModel

/// One price's name: cloud, type, region ("*" where it is the same in all) and capacity.
public struct PriceID: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  init(_ price: Price) {
    let region = price.region?.rawValue ?? "*"
    self.init(
      rawValue: "\(price.cloud)/\(price.type)/\(region)/\(price.capacity.rawValue)")
  }
}

/// What is remembered of one price: the last one believed, and one that waits to be believed.
public struct PriceMemory: Sendable, Hashable, Codable {
  /// nil: none was ever good.
  public var good: HourlyRate?
  /// First and last poll that said the good price.
  public var goodSince: Timestamp?
  public var goodAt: Timestamp?
  public var suspect: Suspect?

  /// A price one poll said, and no second one yet.
  public struct Suspect: Sendable, Hashable, Codable {
    public var rate: HourlyRate
    public var asOf: String
    public var at: Timestamp
  }

  public init() {}
}

extension Memory {
  /// Takes in a poll of the prices, made at `moment`; the same poll again changes nothing.
  ///
  /// Never one poll alone (RELIABILITY I17, F30): a price that moves by more than
  /// `SafetyRules.largestJump`, or is nothing, counts once a poll of another moment or another
  /// `asOf` says the same within 1 %. What is below zero never counts. A price at first sight has
  /// nothing to be compared with: it is believed when it is above zero.
  public mutating func fold(
    _ polled: PriceBook, at moment: Timestamp, under safety: SafetyRules
  ) {
    var known = prices ?? [:]
    for price in polled.prices {
      known[PriceID(price), default: PriceMemory()]
        .fold(price, at: moment, jump: safety.largestJump)
    }
    prices = known
  }
}

extension PriceMemory {
  mutating func fold(_ price: Price, at moment: Timestamp, jump: Double) {
    let rate = price.hourly
    if isOrdinary(rate, jump: jump) { return believe(rate, at: moment) }
    if let suspect {
      // The same poll heard twice is one poll.
      guard suspect.at != moment || suspect.asOf != price.asOf else { return }
      if rate >= .zero, rate.differs(from: suspect.rate, byAtMost: Self.agreement) {
        return believe(rate, at: moment)
      }
    }
    suspect = Suspect(rate: rate, asOf: price.asOf, at: moment)
  }

  /// Two polls agree when they differ by no more than a cent in a dollar: prices are quoted exactly,
  /// spot prices drift by less between two polls.
  private static let agreement = 0.01

  private func isOrdinary(_ rate: HourlyRate, jump: Double) -> Bool {
    guard let good else { return rate > .zero }
    return rate == good || (rate > .zero && rate.differs(from: good, byAtMost: jump))
  }

  private mutating func believe(_ rate: HourlyRate, at moment: Timestamp) {
    if rate != good { goodSince = moment }
    (good, goodAt, suspect) = (rate, moment, nil)
  }
}

extension HourlyRate {
  /// The difference is at most this share of `other`.
  fileprivate func differs(from other: HourlyRate, byAtMost share: Double) -> Bool {
    let gap = Double(perHour.nanos) - Double(other.perHour.nanos)
    return gap.magnitude <= Double(other.perHour.nanos.magnitude) * share
  }
}
