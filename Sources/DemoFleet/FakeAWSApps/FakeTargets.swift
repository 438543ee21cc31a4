import FleetModel

/// Application Auto Scaling: registered targets and policies, without acting on them.
struct FakeTargets: Sendable {
  struct Target: Sendable {
    var id: String
    var dimension: String
    var bounds: ClosedRange<Int>
    var created: Timestamp
  }

  struct Policy: Sendable {
    var name: String
    var id: String
    var dimension: String
    var created: Timestamp
  }

  var region: String
  var targets: [Target] = []
  var policies: [Policy] = []
  var pageSize = 50

  static let dimensions: Set = [
    "sagemaker:variant:DesiredInstanceCount", "sagemaker:inference-component:DesiredCopyCount",
  ]

  mutating func answer(
    _ action: String, _ fields: inout FakeFields, at now: Timestamp
  ) throws(FakeRefusal) -> FakeAppsJSON {
    switch action {
    case "DescribeScalableTargets": return try describeTargets(&fields)
    case "DescribeScalingPolicies": return try describePolicies(&fields)
    case "RegisterScalableTarget": return try register(&fields, at: now)
    default:
      throw FakeRefusal(
        code: "UnknownOperationException", message: "The operation \(action) is not known.")
    }
  }

  private func describeTargets(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let dimension = try scope(&fields)
    let ids = try fields.list("ResourceIds")?.compactMap(\.text)
    let token = try fields.text("NextToken")
    try fields.end()
    let all = targets.filter { target in
      (ids?.contains(target.id) ?? true) && (dimension ?? target.dimension) == target.dimension
    }
    let page = try FakePage(
      of: all, size: pageSize, after: token, refusing: "InvalidNextTokenException")
    let items = page.items.map { target -> FakeAppsJSON in
      [
        "ServiceNamespace": "sagemaker", "ResourceId": .text(target.id),
        "ScalableDimension": .text(target.dimension),
        "MinCapacity": .number(Double(target.bounds.lowerBound)),
        "MaxCapacity": .number(Double(target.bounds.upperBound)),
        "RoleARN": "arn:aws:iam::111122223333:role/demo",
        "CreationTime": FakeEndpoints.time(target.created),
      ]
    }
    return FakeEndpoints.with(["ScalableTargets": .list(items)], page.next)
  }

  private func describePolicies(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let dimension = try scope(&fields)
    let id = try fields.text("ResourceId")
    let token = try fields.text("NextToken")
    try fields.end()
    let all = policies.filter { policy in
      (id ?? policy.id) == policy.id && (dimension ?? policy.dimension) == policy.dimension
    }
    let page = try FakePage(
      of: all, size: pageSize, after: token, refusing: "InvalidNextTokenException")
    let items = page.items.map { policy -> FakeAppsJSON in
      [
        "PolicyARN": .text(
          "arn:aws:autoscaling:\(region):111122223333:scalingPolicy:\(policy.name)"),
        "PolicyName": .text(policy.name), "ServiceNamespace": "sagemaker",
        "ResourceId": .text(policy.id), "ScalableDimension": .text(policy.dimension),
        "PolicyType": "TargetTrackingScaling", "CreationTime": FakeEndpoints.time(policy.created),
      ]
    }
    return FakeEndpoints.with(["ScalingPolicies": .list(items)], page.next)
  }

  private mutating func register(
    _ fields: inout FakeFields, at now: Timestamp
  ) throws(FakeRefusal) -> FakeAppsJSON {
    guard let dimension = try scope(&fields) else {
      throw .validation("ScalableDimension must not be null")
    }
    let id = try fields.needed("ResourceId")
    let (low, high) = (try fields.number("MinCapacity"), try fields.number("MaxCapacity"))
    try fields.end()
    let index = targets.firstIndex { $0.id == id && $0.dimension == dimension }
    let held = index.map { targets[$0].bounds }
    guard let low = low ?? held?.lowerBound, let high = high ?? held?.upperBound else {
      throw .validation("MinCapacity and MaxCapacity are needed for a new scalable target")
    }
    guard low <= high, low >= 0 else {
      throw .validation("Maximum capacity cannot be less than minimum capacity")
    }
    let target = Target(id: id, dimension: dimension, bounds: low...high, created: now)
    if let index { targets[index].bounds = low...high } else { targets.append(target) }
    return [
      "ScalableTargetARN":
        .text("arn:aws:application-autoscaling:\(region):111122223333:scalable-target/\(id)")
    ]
  }

  private func scope(_ fields: inout FakeFields) throws(FakeRefusal) -> String? {
    guard try fields.needed("ServiceNamespace") == "sagemaker" else {
      throw .validation("Unsupported service namespace")
    }
    let dimension = try fields.text("ScalableDimension")
    guard dimension.map(Self.dimensions.contains) ?? true else {
      throw .validation("Unsupported service namespace, resource type or scalable dimension")
    }
    return dimension
  }
}
