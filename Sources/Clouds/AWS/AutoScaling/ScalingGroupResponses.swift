import FleetModel

/// The Query services wrap every list in `<member>`; an empty element and none are both empty.
struct AWSMembers<Item: Decodable & Sendable>: Decodable, Sendable {
  var member: [Item]?
  var items: [Item] { member ?? [] }
}

/// What stands beside every result of a Query service.
struct AWSReceipt: Decodable, Sendable {
  var metadata: Metadata

  struct Metadata: Decodable, Sendable {
    var requestID: String
    enum CodingKeys: String, CodingKey { case requestID = "RequestId" }
  }

  enum CodingKeys: String, CodingKey { case metadata = "ResponseMetadata" }
}

struct DescribeGroupsReply: Decodable, Sendable {
  var result: Page

  struct Page: Decodable, Sendable {
    var groups: AWSMembers<ScalingGroup>
    var next: String?

    enum CodingKeys: String, CodingKey {
      case groups = "AutoScalingGroups"
      case next = "NextToken"
    }
  }

  enum CodingKeys: String, CodingKey { case result = "DescribeAutoScalingGroupsResult" }
}

struct ScalingGroup: Decodable, Sendable {
  var name: String
  var least: Int
  var most: Int
  var desired: Int
  /// Only while the group is being deleted.
  var status: String?
  /// What the number counts: "units", "vcpu" or "memory-mib"; absent for units.
  var desiredType: String?
  var mixed: Mixed?
  var instances: AWSMembers<Member>?
  var tags: AWSMembers<Tag>?

  enum CodingKeys: String, CodingKey {
    case name = "AutoScalingGroupName"
    case least = "MinSize"
    case most = "MaxSize"
    case desired = "DesiredCapacity"
    case status = "Status"
    case desiredType = "DesiredCapacityType"
    case mixed = "MixedInstancesPolicy"
    case instances = "Instances"
    case tags = "Tags"
  }

  struct Member: Decodable, Sendable {
    var id: String
    var type: String?
    var lifecycle: String
    var isProtected: Bool?

    enum CodingKeys: String, CodingKey {
      case id = "InstanceId"
      case type = "InstanceType"
      case lifecycle = "LifecycleState"
      case isProtected = "ProtectedFromScaleIn"
    }

    /// On its way out, "Terminating:Wait" among others; the group counts it no more.
    var isLeaving: Bool { lifecycle.hasPrefix("Terminat") || lifecycle.hasPrefix("Detach") }
  }

  struct Tag: Decodable, Sendable {
    var key: String
    var value: String?

    enum CodingKeys: String, CodingKey {
      case key = "Key"
      case value = "Value"
    }
  }

  var tagged: [String: String] {
    Dictionary(
      (tags?.items ?? []).map { ($0.key, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
  }

  /// nil when its numbers are not in order.
  func workload(
    cloud: CloudName, region: Region, policies: [ScalingPolicy]?
  ) -> Workload? {
    guard 0 <= least, least <= most, desired >= 0 else { return nil }
    let members = instances?.items ?? []
    let ready = members.count { $0.lifecycle == "InService" }
    let types = Set(members.compactMap(\.type))
    return Workload(
      id: WorkloadID(ScalingGroups.prefix + name), cloud: cloud, region: region, desired: desired,
      ready: ready, bounds: least...most, state: state(ready: ready, members: members.count),
      type: types.count == 1 ? types.first.map { InstanceType($0) } : nil, tags: tagged,
      numberOwner: numberOwner(policies))
  }

  private func state(ready: Int, members: Int) -> Workload.State {
    if status != nil { return .failed }
    if desired == 0, members == 0 { return .asleep }
    // Where the number counts something else, nobody knows how many machines it should be.
    let wanted = countsMachines ? desired : members
    return ready == wanted && members == wanted ? .running : .changing
  }
}
