import FleetModel

/// Prices that were imported or asked for, as `prices.json` in the data directory keeps them.
///
/// A version, the currency and the unit stand at its head, so that nobody has to guess; amounts are
/// decimal text, exact to the nano-dollar. Reading checks all of it again: the file may have been
/// edited.
public struct PriceFile: Sendable, Hashable {
  /// Sorted by name.
  public private(set) var prices: [Price]

  /// Name of the file in the data directory.
  public static let name = "prices.json"
  static let version = 1
  static let currency = "USD"
  static let unit = "hour"

  public init(_ prices: [Price] = []) { self.prices = PriceBook(prices).prices }

  /// The file with what a review accepted; the rest stays as it was.
  public func merging(_ review: PriceReview) -> PriceFile { PriceFile(prices + review.accepted) }
}

extension PriceFile: Codable {
  private enum Key: String, CodingKey { case version, currency, unit, prices }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.version, forKey: .version)
    try container.encode(Self.currency, forKey: .currency)
    try container.encode(Self.unit, forKey: .unit)
    try container.encode(prices.map { PriceFileEntry($0) }, forKey: .prices)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func demand<Value: Decodable & Equatable>(_ key: Key, _ expected: Value) throws {
      guard try container.decode(Value.self, forKey: key) == expected else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "\(key.rawValue) has to be \(expected)")
      }
    }
    try demand(.version, Self.version)
    try demand(.currency, Self.currency)
    try demand(.unit, Self.unit)
    let entries = try container.decode([PriceFileEntry].self, forKey: .prices)
    self.init(entries.map(\.price))
    guard prices.count == entries.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .prices, in: container,
        debugDescription: "the same cloud, type, region and capacity stands there twice")
    }
  }
}

/// One price as the file writes it.
private struct PriceFileEntry: Codable {
  var price: Price

  private enum Key: String, CodingKey {
    case cloud, type, region, capacity, hourly, stoppedHourly, source, asOf
  }

  init(_ price: Price) { self.price = price }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(price.cloud.rawValue, forKey: .cloud)
    try container.encode(price.type.rawValue, forKey: .type)
    try container.encodeIfPresent(price.region?.rawValue, forKey: .region)
    try container.encode(price.capacity.rawValue, forKey: .capacity)
    try container.encode(Self.written(price.hourly), forKey: .hourly)
    if price.stoppedHourly != .zero {
      try container.encode(Self.written(price.stoppedHourly), forKey: .stoppedHourly)
    }
    try container.encode(price.source, forKey: .source)
    try container.encode(price.asOf, forKey: .asOf)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func text(_ key: Key) throws -> String {
      let text = try container.decode(String.self, forKey: key)
      guard !text.isEmpty else { throw Self.wrong(key, container, "may not be empty") }
      return text
    }
    let capacity = try text(.capacity)
    guard let capacity = CapacityType(rawValue: capacity) else {
      throw Self.wrong(.capacity, container, "may not be '\(capacity)'")
    }
    let asOf = try text(.asOf)
    guard Timestamp(rfc3339: asOf) != nil else {
      throw Self.wrong(.asOf, container, "has to be a date such as 2026-11-21")
    }
    let hourly = try Self.rate(.hourly, container)
    if let fault = PriceGate.fault(of: hourly) {
      throw Self.wrong(.hourly, container, fault.explanation)
    }
    let stopped =
      container.contains(.stoppedHourly) ? try Self.rate(.stoppedHourly, container) : .zero
    guard stopped >= .zero else { throw Self.wrong(.stoppedHourly, container, "is below zero") }
    price = Price(
      cloud: CloudName(try text(.cloud)), type: InstanceType(try text(.type)),
      region: container.contains(.region) ? Region(try text(.region)) : nil, capacity: capacity,
      hourly: hourly, stoppedHourly: stopped, source: try text(.source), asOf: asOf)
  }

  private static func rate(
    _ key: Key, _ container: KeyedDecodingContainer<Key>
  ) throws -> HourlyRate {
    let text = try container.decode(String.self, forKey: key)
    guard let money = Money(decimal: text) else {
      throw wrong(key, container, "'\(text)' is no amount such as \"1.861\"")
    }
    return HourlyRate(perHour: money)
  }

  private static func wrong(
    _ key: Key, _ container: KeyedDecodingContainer<Key>, _ what: String
  ) -> DecodingError {
    .dataCorruptedError(
      forKey: key, in: container, debugDescription: "\(key.rawValue) \(what)")
  }

  /// "1.861": exact, without zeros at the end.
  private static func written(_ rate: HourlyRate) -> String {
    var text = "\(rate.perHour)"
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

extension PriceRefusal.Reason {
  /// What is wrong with the price, to follow its name.
  public var explanation: String {
    switch self {
    case .notAboveZero: "is not above zero"
    case .belowFloor: "is below $0.0001 an hour"
    case .aboveCeiling: "is above $10,000 an hour"
    case .jump: "moved further than a price does in one step"
    case .older: "was read before the one that is known"
    }
  }
}
