import Planner

extension CloudCapabilities {
  /// EC2 instances and Auto Scaling groups of one account.
  public static let aws = CloudCapabilities(
    name: "aws",
    acts: [
      .launch: .can(
        note: "RunInstances, or CreateFleet for spot without a zone; the same ClientToken gives "
          + "the same instance"),
      .start: .can(note: "the capacity is not kept while stopped: a start can be refused"),
      .stop: .can(
        note: "EBS disks stay and are billed, instance store is erased; a spot machine, a member "
          + "of a group and what another controller owns are never stopped"),
      .terminate: .can(
        note: "for good; disks marked DeleteOnTermination go with it; a member leaves through its "
          + "group, whose number sinks by one, where a pool names that group"),
      .scaleUp: .can(
        note: "the number of an Auto Scaling group, within its bounds; not where a scaling policy "
          + "sets it, or it counts something other than machines"),
      .scaleDown: .can(
        note: "the number of an Auto Scaling group, within its bounds; the group chooses which "
          + "machine goes, so terminate the idle one instead where it is known"),
      .keep: .cannot(reason: "to keep a node nothing is sent"),
      .unload: .cannot(reason: "EC2 does not reach into the engine on an instance"),
    ],
    permissions: awsPermissions + awsAppsPermissions,
    idempotency: [
      .launch: .token(field: "ClientToken"), .start: .absolute, .stop: .absolute,
      .terminate: .absolute, .scaleUp: .absolute, .scaleDown: .absolute,
    ],
    policy: AWSPolicy.document)

  private static let awsPermissions: [Permission] = [
    Permission(
      "ec2:DescribeInstances", calls: ["ec2:DescribeInstances"], reason: "lists the fleet"),
    Permission(
      "ec2:DescribeInstanceTypes", calls: ["ec2:DescribeInstanceTypes"],
      reason: "counts GPUs, and knows what instance store a stop would erase"),
    Permission(
      "ec2:DescribeInstanceAttribute", calls: ["ec2:DescribeInstanceAttribute"],
      reason: "sees stop and termination protection before an act; without it EC2 refuses"),
    Permission(
      "autoscaling:DescribeAutoScalingGroups", calls: ["autoscaling:DescribeAutoScalingGroups"],
      reason: "lists the groups and their machines"),
    Permission(
      "autoscaling:DescribeAutoScalingInstances",
      calls: ["autoscaling:DescribeAutoScalingInstances"],
      reason: "sees whether a member is protected from scale-in"),
    Permission(
      "autoscaling:DescribePolicies", calls: ["autoscaling:DescribePolicies"],
      reason: "leaves groups alone whose own policies set their number; without it, all"),
    Permission(
      "sts:GetCallerIdentity", calls: ["sts:GetCallerIdentity"],
      reason: "says who the credentials are; always allowed"),
    Permission(
      "sts:AssumeRole", calls: ["sts:AssumeRole"],
      reason: "only where a profile names a role_arn; on that role, and the role has to trust us"),
    Permission(
      "sts:AssumeRoleWithWebIdentity", calls: ["sts:AssumeRoleWithWebIdentity"],
      reason: "only with a web identity token; it is the role that has to trust the token's issuer"),
    act("ec2:RunInstances", ["ec2:RunInstances", "ec2:CreateFleet"], "launches"),
    act("ec2:CreateFleet", ["ec2:CreateFleet"], "launches spot machines that name no zone"),
    act("ec2:CreateTags", ["ec2:RunInstances", "ec2:CreateFleet"], "tags what it launches"),
    act("ec2:StartInstances", ["ec2:StartInstances"], "starts"),
    act("ec2:StopInstances", ["ec2:StopInstances"], "stops"),
    act("ec2:TerminateInstances", ["ec2:TerminateInstances"], "gives back"),
    act(
      "autoscaling:SetDesiredCapacity", ["autoscaling:SetDesiredCapacity"],
      "asks a group for a number of machines"),
    act(
      "autoscaling:TerminateInstanceInAutoScalingGroup",
      ["autoscaling:TerminateInstanceInAutoScalingGroup"], "gives back a member of a group"),
  ]

  private static func act(_ name: String, _ calls: [String], _ reason: String) -> Permission {
    Permission(name, calls: calls, acts: true, reason: reason)
  }
}
