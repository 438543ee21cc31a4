import Clouds
import CurlTransport
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Everything the actuators, prices and bill of an account send, signed by libcurl and judged on its way to our fake:
/// the signature by botocore, names in requests and answers by the services' own definitions.
@Suite(.serialized) struct AWSWireTests {
  @Test(
    .enabled(if: PythonJudge.has("botocore"), "botocore is not installed"), .timeLimit(.minutes(3)))
  func `Every request kind has botocore's signature and the names of its service`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: .none, time: time)
    AppsRecording.stocked(time).join(cloud)
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: 0...4, desired: 1, tags: [Tag.fleet: "f"])
    let upstream = try await cloud.start()
    let judge = try await Peer.wireJudge(before: upstream, secret: "s3cret")
    defer { judge.stop() }
    let curl = CurlTransport(TransportOptions(version: "test"))
    try await AWSRecording.everything(at: judge.endpoint, curl, cloud)
    try await AppsRecording.everything(at: judge.endpoint, curl, time)
    await cloud.stop()
    let lines = judge.lines.dropFirst()
    let seen = Set(lines.map { String($0.prefix { $0 != " " }) })
    let known = Set(CloudCapabilities.aws.permissions.flatMap(\.calls))
    #expect(lines.filter { !$0.hasSuffix(" ok") } == [])
    #expect(seen == known)
  }

  @Test(
    .enabled(if: PythonJudge.has("botocore"), "botocore is not installed"), .timeLimit(.minutes(1)))
  func `The judge sees a wrong name and a wrong signature`() async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let judge = try await Peer.wireJudge(before: try await cloud.start(), secret: "another")
    defer { judge.stop() }
    _ = try await CurlTransport(TransportOptions(version: "test")).send(
      HTTPRequest(
        method: "POST", url: judge.endpoint + "/",
        headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: Array("Action=StopInstances&Version=2016-11-15&Bogus.1=x".utf8),
        signing: .awsSigV4(service: "ec2", region: "us-east-1", credentials: testCredentials)))
    await cloud.stop()
    let line = try #require(judge.lines.last)
    #expect(line.hasPrefix("ec2:StopInstances Bogus.1: StopInstancesRequest has no Bogus"))
    #expect(line.contains("the request lacks InstanceIds") && line.contains("; signed AWS4-"))
  }
}
