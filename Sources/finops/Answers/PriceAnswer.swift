import CostModel
import FleetModel

/// One known price, as `finops prices list -o json` writes it.
struct PriceAnswer: Encodable {
  var cloud: String
  var type: String
  /// null: every region.
  var region: String?
  var capacity: String
  /// Dollars, all nine decimals.
  var hourly: String
  var stoppedHourly: String
  /// "built in", "price file" or "finops.yaml".
  var from: String
  var asOf: String
  var source: String

  init(_ price: Price, _ layer: PriceLayers.Layer) {
    cloud = price.cloud.rawValue
    type = price.type.rawValue
    region = price.region?.rawValue
    capacity = price.capacity.rawValue
    hourly = "\(price.hourly.perHour)"
    stoppedHourly = "\(price.stoppedHourly.perHour)"
    from = layer.rawValue
    asOf = price.asOf
    source = price.source
  }

  private enum CodingKeys: String, CodingKey {
    case cloud, type, region, capacity, hourly, stoppedHourly, from, asOf, source
  }

  /// A missing region is written as null, so that every object has the same keys.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(cloud, forKey: .cloud)
    try container.encode(type, forKey: .type)
    try container.encode(region, forKey: .region)
    try container.encode(capacity, forKey: .capacity)
    try container.encode(hourly, forKey: .hourly)
    try container.encode(stoppedHourly, forKey: .stoppedHourly)
    try container.encode(from, forKey: .from)
    try container.encode(asOf, forKey: .asOf)
    try container.encode(source, forKey: .source)
  }
}
