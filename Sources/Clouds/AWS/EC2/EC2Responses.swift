import FleetModel

/// EC2 wraps every list in `<item>`; an empty element and no element are both an empty list.
struct EC2List<Item: Decodable & Sendable>: Decodable, Sendable {
  var item: [Item]?
  var items: [Item] { item ?? [] }
}

struct DescribeInstancesReply: Decodable, Sendable {
  var reservationSet: EC2List<Reservation>
  var nextToken: String?
  var requestId: String

  struct Reservation: Decodable, Sendable { var instancesSet: EC2List<EC2Instance>? }

  var instances: [EC2Instance] { reservationSet.items.flatMap { $0.instancesSet?.items ?? [] } }
}

struct RunInstancesReply: Decodable, Sendable {
  var instancesSet: EC2List<EC2Instance>
  var requestId: String
}

struct StateChangeReply: Decodable, Sendable {
  var instancesSet: EC2List<Change>
  var requestId: String

  struct Change: Decodable, Sendable {
    var instanceId: String
    var currentState: EC2Instance.State
  }
}

struct DescribeInstanceTypesReply: Decodable, Sendable {
  var instanceTypeSet: EC2List<Facts>
  var requestId: String

  struct Facts: Decodable, Sendable {
    var instanceType: String
    var gpuInfo: Accelerators?
    var instanceStorageInfo: Storage?
  }

  struct Accelerators: Decodable, Sendable { var gpus: EC2List<Accelerator>? }

  struct Accelerator: Decodable, Sendable {
    var count: Int?
    /// Of a share of a GPU, whose `count` is 0 (g6f: aws/karpenter-provider-aws#8324).
    var logicalGpuCount: Int?

    var devices: Int {
      if let count, count > 0 { return count }
      return max(0, logicalGpuCount ?? 0)
    }
  }

  struct Storage: Decodable, Sendable { var totalSizeInGB: Int? }

  /// What each type is; a type without gpuInfo has no GPU.
  var types: [InstanceType: EC2Type] {
    Dictionary(
      instanceTypeSet.items.map { facts in
        let devices = (facts.gpuInfo?.gpus?.items ?? []).map(\.devices)
        let store = facts.instanceStorageInfo?.totalSizeInGB.flatMap { $0 > 0 ? $0 : nil }
        let type = EC2Type(
          accelerators: devices.reduce(0, +), instanceStoreGigabytes: store)
        return (InstanceType(facts.instanceType), type)
      }, uniquingKeysWith: { first, _ in first })
  }
}

struct EC2Instance: Decodable, Sendable {
  var instanceId: String
  var instanceType: String
  var instanceState: State
  var launchTime: String
  var placement: Placement?
  var instanceLifecycle: String?
  var capacityReservationId: String?
  var privateIpAddress: String?
  /// "ebs" or "instance-store".
  var rootDeviceType: String?
  var `operator`: Operator?
  var tagSet: EC2List<Tag>?

  struct State: Decodable, Sendable { var name: String }
  struct Placement: Decodable, Sendable { var availabilityZone: String? }
  struct Tag: Decodable, Sendable {
    var key: String
    var value: String?
  }

  /// The service that manages the instance for its owner (EKS Auto Mode, ECS managed instances).
  struct Operator: Decodable, Sendable {
    var managed: Bool?
    var principal: String?
  }

  /// The node as the fleet knows it; nil when a state or time is not one we can read.
  func node(
    cloud: CloudName, region: Region, types: [InstanceType: EC2Type] = [:]
  ) -> Node? {
    guard let state = InstanceState(rawValue: instanceState.name),
      let launchedAt = Timestamp(rfc3339: launchTime)
    else { return nil }
    let type = types[InstanceType(instanceType)]
    return Node(
      id: NodeID(instanceId), cloud: cloud, region: region,
      zone: placement?.availabilityZone ?? "", type: InstanceType(instanceType),
      capacity: capacity, state: state, launchedAt: launchedAt, tags: tags,
      privateAddress: privateIpAddress, acceleratorCount: type?.accelerators,
      facts: facts(tags: tags, type: type))
  }

  var tags: [String: String] {
    Dictionary(
      (tagSet?.items ?? []).map { ($0.key, $0.value ?? "") },
      uniquingKeysWith: { first, _ in first })
  }

  private var capacity: CapacityType {
    if instanceLifecycle == "spot" { return .spot }
    if instanceLifecycle == "capacity-block" { return .reserved }
    return capacityReservationId.map { !$0.isEmpty } == true ? .reserved : .onDemand
  }
}
