import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Answers that were recorded from another implementation.
@Suite(.enabled(if: SharedFiles.exists("samples/aws-moto"), "the recorded answers are not here"))
struct EC2RecordedTests {
  private func recorded(
    _ name: String, status: Int = 200
  ) throws -> Result<HTTPResponse, TransportError> {
    let url = try #require(SharedFiles.url("samples/aws-moto/\(name)"))
    return .success(HTTPResponse(status: status, body: Array(try Data(contentsOf: url))))
  }

  @Test func `A recorded list is read`() async throws {
    let transport = ScriptedTransport([
      try recorded("ec2.DescribeInstances.xml"), try recorded("ec2.DescribeInstanceTypes.p5.xml"),
    ])
    let node = try #require(try await actuator(transport).observe("i-f95ad90f0a1e949be"))
    #expect(node.state == .running)
    #expect(node.capacity == .spot)
    #expect(node.type == "g5.xlarge")
    #expect(node.zone == "us-east-1a")
    #expect(node.privateAddress == "10.182.205.53")
    #expect(node.tags == ["finops:pool": "a"])
    #expect(node.launchedAt.description == "2026-11-21T01:44:22Z")
  }

  @Test func `A recorded type has eight GPUs`() async throws {
    let page = Result<HTTPResponse, TransportError>.xml(
      """
      <DescribeInstancesResponse><requestId>r</requestId><reservationSet><item><instancesSet><item>\
      <instanceId>i-1</instanceId><instanceType>p5.48xlarge</instanceType>\
      <instanceState><name>stopped</name></instanceState>\
      <launchTime>2026-11-21T01:44:22.000Z</launchTime></item></instancesSet></item>\
      </reservationSet></DescribeInstancesResponse>
      """)
    let transport = ScriptedTransport([page, try recorded("ec2.DescribeInstanceTypes.p5.xml")])
    let node = try #require(try await actuator(transport).observe("i-1"))
    #expect(node.acceleratorCount == 8)
    #expect(node.state == .stopped)
  }

  @Test func `A recorded launch is read`() async throws {
    let result = await outcome([try recorded("ec2.RunInstances.spot.xml")], launch)
    #expect(try result.get().subject.hasPrefix("i-"))
  }

  @Test func `A recorded error is read`() async throws {
    let answer = try recorded("ec2.error.InvalidInstanceID.NotFound.xml", status: 400)
    let result = await outcome([answer], stop("i-0123456789abcdef0"))
    #expect(result.failure?.refusal?.kind == .notFound)
    #expect(
      result.failure?.refusal?.message == "The instance ID 'i-0123456789abcdef0' does not exist")
  }

  @Test(arguments: [1, 10, 100, 500, 1000, 3000])
  func `A recorded launch that is cut anywhere is unknown`(bytes: Int) async throws {
    var reply = try recorded("ec2.RunInstances.spot.xml").get()
    reply.body = Array(reply.body.prefix(bytes))
    guard case .failure(.outcomeUnknown) = await outcome([.success(reply)], launch) else {
      Issue.record("taken")
      return
    }
  }
}
