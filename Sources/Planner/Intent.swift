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
  /// Ask the pool's cloud for more replicas.
  case scaleUp = "scale-up"
  /// Ask the pool's cloud for fewer replicas; 0 is scale to zero.
  case scaleDown = "scale-down"
  /// Let the engine put its weights down (vLLM's sleep); the node stays and costs the same.
  case unload

  /// Takes capacity away; needs fresh evidence before every attempt.
  public var shrinks: Bool {
    switch self {
    case .stop, .terminate, .scaleDown, .unload: true
    case .keep, .start, .launch, .scaleUp: false
    }
  }

  /// Adds capacity, and so cost.
  public var grows: Bool { self == .start || self == .launch || self == .scaleUp }
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
