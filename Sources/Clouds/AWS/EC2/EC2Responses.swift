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
  }

  struct Accelerators: Decodable, Sendable { var gpus: EC2List<Accelerator>? }
  struct Accelerator: Decodable, Sendable { var count: Int? }

  /// The GPUs of each type; a type without gpuInfo has none.
  var counts: [InstanceType: Int] {
    Dictionary(
      instanceTypeSet.items.map { facts in
        let counts = (facts.gpuInfo?.gpus?.items ?? []).map { $0.count ?? 0 }
        return (InstanceType(facts.instanceType), counts.reduce(0, +))
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
  var tagSet: EC2List<Tag>?

  struct State: Decodable, Sendable { var name: String }
  struct Placement: Decodable, Sendable { var availabilityZone: String? }
  struct Tag: Decodable, Sendable {
    var key: String
    var value: String?
  }

  /// The node as the fleet knows it; nil when a state or time is not one we can read.
  func node(cloud: CloudName, region: Region) -> Node? {
    guard let state = InstanceState(rawValue: instanceState.name),
      let launchedAt = Timestamp(rfc3339: launchTime)
    else { return nil }
    return Node(
      id: NodeID(instanceId), cloud: cloud, region: region,
      zone: placement?.availabilityZone ?? "", type: InstanceType(instanceType),
      capacity: capacity, state: state, launchedAt: launchedAt,
      tags: Dictionary(
        (tagSet?.items ?? []).map { ($0.key, $0.value ?? "") },
        uniquingKeysWith: { first, _ in first }),
      privateAddress: privateIpAddress)
  }

  private var capacity: CapacityType {
    if instanceLifecycle == "spot" { return .spot }
    if instanceLifecycle == "capacity-block" { return .reserved }
    return capacityReservationId.map { !$0.isEmpty } == true ? .reserved : .onDemand
  }
}
