import FleetModel

extension FakeRegion {
  mutating func answerScaling(
    _ action: String, _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    switch action {
    case "DescribeAutoScalingGroups": return try describeGroups(&form, at: now)
    case "DescribePolicies": return try describePolicies(&form)
    case "DescribeAutoScalingInstances": return try describeMembers(&form, at: now)
    case "SetDesiredCapacity":
      try setDesired(&form)
      return []
    case "TerminateInstanceInAutoScalingGroup": return try terminateMember(&form, at: now)
    default: throw Self.noSuch(action)
    }
  }

  private func describeGroups(
    _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let names = form.list("AutoScalingGroupNames.member")
    let size = form.take("MaxRecords").map { Int($0) ?? 0 } ?? 50
    let token = form.take("NextToken")
    var found = groups.values.filter { names.isEmpty || names.contains($0.name) }
    for filter in groupFilters(&form) {
      let kept = try found.map { group throws(Refusal) in try Self.matches(group, filter) }
      found = zip(found, kept).filter(\.1).map(\.0)
    }
    try leaveNothing(form)
    guard (1...100).contains(size) else {
      throw Self.invalid("MaxRecords must be between 1 and 100")
    }
    guard token?.hasPrefix("after.") ?? true else {
      throw Refusal(code: "InvalidNextToken", message: "The token '\(token ?? "")' is invalid")
    }
    let start = token.map { String($0.dropFirst("after.".count)) } ?? ""
    let rest = found.filter { $0.name > start }.sorted { $0.name < $1.name }
    let page = rest.prefix(size)
    var answer = [
      FakeXML.members("AutoScalingGroups", page.map { describe($0, at: now) })
    ]
    if rest.count > page.count, let last = page.last {
      answer.append(FakeXML("NextToken", "after." + last.name))
    }
    return answer
  }

  private func groupFilters(_ form: inout FakeForm) -> [Filter] {
    var filters: [Filter] = []
    while let name = form.take("Filters.member.\(filters.count + 1).Name") {
      let values = form.list("Filters.member.\(filters.count + 1).Values.member")
      filters.append(Filter(name: name, values: values))
    }
    return filters
  }

  private static func matches(_ group: FakeGroup, _ filter: Filter) throws(Refusal) -> Bool {
    switch filter.name {
    case "tag-key": return filter.values.contains { group.tags[$0] != nil }
    case "tag-value": return filter.values.contains { group.tags.values.contains($0) }
    case let name where name.hasPrefix("tag:"):
      return group.tags[String(name.dropFirst(4))].map { filter.values.contains($0) } ?? false
    default: throw invalid("Filter type \(filter.name) is not correct.")
    }
  }

  private func describe(_ group: FakeGroup, at now: Timestamp) -> [FakeXML] {
    let members = group.members.compactMap { instances[$0] }.map {
      member($0, of: group, at: now)
    }
    let tags = group.tags.sorted { $0.key < $1.key }.map { tag in
      [
        FakeXML("ResourceId", group.name), FakeXML("ResourceType", "auto-scaling-group"),
        FakeXML("Key", tag.key), FakeXML("Value", tag.value), FakeXML("PropagateAtLaunch", "true"),
      ]
    }
    return [
      FakeXML("AutoScalingGroupName", group.name),
      FakeXML("MinSize", String(group.bounds.lowerBound)),
      FakeXML("MaxSize", String(group.bounds.upperBound)),
      FakeXML("DesiredCapacity", String(group.desired)), FakeXML("DefaultCooldown", "300"),
      FakeXML.members("AvailabilityZones", texts: group.zones), FakeXML("HealthCheckType", "EC2"),
      FakeXML.members("Instances", members), FakeXML("CreatedTime", "\(group.createdAt)"),
      FakeXML.members("Tags", tags),
    ] + Self.unit(of: group)
  }

  private static func unit(of group: FakeGroup) -> [FakeXML] {
    let type = group.desiredType.map { [FakeXML("DesiredCapacityType", $0)] } ?? []
    guard !group.weights.isEmpty else { return type }
    let overrides = group.weights.sorted { $0.key < $1.key }.map {
      [FakeXML("InstanceType", $0.key), FakeXML("WeightedCapacity", String($0.value))]
    }
    let template = FakeXML("LaunchTemplate", [FakeXML.members("Overrides", overrides)])
    return type + [FakeXML("MixedInstancesPolicy", [template])]
  }

  private func member(
    _ instance: FakeInstance, of group: FakeGroup, at now: Timestamp
  ) -> [FakeXML] {
    [
      FakeXML("InstanceId", instance.id), FakeXML("InstanceType", instance.type),
      FakeXML("AvailabilityZone", instance.zone),
      FakeXML("LifecycleState", instance.state(at: now) == .running ? "InService" : "Pending"),
      FakeXML("HealthStatus", "Healthy"),
      FakeXML("ProtectedFromScaleIn", "\(group.protected.contains(instance.id))"),
    ]
  }

  private func describeMembers(
    _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let ids = form.list("InstanceIds.member")
    _ = form.take("MaxRecords")
    try leaveNothing(form)
    guard ids.count <= 50 else { throw Self.invalid("At most 50 ids may be asked for") }
    let found = groups.values.sorted { $0.name < $1.name }.flatMap { group in
      group.members.filter { ids.isEmpty || ids.contains($0) }.compactMap { instances[$0] }
        .map {
          member($0, of: group, at: now) + [FakeXML("AutoScalingGroupName", group.name)]
        }
    }
    return [FakeXML.members("AutoScalingInstances", found)]
  }

  private func describePolicies(_ form: inout FakeForm) throws(Refusal) -> [FakeXML] {
    let name = form.take("AutoScalingGroupName")
    _ = form.take("MaxRecords")
    try leaveNothing(form)
    let policies = groups.values.filter { name == nil || name == $0.name }
      .sorted { $0.name < $1.name }.flatMap { group in
        group.policies.sorted { $0.key < $1.key }.map { policy in
          [
            FakeXML("AutoScalingGroupName", group.name), FakeXML("PolicyName", policy.key),
            FakeXML("PolicyType", "TargetTrackingScaling"), FakeXML("Enabled", "\(policy.value)"),
          ]
        }
      }
    return [FakeXML.members("ScalingPolicies", policies)]
  }

  private mutating func setDesired(_ form: inout FakeForm) throws(Refusal) {
    let name = form.take("AutoScalingGroupName") ?? ""
    let number = form.take("DesiredCapacity").flatMap { Int($0) }
    let cooldown = form.take("HonorCooldown")
    try leaveNothing(form)
    guard let bounds = groups[name]?.bounds else {
      throw Self.invalid(
        "AutoScalingGroup name not found - AutoScalingGroup \(name) not found")
    }
    guard let number, [nil, "true", "false"].contains(cooldown) else {
      throw Self.invalid("DesiredCapacity or HonorCooldown can not be read")
    }
    guard number <= bounds.upperBound else {
      throw Self.invalid(
        "New SetDesiredCapacity value \(number) is above max value \(bounds.upperBound) for the "
          + "AutoScalingGroup.")
    }
    guard number >= bounds.lowerBound else {
      throw Self.invalid(
        "New SetDesiredCapacity value \(number) is below min value \(bounds.lowerBound) for the "
          + "AutoScalingGroup.")
    }
    groups[name]?.desired = number
  }

  private mutating func terminateMember(
    _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let id = form.take("InstanceId") ?? ""
    let decrement = form.take("ShouldDecrementDesiredCapacity")
    try leaveNothing(form)
    guard let decrement = decrement.flatMap({ Bool($0) }) else {
      throw Self.invalid("ShouldDecrementDesiredCapacity is not there")
    }
    guard var group = groups.values.first(where: { $0.members.contains(id) }),
      let instance = instances[id]
    else {
      throw Self.invalid(
        "Instance Id not found - No managed instance found for instance ID: \(id)")
    }
    if decrement {
      guard group.desired > group.bounds.lowerBound else {
        throw Self.invalid(
          "Currently, desiredSize equals minSize (\(group.bounds.lowerBound)). Terminating instance "
            + "without replacement will violate group's min size constraint. Either set "
            + "shouldDecrementDesiredCapacity flag to false or lower group's min size.")
      }
      group.desired -= 1
    }
    group.members.removeAll { $0 == id }
    groups[group.name] = group
    terminate(instance, at: now)
    made += 1
    return [
      FakeXML(
        "Activity",
        [
          FakeXML("ActivityId", "activity-\(made)"),
          FakeXML("AutoScalingGroupName", group.name),
          FakeXML("Cause", "instance \(id) was taken out of service in response to a user request"),
          FakeXML("StartTime", "\(now)"), FakeXML("StatusCode", "InProgress"),
          FakeXML("Progress", "0"),
        ])
    ]
  }
}
