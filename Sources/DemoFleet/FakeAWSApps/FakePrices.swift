public import FleetModel
import Foundation

/// The price list, the history of spot prices and the bill: what they say was put there.
struct FakePrices: Sendable {
  var products: [FakeAWSApps.Product] = []
  var spot: [FakeAWSApps.SpotPrice] = []
  var pageSize = 100

  func products(_ action: String, _ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    guard action == "GetProducts" else {
      throw FakeRefusal(code: "UnknownOperationException", message: "\(action) is not known.")
    }
    let service = try fields.needed("ServiceCode")
    let filters = try fields.list("Filters") ?? []
    let size = try fields.number("MaxResults") ?? 100
    let token = try fields.text("NextToken")
    guard try fields.text("FormatVersion") ?? "aws_v1" == "aws_v1", (1...100).contains(size) else {
      throw FakeRefusal(code: "InvalidParameterException", message: "Input parameters are invalid")
    }
    try fields.end()
    var found = products.filter { $0.serviceCode == service }
    for filter in filters {
      var fields = try FakeFields(filter)
      let (type, field) = (try fields.needed("Type"), try fields.needed("Field"))
      let value = try fields.needed("Value")
      try fields.end()
      guard type == "TERM_MATCH" else {
        throw FakeRefusal(code: "InvalidParameterException", message: "Type \(type) is not here")
      }
      found = found.filter { $0.attributes[field]?.lowercased() == value.lowercased() }
    }
    let page = try FakePage(
      of: found, size: min(size, pageSize), after: token, refusing: "InvalidNextTokenException")
    let items = page.items.map {
      FakeAppsJSON.text(String(decoding: $0.document.bytes, as: UTF8.self))
    }
    return FakeEndpoints.with(["FormatVersion": "aws_v1", "PriceList": .list(items)], page.next)
  }

  /// DescribeSpotPriceHistory: the price that held at StartTime and each one since.
  func history(_ form: inout FakeForm, at now: Timestamp) throws(FakeRefusal) -> [FakeXML] {
    let types = form.list("InstanceType")
    let descriptions = form.list("ProductDescription")
    let size = form.take("MaxResults").map { Int($0) ?? 0 } ?? 1000
    let token = form.take("NextToken").flatMap { $0.isEmpty ? nil : $0 }
    let start = try Self.time(form.take("StartTime"))
    let end = try Self.time(form.take("EndTime")) ?? now
    if let name = form.unknown {
      throw FakeRefusal(
        code: "UnknownParameter", message: "The parameter \(name) is not recognized")
    }
    guard (1...1000).contains(size) else {
      throw FakeRefusal(code: "InvalidParameterValue", message: "MaxResults is 1 to 1000")
    }
    let chosen = spot.filter { price in
      (types.isEmpty || types.contains(price.type.rawValue)) && price.at <= end
        && (descriptions.isEmpty || descriptions.contains(price.product))
    }
    let held = chosen.filter { price in
      guard let start, price.at < start else { return true }
      return !chosen.contains { $0.series == price.series && $0.at > price.at && $0.at <= start }
    }
    let page = try FakePage(
      of: held.sorted { ($0.at, $0.series) > ($1.at, $1.series) }, size: min(size, pageSize),
      after: token, refusing: "InvalidNextToken")
    let items = page.items.map { price in
      [
        FakeXML("instanceType", price.type.rawValue), FakeXML("productDescription", price.product),
        FakeXML("spotPrice", price.price),
        FakeXML("timestamp", "\(price.at)".replacing("Z", with: ".000Z")),
        FakeXML("availabilityZone", price.zone),
      ]
    }
    return [.list("spotPriceHistorySet", items), FakeXML("nextToken", page.next?.text ?? "")]
  }

  private static func time(_ text: String?) throws(FakeRefusal) -> Timestamp? {
    guard let text else { return nil }
    guard let time = Timestamp(rfc3339: text) else {
      throw FakeRefusal(code: "InvalidParameterValue", message: "\(text) is not a time")
    }
    return time
  }
}

extension FakeAWSApps {
  /// One entry of the price list with its on-demand price.
  public struct Product: Sendable, Hashable {
    public var serviceCode: String
    public var attributes: [String: String]
    /// As the list writes it, "1.0060000000".
    public var price: String
    public var currency: String
    public var unit: String

    public init(
      serviceCode: String, attributes: [String: String], price: String, currency: String = "USD",
      unit: String = "Hrs"
    ) {
      self.serviceCode = serviceCode
      self.attributes = attributes
      self.price = price
      self.currency = currency
      self.unit = unit
    }

    /// An EC2 type for Linux on shared tenancy without software, as it is rented on demand.
    public static func linux(
      _ type: InstanceType, in region: Region, price: String, changing: [String: String] = [:]
    ) -> Product {
      let attributes = [
        "instanceType": type.rawValue, "regionCode": region.rawValue, "operatingSystem": "Linux",
        "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used",
        "servicecode": "AmazonEC2",
      ]
      return Product(
        serviceCode: "AmazonEC2", attributes: attributes.merging(changing) { _, new in new },
        price: price)
    }

    /// A SageMaker hosting instance.
    public static func hosting(_ type: InstanceType, in region: Region, price: String) -> Product {
      Product(
        serviceCode: "AmazonSageMaker",
        attributes: [
          "instanceName": type.rawValue, "regionCode": region.rawValue, "component": "Hosting",
          "servicecode": "AmazonSageMaker",
        ], price: price)
    }

    var document: FakeAppsJSON {
      let rate: FakeAppsJSON = [
        "unit": .text(unit), "beginRange": "0", "endRange": "Inf",
        "pricePerUnit": [currency: .text(price)].json,
      ]
      return [
        "product": [
          "attributes": attributes.mapValues { FakeAppsJSON.text($0) }.json, "sku": "SKU1",
        ],
        "serviceCode": .text(serviceCode),
        "terms": ["OnDemand": ["SKU1.T": ["priceDimensions": ["SKU1.T.D": rate], "sku": "SKU1"]]],
        "version": "20261120000000", "publicationDate": "2026-11-20T00:00:00Z",
      ]
    }
  }

  /// A spot price from a moment on.
  public struct SpotPrice: Sendable, Hashable {
    public var type: InstanceType
    public var zone: String
    public var price: String
    public var at: Timestamp
    public var product: String

    public init(
      _ type: InstanceType, zone: String, price: String, at: Timestamp,
      product: String = "Linux/UNIX"
    ) {
      self.type = type
      self.zone = zone
      self.price = price
      self.at = at
      self.product = product
    }

    var series: String { "\(type) \(zone) \(product)" }
  }
}

extension [String: FakeAppsJSON] {
  var json: FakeAppsJSON { .object(self) }
}
