import FleetModel
import Foundation

extension AWSService {
  /// pricing.2017-10-15.service-2.
  static let pricing = AWSService(
    "pricing", host: "api.pricing", .json(version: "1.1", target: "AWSPriceListService"))
}

/// The price list's one call, for the two kinds of machine that are priced here.
enum PriceListRequests {
  /// The most the list gives in a page.
  static let pageSize: Int64 = 100

  /// A type that begins with "ml." is SageMaker's, and priced as a hosting instance; every other is
  /// EC2's, for Linux without software on shared tenancy, as it is rented on demand.
  static func getProducts(
    _ type: InstanceType, in region: Region, after token: String?
  ) -> AWSCall {
    let isHosting = type.rawValue.hasPrefix("ml.")
    let own = isHosting ? hosting(type) : linux(type)
    let filters = (own + [("regionCode", region.rawValue)]).map { field, value -> AWSJSON in
      ["Type": "TERM_MATCH", "Field": .text(field), "Value": .text(value)]
    }
    var fields: [String: AWSJSON] = [
      "ServiceCode": isHosting ? "AmazonSageMaker" : "AmazonEC2", "Filters": .list(filters),
      "FormatVersion": "aws_v1", "MaxResults": .number(pageSize),
    ]
    if let token { fields["NextToken"] = .text(token) }
    return AWSCall("GetProducts", json: .object(fields))
  }

  private static func linux(_ type: InstanceType) -> [(String, String)] {
    [
      ("instanceType", type.rawValue), ("operatingSystem", "Linux"), ("tenancy", "Shared"),
      ("preInstalledSw", "NA"), ("capacitystatus", "Used"),
    ]
  }

  private static func hosting(_ type: InstanceType) -> [(String, String)] {
    [("instanceName", type.rawValue), ("component", "Hosting")]
  }

  /// The list is served from three regions and holds all of them; China has its own.
  static func home(of region: Region) -> Region {
    if region.rawValue.hasPrefix("cn-") { return "cn-northwest-1" }
    if region.rawValue.hasPrefix("eu-") { return "eu-central-1" }
    return region.rawValue.hasPrefix("ap-") ? "ap-south-1" : "us-east-1"
  }
}

struct ProductsReply: Decodable, Sendable {
  /// Each one a JSON document of its own, as a text.
  var items: [String]?
  var nextToken: String?

  enum CodingKeys: String, CodingKey {
    case items = "PriceList"
    case nextToken = "NextToken"
  }
}

/// One document of the price list.
struct ProductDocument: Decodable, Sendable {
  var product: Product
  var terms: Terms

  struct Product: Decodable, Sendable { var attributes: [String: String] }

  struct Terms: Decodable, Sendable {
    var onDemand: [String: Offer]?
    enum CodingKeys: String, CodingKey { case onDemand = "OnDemand" }
  }

  struct Offer: Decodable, Sendable { var priceDimensions: [String: Rate] }

  struct Rate: Decodable, Sendable {
    var unit: String
    var pricePerUnit: [String: String]
  }

  /// nil when the text is not such a document.
  init?(text: String) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      return nil
    }
    self = value
  }

  /// Every rate the document has on demand.
  var rates: [Rate] { (terms.onDemand ?? [:]).values.flatMap { $0.priceDimensions.values } }
}
