import Planner

extension CloudCapabilities {
  /// EC2 instances outside an Auto Scaling group. A member of a group must not be terminated
  /// directly: the group replaces it (CLOUDS 1.5).
  public static let aws = CloudCapabilities(
    name: "aws",
    acts: [
      .launch: .can(note: "RunInstances; the same ClientToken gives the same instance"),
      .start: .can(note: "the capacity is not kept while stopped: a start can be refused"),
      .stop: .can(
        note: "disks stay and are billed; a one-time spot request can not be stopped"),
      .terminate: .can(note: "for good; disks marked DeleteOnTermination go with it"),
      .keep: .cannot(reason: "to keep a node nothing is sent"),
      .scaleUp: .cannot(reason: "instances are launched one by one, not as a number of replicas"),
      .scaleDown: .cannot(reason: "instances are stopped one by one, not as a number of replicas"),
      .unload: .cannot(reason: "EC2 does not reach into the engine on an instance"),
    ],
    permissions: [
      Permission(
        "ec2:DescribeInstances", calls: ["ec2:DescribeInstances"], reason: "lists the fleet"),
      Permission(
        "ec2:DescribeInstanceTypes", calls: ["ec2:DescribeInstanceTypes"], reason: "counts GPUs"),
      Permission("ec2:RunInstances", calls: ["ec2:RunInstances"], acts: true, reason: "launches"),
      Permission(
        "ec2:CreateTags", calls: ["ec2:RunInstances"], acts: true, reason: "tags what it launches"),
      Permission("ec2:StartInstances", calls: ["ec2:StartInstances"], acts: true, reason: "starts"),
      Permission("ec2:StopInstances", calls: ["ec2:StopInstances"], acts: true, reason: "stops"),
      Permission(
        "ec2:TerminateInstances", calls: ["ec2:TerminateInstances"], acts: true,
        reason: "gives back"),
    ],
    idempotency: [
      .launch: .token(field: "ClientToken"), .start: .absolute, .stop: .absolute,
      .terminate: .absolute,
    ],
    policy: { permissions in permissions.map(\.name).joined(separator: "\n") })
}
