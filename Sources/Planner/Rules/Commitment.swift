public import FleetModel

/// Capacity that is paid for whether it is used or not: reserved instances, savings plans, capacity
/// reservations.
public struct Commitment: Sendable, Hashable, Codable {
  public var name: String
  public var cloud: CloudName
  /// nil: any type (a savings plan counts in money, not in machines).
  public var type: InstanceType?
  public var region: Region?
  /// Machines it covers.
  public var count: Int
  /// What each costs an hour, used or not.
  public var hourly: HourlyRate
  public var until: Timestamp?

  public init(
    name: String, cloud: CloudName, type: InstanceType? = nil, region: Region? = nil, count: Int,
    hourly: HourlyRate, until: Timestamp? = nil
  ) {
    self.name = name
    self.cloud = cloud
    self.type = type
    self.region = region
    self.count = count
    self.hourly = hourly
    self.until = until
  }

  /// It covers machines like this one at this moment.
  public func covers(_ node: Node, at moment: Timestamp) -> Bool {
    cloud == node.cloud && (type ?? node.type) == node.type
      && (region ?? node.region) == node.region
      && node.capacity != .spot && until.map { moment < $0 } ?? true
  }
}
