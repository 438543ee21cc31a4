public import FleetModel
import Synchronization

/// The price catalogue of the Cloud Billing API: one service, Compute Engine.
struct FakeGCPCatalogue: Sendable {
  var skus: [FakeGCP.SKU] = FakeGCP.SKU.standard
  /// Google's id of Compute Engine in the catalogue.
  static let path = "/v1/services/6F81-5844-456A/skus"

  static func isAsked(_ asked: LoopbackServer.Asked) -> Bool { asked.path == path }

  func answer(_ asked: LoopbackServer.Asked) throws(GCPRefusal) -> GCPJSON {
    guard asked.method == "GET" else {
      throw GCPRefusal(405, "httpMethodNotAllowed", "Method Not Allowed")
    }
    var query: [String: String] = [:]
    let known: Set = ["currencyCode", "endTime", "pageSize", "pageToken", "startTime"]
    for (name, value) in GCPAsked.query(asked.query) {
      guard known.contains(name) || GCPRoute.common.contains(name) else {
        throw .invalid(
          "Invalid JSON payload received. Unknown name \"\(name)\": Cannot bind query parameter.")
      }
      query[name] = value
    }
    let size = query["pageSize"].flatMap { Int($0) } ?? 5000
    guard (1...5000).contains(size) else { throw .invalid("pageSize must be 1 to 5000") }
    let start = query["pageToken"].flatMap { Int($0) } ?? 0
    guard skus.indices.contains(start) || start == 0 else { throw .invalid("Invalid pageToken") }
    let page = skus[start...].prefix(size)
    return [
      "skus": .list(page.map(\.json)),
      "nextPageToken": .string(page.endIndex < skus.endIndex ? "\(page.endIndex)" : ""),
    ]
  }
}

extension FakeGCP {
  /// One priced thing of the catalogue.
  public struct SKU: Sendable, Hashable {
    public var description: String
    /// "OnDemand", "Preemptible", "Commit1Yr".
    public var usage: String
    public var regions: [String]
    /// "h" or "GiBy.h".
    public var unit: String
    public var price: Money

    public init(
      _ description: String, usage: String = "OnDemand", regions: [String] = ["us-central1"],
      unit: String = "h", price: Money
    ) {
      self.description = description
      self.usage = usage
      self.regions = regions
      self.unit = unit
      self.price = price
    }

    /// A few made-up prices, in the catalogue's words.
    public static let standard: [SKU] = [
      SKU("G2 Instance Core running in Americas", price: Money(nanos: 24_988_000)),
      SKU("G2 Instance Ram running in Americas", unit: "GiBy.h", price: Money(nanos: 2_927_000)),
      SKU("Nvidia L4 GPU running in Americas", price: Money(nanos: 560_000_000)),
      SKU("A2 Instance Core running in Americas", price: Money(nanos: 31_611_000)),
      SKU("A2 Instance Ram running in Americas", unit: "GiBy.h", price: Money(nanos: 4_237_000)),
      SKU("Nvidia Tesla A100 GPU running in Americas", price: Money(nanos: 2_934_000_000)),
      SKU("N1 Predefined Instance Core running in Americas", price: Money(nanos: 31_611_000)),
      SKU(
        "N1 Predefined Instance Ram running in Americas", unit: "GiBy.h",
        price: Money(nanos: 4_237_000)),
      SKU("Nvidia Tesla T4 GPU running in Americas", price: Money(nanos: 350_000_000)),
      SKU(
        "Spot Preemptible G2 Instance Core running in Americas", usage: "Preemptible",
        price: Money(nanos: 10_000_000)),
      SKU(
        "Spot Preemptible G2 Instance Ram running in Americas", usage: "Preemptible",
        unit: "GiBy.h", price: Money(nanos: 1_000_000)),
      SKU(
        "Spot Preemptible Nvidia L4 GPU running in Americas", usage: "Preemptible",
        price: Money(nanos: 200_000_000)),
      SKU(
        "Commitment v1: Nvidia L4 GPU running in Americas for 1 Year", usage: "Commit1Yr",
        price: Money(nanos: 300_000_000)),
    ]

    var json: GCPJSON {
      let whole = price.nanos / 1_000_000_000
      let rate: GCPJSON = [
        "startUsageAmount": 0,
        "unitPrice": [
          "currencyCode": "USD", "units": .string("\(whole)"),
          "nanos": .int(Int(price.nanos - whole * 1_000_000_000)),
        ],
      ]
      let id = "\(description) \(regions)".utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) }
      return [
        "name": .string("services/6F81-5844-456A/skus/\(String(id, radix: 16).uppercased())"),
        "skuId": .string(String(id, radix: 16).uppercased()), "description": .string(description),
        "category": [
          "serviceDisplayName": "Compute Engine", "resourceFamily": "Compute",
          "resourceGroup": .string(description.contains("GPU") ? "GPU" : "CPU"),
          "usageType": .string(usage),
        ],
        "serviceRegions": .list(regions.map { .string($0) }), "serviceProviderName": "Google",
        "pricingInfo": [
          [
            "summary": "", "currencyConversionRate": 1, "effectiveTime": "2026-11-20T09:00:00.000Z",
            "pricingExpression": [
              "usageUnit": .string(unit), "displayQuantity": 1, "tieredRates": [rate],
            ],
          ]
        ],
        "geoTaxonomy": ["type": "REGIONAL", "regions": .list(regions.map { .string($0) })],
      ]
    }
  }

  /// The catalogue from now on.
  public func setCatalogue(_ skus: [SKU]) { state.withLock { $0.catalogue.skus = skus } }
}
