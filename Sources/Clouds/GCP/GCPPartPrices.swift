import CostModel
import FleetModel
import Planner
import Ports

struct GCPSKUPage: Decodable, Sendable {
  var skus: [GCPSKU]?
  var nextPageToken: String?
}

/// One priced thing of the catalogue.
struct GCPSKU: Decodable, Sendable {
  var description: String?
  var category: Category?
  var serviceRegions: [String]?
  var pricingInfo: [Pricing]?

  struct Category: Decodable, Sendable {
    var resourceFamily: String?
    var usageType: String?
  }
  struct Pricing: Decodable, Sendable {
    var pricingExpression: Expression?
    struct Expression: Decodable, Sendable {
      var usageUnit: String?
      var tieredRates: [Tier]?
    }
    struct Tier: Decodable, Sendable {
      var startUsageAmount: Double?
      var unitPrice: Amount?
    }
    /// Whole units as text, and billionths: exact.
    struct Amount: Decodable, Sendable {
      var currencyCode: String?
      var units: String?
      var nanos: Int64?
    }
  }

  /// "Nvidia L4 GPU" of "Spot Preemptible Nvidia L4 GPU running in Americas"; nil for what does not
  /// run somewhere, such as a commitment.
  var part: String? {
    guard let text = description, let end = text.firstRange(of: " running in "),
      category?.resourceFamily == "Compute"
    else { return nil }
    var name = text[..<end.lowerBound]
    for word in ["Spot ", "Preemptible "] where name.hasPrefix(word) {
      name = name.dropFirst(word.count)
    }
    return String(name)
  }

  var capacity: CapacityType? {
    switch category?.usageType {
    case "OnDemand": .onDemand
    case "Preemptible": .spot
    default: nil
    }
  }

  /// What one unit costs; nil when there are several prices, another currency, or none.
  func price(per unit: String) -> Money? {
    guard let expression = pricingInfo?.last?.pricingExpression, expression.usageUnit == unit,
      let tier = expression.tieredRates?.first, expression.tieredRates?.count == 1,
      (tier.startUsageAmount ?? 0) == 0, let amount = tier.unitPrice, amount.currencyCode == "USD",
      let units = Int64(amount.units ?? "0"), (0...1_000_000).contains(units),
      (0..<1_000_000_000).contains(amount.nanos ?? 0)
    else { return nil }
    return .dollars(units) + Money(nanos: amount.nanos ?? 0)
  }
}

/// Some of a part: cores, memory or GPUs.
struct GCPPart: Sendable, Hashable {
  var name: String
  /// "h" for a thing an hour, "GiBy.h" for a gibibyte an hour.
  var unit: String
  /// How much of it, in 1/1024 of the unit, so that mebibytes are exact.
  var of1024: Int64
}

/// The catalogue, by what a part is called and where it is sold.
struct GCPPartPrices: Sendable {
  private struct Key: Hashable {
    var part: String
    var region: String
    var capacity: CapacityType
  }

  private let skus: [Key: [GCPSKU]]

  init(_ all: [GCPSKU]) {
    var skus: [Key: [GCPSKU]] = [:]
    for sku in all {
      guard let part = sku.part, let capacity = sku.capacity else { continue }
      for region in sku.serviceRegions ?? [] {
        skus[Key(part: part, region: region, capacity: capacity), default: []].append(sku)
      }
    }
    self.skus = skus
  }

  /// The parts together; nil when the GPU is not sold there. An error when it is, and a part has no
  /// price, two of them, or one that can not be read.
  func price(
    of parts: [GCPPart], in region: Region, _ capacity: CapacityType
  ) throws(ActuateError) -> HourlyRate? {
    guard let last = parts.last,
      skus[Key(part: last.name, region: region.rawValue, capacity: capacity)] != nil
    else { return nil }
    var sum = Int128(0)
    for part in parts {
      let price = try price(of: part, in: region, capacity)
      sum += Int128(price.nanos) * Int128(part.of1024)
    }
    // Rounded half up to a billionth of a dollar.
    return HourlyRate(perHour: Money(nanos: Int64((sum + 512) / 1024)))
  }

  private func price(
    of part: GCPPart, in region: Region, _ capacity: CapacityType
  ) throws(ActuateError) -> Money {
    let found = skus[Key(part: part.name, region: region.rawValue, capacity: capacity)] ?? []
    let prices = found.map { $0.price(per: part.unit) }
    guard let first = prices.first, let price = first, prices.allSatisfy({ $0 == price }) else {
      throw .refused(
        ActFailure(
          kind: .invalid, code: "NoOnePrice",
          message: "\(part.name) in \(region), \(capacity.rawValue): \(found.count) SKUs, and not "
            + "one price in dollars a \(part.unit)"))
    }
    return price
  }
}
