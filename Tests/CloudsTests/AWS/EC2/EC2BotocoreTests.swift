import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Our bytes against those of AWS's own client for the same requests.
@Suite struct EC2BotocoreTests {
  @Test(
    .enabled(if: PythonJudge.has("botocore"), "botocore is not installed"), .timeLimit(.minutes(2)))
  func `Every kind of request has the fields botocore writes`() async throws {
    let script = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/serialize.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path], input: Self.asked, limit: 60)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let theirs = outcome.output.split(separator: "\n").map { Set($0.split(separator: "&")) }
    let ours = await Self.ours().map { Set($0.split(separator: "&")) }
    #expect(ours.count == theirs.count)
    for (our, their) in zip(ours, theirs) {
      #expect(our == their, "\(our.symmetricDifference(their))")
    }
  }

  /// The bodies the actuator sends, in the order of `asked`.
  private static func ours() async -> [String] {
    let transport = ScriptedTransport([
      .page([], next: "a+b/c=="), .page([]), .page(["i-1"]), .types([]), .xml(attribute),
      .xml(attribute),
    ])
    let actuator = actuator(transport)
    _ = try? await actuator.inventory()
    _ = try? await actuator.observe("i-1")
    for intent in [Intent.start, .stop, .terminate] {
      _ = try? await actuator.carryOut(Action(token: "t", intent: intent, node: "i-1"))
    }
    for capacity in CapacityType.allCases {
      var spec = launchSpec
      spec.capacity = capacity
      if capacity == .spot { spec.subnet = "subnet-1" }
      _ = try? await actuator.carryOut(
        Action(token: "tok", intent: .launch, launch: spec, tags: ["Name": "a b*~é&=+%/"]))
    }
    return transport.requests.map { String(decoding: $0.body, as: UTF8.self) }
  }

  private static let attribute =
    "<DescribeInstanceAttributeResponse><requestId>r</requestId><instanceId>i-1</instanceId>"
    + "</DescribeInstanceAttributeResponse>"

  private static let tags = """
    [{"Key": "Name", "Value": "a b*~é&=+%/"}, {"Key": "finops-fleet", "Value": "f"},
     {"Key": "finops-intent", "Value": "tok"}]
    """

  private static func run(_ more: String) -> String {
    """
    ["RunInstances", {"ImageId": "ami-12c6146b", "InstanceType": "g5.xlarge", "MinCount": 1,
      "MaxCount": 1, "ClientToken": "tok", "Placement": {"AvailabilityZone": "us-east-1a"},
      "TagSpecifications": [{"ResourceType": "instance", "Tags": \(tags)},
        {"ResourceType": "volume", "Tags": \(tags)}]\(more)}]
    """
  }

  private static let asked = """
    [["DescribeInstances", {"Filters": [{"Name": "tag:finops-fleet", "Values": ["f"]}],
       "MaxResults": 1000}],
     ["DescribeInstances", {"Filters": [{"Name": "tag:finops-fleet", "Values": ["f"]}],
       "MaxResults": 1000, "NextToken": "a+b/c=="}],
     ["DescribeInstances", {"InstanceIds": ["i-1"]}],
     ["DescribeInstanceTypes", {"InstanceTypes": ["g5.xlarge"]}],
     ["DescribeInstanceAttribute", {"InstanceId": "i-1", "Attribute": "disableApiStop"}],
     ["DescribeInstanceAttribute", {"InstanceId": "i-1", "Attribute": "disableApiTermination"}],
     ["StartInstances", {"InstanceIds": ["i-1"]}], ["StopInstances", {"InstanceIds": ["i-1"]}],
     ["TerminateInstances", {"InstanceIds": ["i-1"]}], \(run("")),
     \(run(", \"SubnetId\": \"subnet-1\", \"InstanceMarketOptions\": {\"MarketType\": \"spot\"}")),
     \(run(", \"CapacityReservationSpecification\": "
      + "{\"CapacityReservationPreference\": \"capacity-reservations-only\"}"))]
    """
}
