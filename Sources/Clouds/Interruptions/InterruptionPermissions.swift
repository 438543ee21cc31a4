import Planner

extension Permission {
  /// What the paths of AWS need: the queue's two on the queue, the lists' on everything (EC2 has no
  /// narrower grant for them). The metadata service needs none.
  public static let awsInterruptions: [Permission] = [
    Permission(
      "sqs:ReceiveMessage", calls: ["sqs:ReceiveMessage"],
      reason: "hears that instances are taken back, from a queue EventBridge fills"),
    Permission(
      "sqs:DeleteMessage", calls: ["sqs:DeleteMessageBatch"],
      reason: "takes notices that are recorded off the queue"),
    Permission(
      "ec2:DescribeSpotInstanceRequests", calls: ["ec2:DescribeSpotInstanceRequests"],
      reason: "sees spot instances that are being taken back, where there is no queue"),
    Permission(
      "ec2:DescribeInstances", calls: ["ec2:DescribeInstances"],
      reason: "sees instances that EC2 ended itself"),
    Permission(
      "ec2:DescribeInstanceStatus", calls: ["ec2:DescribeInstanceStatus"],
      reason: "sees scheduled maintenance"),
  ]

  /// What the sweep over Compute Engine's operations needs; the metadata server needs none.
  public static let gcpInterruptions: [Permission] = [
    Permission(
      "compute.zoneOperations.list", calls: ["compute.zoneOperations.list"],
      reason: "sees instances that were preempted or ended by maintenance")
  ]
}

extension CloudCapabilities {
  /// What only its notices of interruptions need, where those paths are used.
  public var noticePermissions: [Permission] {
    switch name {
    case "aws": Permission.awsInterruptions
    case "gcp": Permission.gcpInterruptions
    default: []
    }
  }

  /// Everything the program can need here, its notices included; sorted, each name once.
  public func everyPermission(forActing acting: Bool) -> [Permission] {
    var seen: Set<String> = []
    return (permissions(forActing: acting) + noticePermissions)
      .filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
  }
}
