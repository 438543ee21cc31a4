public import FleetModel

/// What an hour of each machine type costs, with where each price comes from.
public struct PriceBook: Sendable, Hashable, Codable {
  private var entries: [Key: Price] = [:]

  public init(_ prices: [Price] = []) { for price in prices { set(price) } }

  /// Later prices replace earlier ones of the same cloud, type, region and capacity.
  public mutating func set(_ price: Price) {
    entries[Key(price.cloud, price.type, price.region, price.capacity)] = price
  }

  /// The price of a node: for its region, else one given for every region of its cloud; nil when
  /// none is known. A missing price is said, never taken as zero.
  public func price(of node: Node) -> Price? {
    price(of: node.type, on: node.billedBy, in: node.region, node.capacity)
  }

  /// The price of a machine that may not be there yet; the same rule as for a node.
  public func price(
    of type: InstanceType, on cloud: CloudName, in region: Region, _ capacity: CapacityType
  ) -> Price? {
    entries[Key(cloud, type, region, capacity)] ?? entries[Key(cloud, type, nil, capacity)]
  }

  public var prices: [Price] {
    entries.values.sorted {
      ($0.cloud, $0.type, $0.region?.rawValue ?? "", $0.capacity.rawValue)
        < ($1.cloud, $1.type, $1.region?.rawValue ?? "", $1.capacity.rawValue)
    }
  }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([Price].self))
  }

  /// A sorted list: the same book is the same text, so that it has one digest.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(prices)
  }

  private struct Key: Hashable, Sendable {
    var cloud: CloudName
    var type: InstanceType
    var region: Region?
    var capacity: CapacityType

    init(_ cloud: CloudName, _ type: InstanceType, _ region: Region?, _ capacity: CapacityType) {
      self.cloud = cloud
      self.type = type
      self.region = region
      self.capacity = capacity
    }
  }
}

/// One price, and why it is believed.
public struct Price: Sendable, Hashable, Codable {
  public var cloud: CloudName
  public var type: InstanceType
  /// nil: the same in every region.
  public var region: Region?
  public var capacity: CapacityType
  public var hourly: HourlyRate
  /// What a stopped node of this type still costs an hour (disks).
  public var stoppedHourly: HourlyRate
  /// "finops.yaml", "AWS price list".
  public var source: String
  /// RFC 3339 date the price was read at its source.
  public var asOf: String

  public init(
    cloud: CloudName, type: InstanceType, region: Region? = nil,
    capacity: CapacityType = .onDemand, hourly: HourlyRate, stoppedHourly: HourlyRate = .zero,
    source: String, asOf: String
  ) {
    self.cloud = cloud
    self.type = type
    self.region = region
    self.capacity = capacity
    self.hourly = hourly
    self.stoppedHourly = stoppedHourly
    self.source = source
    self.asOf = asOf
  }
}
