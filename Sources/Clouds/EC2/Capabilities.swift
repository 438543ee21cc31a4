import Planner

extension CloudCapabilities {
  /// EC2 instances outside an Auto Scaling group. A member of a group must not be terminated
  /// directly: the group replaces it (CLOUDS 1.5).
  public static let ec2 = CloudCapabilities(
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
      "ec2:DescribeInstances", "ec2:DescribeInstanceTypes", "ec2:RunInstances", "ec2:CreateTags",
      "ec2:StartInstances", "ec2:StopInstances", "ec2:TerminateInstances",
    ])
}
