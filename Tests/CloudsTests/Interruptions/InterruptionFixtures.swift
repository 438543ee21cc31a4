import FleetModel
import Foundation
import Planner
import Ports
import Synchronization
import TestSupport

@testable import Clouds

/// Bodies as the clouds write them, with the parts a test changes.
enum Said {
  static let start = Timestamp(seconds: 1_795_251_600)  // 2026-11-21T09:00:00Z

  /// An event as EventBridge sends it.
  static func event(
    _ type: String, source: String = "aws.ec2", time: String = "2026-11-21T09:00:00Z",
    region: String = "us-east-1", detail: String
  ) -> String {
    """
    {"version":"0","id":"1e5527d7-bb36-4607-3370-4164db56a40e","detail-type":"\(type)",\
    "source":"\(source)","account":"123456789012","time":"\(time)","region":"\(region)",\
    "resources":["arn:aws:ec2:us-east-1b:instance/i-0b662ef9931388ba0"],"detail":\(detail)}
    """
  }

  static func spot(
    _ node: NodeID, time: String = "2026-11-21T09:00:00Z", region: String = "us-east-1"
  ) -> String {
    event(
      "EC2 Spot Instance Interruption Warning", time: time, region: region,
      detail: "{\"instance-id\":\"\(node)\",\"instance-action\":\"terminate\"}")
  }

  static func state(_ node: NodeID, _ state: String) -> String {
    event(
      "EC2 Instance State-change Notification",
      detail: "{\"instance-id\":\"\(node)\",\"state\":\"\(state)\"}")
  }

  static func health(
    _ nodes: [String], start: String = "Sat, 5 Dec 2026 03:00:00 GMT", service: String = "EC2",
    category: String = "scheduledChange", status: String = "upcoming"
  ) -> String {
    let entities = nodes.map { "{\"entityValue\":\"\($0)\",\"tags\":{}}" }.joined(separator: ",")
    return event(
      "AWS Health Event", source: "aws.health",
      detail: """
        {"eventArn":"arn:aws:health:us-east-1::event/EC2/X/1","service":"\(service)",\
        "eventTypeCode":"AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED","eventTypeCategory":"\(category)",\
        "startTime":"\(start)","statusCode":"\(status)","eventRegion":"us-east-1",\
        "eventDescription":[{"language":"en_US","latestDescription":"text"}],\
        "affectedEntities":[\(entities)]}
        """)
  }

  static func lifecycle(
    _ node: NodeID, _ transition: String = "autoscaling:EC2_INSTANCE_TERMINATING"
  ) -> String {
    event(
      "EC2 Instance-terminate Lifecycle Action", source: "aws.autoscaling",
      detail: """
        {"LifecycleActionToken":"0befcbdb","AutoScalingGroupName":"gpus",\
        "LifecycleHookName":"finops","EC2InstanceId":"\(node)",\
        "LifecycleTransition":"\(transition)"}
        """)
  }

  /// What a lifecycle hook writes to a queue itself.
  static func hook(_ node: NodeID) -> String {
    """
    {"Origin":"AutoScalingGroup","LifecycleHookName":"finops","Destination":"EC2",\
    "AccountId":"123456789012","RequestId":"3775fac9","Time":"2026-11-21T09:00:00.872Z",\
    "LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","Service":"AWS Auto Scaling",\
    "AutoScalingGroupName":"gpus","EC2InstanceId":"\(node)","LifecycleActionToken":"b4dd0f5b"}
    """
  }
}

/// What was thrown away, counted.
final class Drops: Sendable {
  private let counts = Mutex<[NoticeDrop: Int]>([:])
  var all: [NoticeDrop: Int] { counts.withLock(\.self) }
  func note(_ why: NoticeDrop) { counts.withLock { $0[why, default: 0] += 1 } }
}

/// Every parser of foreign bytes on these paths, for the test that feeds them broken ones.
enum InterruptionParsers {
  static let node: NodeID = "i-0b662ef9931388ba0"

  static let parsers: [(name: String, run: @Sendable ([UInt8]) -> Void)] = [
    ("aws event", { _ = AWSEvent.read($0, cloud: "aws", regions: [], at: Said.start) }),
    (
      "sqs receive",
      { _ = AWSDocument.decode(ReceiveMessageReply.self, from: $0, AWSService.queues.wire) }
    ),
    (
      "sqs delete",
      { _ = AWSDocument.decode(DeleteMessageBatchReply.self, from: $0, AWSService.queues.wire) }
    ),
    (
      "imds spot",
      { _ = EC2Metadata.spot(action: $0, termination: $0, node, "aws", at: Said.start) }
    ),
    ("imds rebalance", { _ = EC2Metadata.rebalance($0, node, "aws", at: Said.start) }),
    ("imds maintenance", { _ = try? EC2Metadata.maintenance($0, node, "aws", at: Said.start) }),
    ("ec2 spot requests", { _ = AWSDocument.xml(SpotRequestsReply.self, from: $0) }),
    ("ec2 ended", { _ = AWSDocument.xml(EndedInstancesReply.self, from: $0) }),
    ("ec2 status", { _ = AWSDocument.xml(InstanceStatusReply.self, from: $0) }),
    ("gcp metadata", { _ = GCPMetadata.read($0, nil, "gcp", at: Said.start) }),
    (
      "gcp operations",
      { _ = try? JSONDecoder().decode(OperationPage.self, from: Data($0)) }
    ),
    ("azure events", { _ = AzureScheduledEvents.read($0) }),
  ]
}
