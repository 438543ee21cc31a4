import FleetModel
import Ports

@testable import Clouds

/// Everything of AWS's core that reads bytes of others; a fuzz test runs them all.
enum AWSParsers {
  static let parsers: [(name: String, parse: @Sendable ([UInt8]) -> Void)] = [
    ("aws.fault", { _ = AWSDocument.fault(in: HTTPResponse(status: 500, body: $0)) }),
    ("ec2.DescribeInstances", { nodes(AWSDocument.xml(DescribeInstancesReply.self, from: $0)) }),
    ("ec2.RunInstances", { _ = AWSDocument.xml(RunInstancesReply.self, from: $0) }),
    ("ec2.StateChange", { _ = AWSDocument.xml(StateChangeReply.self, from: $0) }),
    (
      "ec2.DescribeInstanceTypes",
      { _ = AWSDocument.xml(DescribeInstanceTypesReply.self, from: $0)?.types }
    ),
    (
      "ec2.DescribeInstanceAttribute",
      { _ = AWSDocument.xml(DescribeInstanceAttributeReply.self, from: $0) }
    ),
    ("ec2.CreateFleet", { _ = AWSDocument.xml(CreateFleetReply.self, from: $0)?.refusal }),
    ("autoscaling.DescribeAutoScalingGroups", groups),
    (
      "autoscaling.DescribePolicies",
      { _ = AWSDocument.xml(DescribePoliciesReply.self, from: $0)?.result.policies }
    ),
    (
      "autoscaling.DescribeAutoScalingInstances",
      { _ = AWSDocument.xml(DescribeMembersReply.self, from: $0)?.result.members }
    ),
    ("aws.receipt", { _ = AWSDocument.xml(AWSReceipt.self, from: $0) }),
    ("sts.AssumeRole", { _ = AWSDocument.xml(AssumedRoleReply.self, from: $0)?.issued(link: "") }),
    ("sts.GetCallerIdentity", { _ = AWSDocument.xml(CallerIdentityReply.self, from: $0) }),
    ("aws.keys", { _ = try? IssuedKeys.read($0)?.issued(link: "") }),
    ("aws.profiles", { _ = ProfileFile(String(decoding: $0, as: UTF8.self)).sections }),
    ("aws.words", { _ = IssuedKeys.words(of: String(decoding: $0, as: UTF8.self)) }),
  ]

  @Sendable private static func nodes(_ reply: DescribeInstancesReply?) {
    for instance in reply?.instances ?? [] { _ = instance.node(cloud: "aws", region: "r") }
  }

  @Sendable private static func groups(_ body: [UInt8]) {
    let reply = AWSDocument.xml(DescribeGroupsReply.self, from: body)
    for group in reply?.result.groups.items ?? [] {
      _ = group.workload(cloud: "aws", region: "r", policies: nil)
    }
  }
}
