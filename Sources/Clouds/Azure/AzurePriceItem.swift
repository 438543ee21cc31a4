import CostModel
import FleetModel

/// One meter of the retail price list.
struct AzurePriceItem: Sendable, Hashable {
  var type: String
  var region: String
  var product: String
  var sku: String
  var meter: String
  var kind: String
  var currency: String
  var unit: String
  var minimumUnits: Money
  var retail: Money
  /// RFC 3339; a price may be announced before it holds.
  var since: String

  /// nil when something is missing or not what it should be.
  init?(_ value: ExactJSON) {
    guard let type = value["armSkuName"].string, let region = value["armRegionName"].string,
      let product = value["productName"].string, let sku = value["skuName"].string,
      let meter = value["meterName"].string, let kind = value["type"].string,
      let currency = value["currencyCode"].string, let unit = value["unitOfMeasure"].string,
      let minimum = value["tierMinimumUnits"].money, let retail = value["retailPrice"].money,
      let since = value["effectiveStartDate"].string, minimum >= .zero, retail >= .zero
    else { return nil }
    (self.type, self.region, self.product, self.sku) = (type, region, product, sku)
    (self.meter, self.kind, self.currency, self.unit) = (meter, kind, currency, unit)
    (self.minimumUnits, self.retail, self.since) = (minimum, retail, since)
  }

  /// A Linux machine bought by the hour, ordinary or spot. Not Windows, whose licence is in it; not
  /// the retired Cloud Services; not Low Priority, which only batch pools get; no reservation.
  var isForUs: Bool {
    let words = (product + " " + sku + " " + meter).lowercased()
    return kind == "Consumption" && !type.isEmpty && minimumUnits == .zero
      && !["windows", "low priority", "cloud services", "cloudservices", "dedicated host"]
        .contains { words.contains($0) }
  }

  var capacity: CapacityType {
    (sku + " " + meter).lowercased().split(separator: " ").contains("spot") ? .spot : .onDemand
  }
}

/// One page of the retail price list.
struct AzurePricePage: Sendable, Hashable {
  var items: [AzurePriceItem]
  var next: String?

  /// nil when it is not one, or one of its items is not what it should be.
  init?(_ bytes: [UInt8]) {
    guard let value = ExactJSON(bytes), let listed = value["Items"].array else { return nil }
    let items = listed.compactMap(AzurePriceItem.init)
    guard items.count == listed.count else { return nil }
    self.items = items
    next = value["NextPageLink"].string
  }
}
