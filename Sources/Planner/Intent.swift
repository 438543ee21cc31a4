public import FleetModel

/// What should become of a node.
public enum Intent: String, Sendable, Hashable, Codable, CaseIterable {
  case keep
  /// Switch off, disks kept; can be started again.
  case stop
  /// Switch on a stopped node.
  case start
  /// Give back for good.
  case terminate
  /// Make a new node.
  case launch

  /// Takes capacity away; needs a fresh idle proof before every attempt.
  public var shrinks: Bool { self == .stop || self == .terminate }
}

/// What is needed to make a node; the same values give the same request bytes.
public struct LaunchSpec: Sendable, Hashable, Codable {
  public var cloud: CloudName
  public var region: Region
  public var zone: String?
  public var type: InstanceType
  public var capacity: CapacityType
  /// The machine image, "ami-…".
  public var image: String
  public var subnet: String?

  public init(
    cloud: CloudName, region: Region, zone: String? = nil, type: InstanceType,
    capacity: CapacityType = .onDemand, image: String, subnet: String? = nil
  ) {
    self.cloud = cloud
    self.region = region
    self.zone = zone
    self.type = type
    self.capacity = capacity
    self.image = image
    self.subnet = subnet
  }
}
