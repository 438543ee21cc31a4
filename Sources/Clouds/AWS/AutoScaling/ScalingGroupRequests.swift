import FleetModel

extension AWSCall {
  /// DescribeAutoScalingGroups gives at most 100 a page.
  static let groupPage = 100

  /// Every group that carries this tag.
  static func describeGroups(tag key: String, value: String, after token: String?) -> AWSCall {
    var form = [
      AWSParameter("Filters.member.1.Name", "tag:\(key)"),
      AWSParameter("Filters.member.1.Values.member.1", value),
      AWSParameter("MaxRecords", String(groupPage)),
    ]
    if let token { form.append(AWSParameter("NextToken", token)) }
    return AWSCall("DescribeAutoScalingGroups", form: form)
  }

  static func describeGroup(_ name: String) -> AWSCall {
    AWSCall(
      "DescribeAutoScalingGroups",
      form: AWSParameter.members("AutoScalingGroupNames", [name]))
  }

  /// The scaling policies of one group, or of all of the region's for nil.
  static func describePolicies(of group: String?, after token: String?) -> AWSCall {
    var form = group.map { [AWSParameter("AutoScalingGroupName", $0)] } ?? []
    form.append(AWSParameter("MaxRecords", String(groupPage)))
    if let token { form.append(AWSParameter("NextToken", token)) }
    return AWSCall("DescribePolicies", form: form)
  }

  static func describeMember(_ node: NodeID) -> AWSCall {
    AWSCall(
      "DescribeAutoScalingInstances", form: AWSParameter.members("InstanceIds", [node.rawValue]))
  }

  /// At once, whatever cooldown the group has from an act before: the planner has its own.
  static func setDesiredCapacity(of group: String, to number: Int) -> AWSCall {
    AWSCall(
      "SetDesiredCapacity", .change,
      form: [
        AWSParameter("AutoScalingGroupName", group),
        AWSParameter("DesiredCapacity", String(number)), AWSParameter("HonorCooldown", "false"),
      ])
  }

  /// Without the decrement the group would replace it.
  static func terminateMember(_ node: NodeID) -> AWSCall {
    AWSCall(
      "TerminateInstanceInAutoScalingGroup", .change,
      form: [
        AWSParameter("InstanceId", node.rawValue),
        AWSParameter("ShouldDecrementDesiredCapacity", "true"),
      ])
  }
}
