/// A machine as its cloud describes it at one moment.
public struct Node: Sendable, Hashable, Codable {
  public var id: NodeID
  public var cloud: CloudName
  public var region: Region
  public var zone: String
  public var type: InstanceType
  public var capacity: CapacityType
  public var state: InstanceState
  public var launchedAt: Timestamp
  /// The cloud's tags; ours begin with "finops-".
  public var tags: [String: String]
  public var privateAddress: String?
  /// How many accelerators the type has; nil when the cloud does not say. A node is idle only when
  /// all of these were heard, not all that the exporter happened to list.
  public var acceleratorCount: Int?
  /// What stands against ending the machine; nil: its cloud has not been asked, or says nothing.
  public var facts: NodeFacts?
  /// The machine it runs on, where another cloud lists and bills that; nil: it is the machine.
  public var billed: BilledMachine?

  public init(
    id: NodeID, cloud: CloudName, region: Region, zone: String = "", type: InstanceType,
    capacity: CapacityType = .onDemand, state: InstanceState, launchedAt: Timestamp,
    tags: [String: String] = [:], privateAddress: String? = nil, acceleratorCount: Int? = nil,
    facts: NodeFacts? = nil, billed: BilledMachine? = nil
  ) {
    self.billed = billed
    self.facts = facts
    self.id = id
    self.cloud = cloud
    self.region = region
    self.zone = zone
    self.type = type
    self.capacity = capacity
    self.state = state
    self.launchedAt = launchedAt
    self.tags = tags
    self.privateAddress = privateAddress
    self.acceleratorCount = acceleratorCount
  }
}

/// A machine as the cloud that sells it knows it.
public struct BilledMachine: Sendable, Hashable, Codable {
  public var cloud: CloudName
  public var id: NodeID

  public init(cloud: CloudName, id: NodeID) {
    self.cloud = cloud
    self.id = id
  }
}

extension Node {
  /// The cloud whose price list holds for it.
  public var billedBy: CloudName { billed?.cloud ?? cloud }

  /// How many physical accelerators it has: what its cloud says, else what its tag `finops-gpus`
  /// says; nil when neither says a number from 1 to 1,024.
  public var expectedAccelerators: Int? {
    if let count = acceleratorCount, count > 0 { return count }
    guard let tag = tags[Tag.accelerators], let count = Int(tag), (1...1024).contains(count) else {
      return nil
    }
    return count
  }
}

/// How the capacity is bought.
public enum CapacityType: String, Sendable, Hashable, Codable, CaseIterable {
  case onDemand = "on-demand"
  case spot
  case reserved
}

/// Where a machine is in its life; the names are EC2's.
public enum InstanceState: String, Sendable, Hashable, Codable, CaseIterable {
  case pending
  case running
  case stopping
  case stopped
  case shuttingDown = "shutting-down"
  case terminated

  /// The cloud bills compute in this state. `stopping` counts as billed until `stopped` has been
  /// seen, so that a saving is never claimed early.
  public var isBilled: Bool { self == .running || self == .stopping || self == .shuttingDown }

  /// Is there, or will be without anyone's doing.
  public var isLive: Bool { self == .running || self == .pending }
}

/// Our tags: lower case, digits and hyphens, because every cloud accepts those.
public enum Tag {
  /// The fleet a node belongs to. Nodes without it are seen and never acted on.
  public static let fleet = "finops-fleet"
  /// The token of the intent that made the node.
  public static let intent = "finops-intent"
  /// Where the node's metrics are: host:port.
  public static let target = "finops-target"
  /// Do not shrink: an RFC 3339 end ("2026-12-01T00:00:00Z") or "true".
  public static let protect = "finops-protect"
  /// Whom to tell of the node.
  public static let owner = "finops-owner"
  /// On a node of a cluster: the name its cluster's cloud has for the machine ("spec.providerID").
  public static let provider = "finops-provider-id"
  /// How many physical accelerators the machine has, where neither its cloud nor its type says:
  /// a whole number, "8".
  public static let accelerators = "finops-gpus"
  /// A person's word that what the node's exporter said at this moment (RFC 3339) is right, though
  /// it names other accelerators than before.
  public static let identity = "finops-identity"
  /// The pool the node belongs to.
  public static let pool = "finops-pool"
}
