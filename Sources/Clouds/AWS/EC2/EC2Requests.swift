import FleetModel
import Planner

extension AWSCall {
  /// EC2 allows 5 to 1000 a page; large pages make few calls.
  static let pageSize = 1000

  /// All instances that carry all of these tags, terminated ones included while EC2 lists them.
  static func describeInstances(tags: [String: String], after token: String?) -> AWSCall {
    var parameters: [AWSParameter] = []
    for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
      parameters.append(AWSParameter("Filter.\(index + 1).Name", "tag:\(tag.key)"))
      parameters.append(AWSParameter("Filter.\(index + 1).Value.1", tag.value))
    }
    parameters.append(AWSParameter("MaxResults", String(pageSize)))
    if let token { parameters.append(AWSParameter("NextToken", token)) }
    return AWSCall("DescribeInstances", form: parameters)
  }

  /// One instance by its id; MaxResults is not allowed beside ids.
  static func describeInstance(_ node: NodeID) -> AWSCall {
    AWSCall("DescribeInstances", form: AWSParameter.list("InstanceId", [node.rawValue]))
  }

  /// At most 100 types a call. Never without names: unfiltered, moto answers 1,263 types in 6 s.
  static func describeInstanceTypes(_ types: [InstanceType]) -> AWSCall {
    AWSCall("DescribeInstanceTypes", form: AWSParameter.list("InstanceType", types.map(\.rawValue)))
  }

  /// One attribute of one instance: the call takes no more.
  static func describeAttribute(_ name: String, of node: NodeID) -> AWSCall {
    AWSCall(
      "DescribeInstanceAttribute",
      form: [AWSParameter("Attribute", name), AWSParameter("InstanceId", node.rawValue)])
  }

  static func startInstance(_ node: NodeID) -> AWSCall {
    AWSCall("StartInstances", .change, form: AWSParameter.list("InstanceId", [node.rawValue]))
  }

  static func stopInstance(_ node: NodeID) -> AWSCall {
    AWSCall("StopInstances", .change, form: AWSParameter.list("InstanceId", [node.rawValue]))
  }

  static func terminateInstance(_ node: NodeID) -> AWSCall {
    AWSCall("TerminateInstances", .change, form: AWSParameter.list("InstanceId", [node.rawValue]))
  }
}

extension AWSCall {
  /// Exactly one instance; `token` makes a repeat give the same one.
  static func runInstance(_ spec: LaunchSpec, token: String, tags: [String: String]) -> AWSCall {
    var parameters = [
      AWSParameter("ImageId", spec.image),
      AWSParameter("InstanceType", spec.type.rawValue),
      AWSParameter("MinCount", "1"),
      AWSParameter("MaxCount", "1"),
      AWSParameter("ClientToken", token),
    ]
    if let subnet = spec.subnet { parameters.append(AWSParameter("SubnetId", subnet)) }
    if let zone = spec.zone {
      parameters.append(AWSParameter("Placement.AvailabilityZone", zone))
    }
    parameters += market(spec.capacity)
    for (index, kind) in ["instance", "volume"].enumerated() {
      parameters += tagSpecification(index + 1, resource: kind, tags: tags)
    }
    return AWSCall("RunInstances", .make, form: parameters)
  }

  private static func market(_ capacity: CapacityType) -> [AWSParameter] {
    switch capacity {
    case .onDemand: []
    case .spot: [AWSParameter("InstanceMarketOptions.MarketType", "spot")]
    case .reserved:
      [
        AWSParameter(
          "CapacityReservationSpecification.CapacityReservationPreference",
          "capacity-reservations-only")
      ]
    }
  }

  static func tagSpecification(
    _ index: Int, resource: String, tags: [String: String]
  ) -> [AWSParameter] {
    let prefix = "TagSpecification.\(index)"
    var parameters = [AWSParameter("\(prefix).ResourceType", resource)]
    for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
      parameters.append(AWSParameter("\(prefix).Tag.\(index + 1).Key", tag.key))
      parameters.append(AWSParameter("\(prefix).Tag.\(index + 1).Value", tag.value))
    }
    return parameters
  }
}
