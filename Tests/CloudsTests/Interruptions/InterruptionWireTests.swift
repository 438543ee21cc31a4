import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// Our requests and parsers against what the vendors publish, and against broken bytes.
@Suite("The wire of notices")
struct InterruptionWireTests {
  static let sqs = "specs/aws/sqs.2012-11-05.service-2.trimmed.json"
  static let ec2 = "specs/aws/ec2.2016-11-15.service-2.trimmed.json"
  static let compute = "specs/gcp/compute.v1.trimmed.discovery.json"

  static func document(_ path: String) throws -> [String: Any] {
    let url = try #require(SharedFiles.url(path))
    let read = try JSONSerialization.jsonObject(with: try Data(contentsOf: url))
    return try #require(read as? [String: Any])
  }

  static func members(_ shape: String, in document: [String: Any]) -> [String: Any] {
    let shapes = document["shapes"] as? [String: Any]
    return (shapes?[shape] as? [String: Any])?["members"] as? [String: Any] ?? [:]
  }

  static func names(_ call: AWSCall) -> Set<String> {
    guard case .json(.object(let fields)) = call.body else { return [] }
    return Set(fields.keys)
  }

  @Test("what SQS is sent is in its definition", .enabled(if: SharedFiles.exists(sqs)))
  func queueRequests() throws {
    let spec = try Self.document(Self.sqs)
    let receive = AWSCall.receiveMessages("q", wait: 20, hidden: 120)
    let delete = AWSCall.deleteMessages("q", handles: ["h"])
    for (call, shape) in [
      (receive, "ReceiveMessageRequest"), (delete, "DeleteMessageBatchRequest"),
    ] {
      #expect(Self.names(call).count >= 2)
      #expect(Self.names(call).isSubset(of: Set(Self.members(shape, in: spec).keys)))
    }
    let entry = Set(Self.members("DeleteMessageBatchRequestEntry", in: spec).keys)
    #expect(entry == ["Id", "ReceiptHandle"])
    let meta = try #require(spec["metadata"] as? [String: Any])
    #expect(meta["jsonVersion"] as? String == "1.0")
    #expect(meta["targetPrefix"] as? String == "AmazonSQS")
    #expect(AWSService.queues.wire == .json(version: "1.0", target: "AmazonSQS"))
  }

  @Test("what EC2 is asked for is in its definition", .enabled(if: SharedFiles.exists(ec2)))
  func sweepRequests() throws {
    let spec = try Self.document(Self.ec2)
    let operations = try #require(spec["operations"] as? [String: Any])
    let calls: [AWSCall] = [
      .endingSpotRequests(after: "n"), .instancesEndedByEC2(fleet: "f", after: "n"),
      .plannedEvents(after: "n"),
    ]
    for call in calls {
      #expect(operations[call.operation] != nil)
      let members = Self.members(call.operation + "Request", in: spec)
      let wire = Set(
        members.map { name, member in
          (member as? [String: Any])?["queryName"] as? String
            ?? (member as? [String: Any])?["locationName"] as? String ?? name
        })
      guard case .form(let fields) = call.body else { continue }
      for field in fields {
        let name = String(field.name.split(separator: ".")[0])
        let isKnown = wire.contains { $0.lowercased() == name.lowercased() }
        #expect(isKnown, "\(call.operation) \(name)")
      }
    }
  }

  @Test(
    "what Compute Engine is asked for is in its definition",
    .enabled(if: SharedFiles.exists(compute)))
  func operationRequests() throws {
    let spec = try Self.document(Self.compute)
    let resources = try #require(spec["resources"] as? [String: Any])
    let operations = try #require(resources["zoneOperations"] as? [String: Any])
    let methods = try #require(operations["methods"] as? [String: Any])
    let list = try #require(methods["list"] as? [String: Any])
    let parameters = try #require(list["parameters"] as? [String: Any])
    let call = GCPOperationsSweep.list("p", "us-central1-a", after: "n", at: "https://c")
    let url = try #require(URLComponents(string: call.url))
    #expect(url.path == "/compute/v1/projects/p/zones/us-central1-a/operations")
    #expect(list["id"] as? String == call.operation)
    for item in url.queryItems ?? [] { #expect(parameters[item.name] != nil, "\(item.name)") }
    #expect(url.queryItems?.first?.value?.contains("\"compute.instances.preempted\"") == true)
  }

  @Test("every call these paths can make is among the permissions they ask for, and no other")
  func permissions() {
    let aws = Set(Permission.awsInterruptions.flatMap(\.calls))
    #expect(
      aws == [
        "sqs:ReceiveMessage", "sqs:DeleteMessageBatch", "ec2:DescribeSpotInstanceRequests",
        "ec2:DescribeInstances", "ec2:DescribeInstanceStatus",
      ])
    #expect(Permission.gcpInterruptions.flatMap(\.calls) == [GCPOperationsSweep.operation])
    // What `finops doctor --permissions` prints holds them too, each name once.
    let printed = CloudCapabilities.aws.everyPermission(forActing: false).map(\.name)
    #expect(printed.count == Set(printed).count)
    #expect(Set(printed).isSuperset(of: Permission.awsInterruptions.map(\.name)))
    #expect(CloudCapabilities.azure.noticePermissions.isEmpty)
  }

  @Test("no parser is hurt by bytes that are cut, changed or too deep")
  func broken() {
    var generator = SeededGenerator(seed: 11)
    let whole = [
      Said.spot("i-1"), Said.health(["i-1"]), Said.hook("i-1"),
      SweepTests.operations([SweepTests.operation("compute.instances.preempted", "1")]),
      String(repeating: "[", count: 20_000), String(repeating: "<item>", count: 2_000),
      "{\"Messages\":[{\"MessageId\":\"1\",\"ReceiptHandle\":\"2\",\"Body\":\"3\"}]}",
    ].map { Array($0.utf8) }
    var ran = 0
    for body in whole {
      for round in 0..<20 {
        var bytes = body
        if round > 0 {
          bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
          for _ in 0..<4 where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] = UInt8.random(in: 0...255, using: &generator)
          }
        }
        for parser in InterruptionParsers.parsers {
          parser.run(bytes)
          ran += 1
        }
      }
    }
    #expect(ran == whole.count * 20 * InterruptionParsers.parsers.count)
  }
}
