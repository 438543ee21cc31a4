import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

/// What the fake AWS account does beside EC2.
@Suite struct FakeAccountTests {
  @Test(.enabled(if: PythonJudge.has("boto3"), "boto3 is not installed"), .timeLimit(.minutes(3)))
  func `boto3 finds nothing wrong with its groups, fleets and sessions`() async throws {
    let lag = FakeEC2.Lag(
      start: .milliseconds(200), stop: .milliseconds(200), end: .milliseconds(200),
      visibility: .zero)
    let cloud = FakeEC2(lag: lag, time: RealTime())
    cloud.sellOut([.init("p5.48xlarge")])
    cloud.exhaustQuota(of: ["g6.48xlarge"])
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: 1...4, desired: 2, tags: [Tag.fleet: "f"])
    cloud.add(
      group: "gpu-2", type: "g5.xlarge", bounds: 0...4, desired: 0, tags: [Tag.fleet: "f"])
    cloud.add(group: "other", type: "g5.xlarge", bounds: 0...4, desired: 0, tags: [:])
    let endpoint = try await cloud.start()
    let script = SharedFiles.packageRoot.appending(
      path: "Tests/DemoFleetTests/Tools/judge_account.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, endpoint], limit: 120)
    await cloud.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(cloud.instances(ofToken: "one").count == 1)
  }

  @Test func `A group whose type is sold out stays short, and fills when it is not`() async {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: .none, time: time)
    cloud.sellOut([.init("g5.xlarge")])
    cloud.add(group: "gpu", type: "g5.xlarge", bounds: 0...4, desired: 2, tags: [:])
    #expect(cloud.members(of: "gpu").isEmpty)
    cloud.sellOut([])
    #expect(cloud.members(of: "gpu").count == 2)
  }

  @Test(arguments: [
    ("Action=DescribeInstances&Version=2016-11-15", 401, "AuthFailure"),
    ("Action=DescribeAutoScalingGroups&Version=2011-01-01", 403, "InvalidClientTokenId"),
    ("Action=GetCallerIdentity&Version=2011-06-15", 403, "InvalidClientTokenId"),
  ])
  func `An unknown key is refused once keys are looked at`(
    form: String, status: Int, code: String
  ) async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    #expect(try await signed(endpoint, form, by: "AKIDWRONG").status == 200)
    cloud.require(keys: ["AKIDRIGHT"])
    let refused = try await signed(endpoint, form, by: "AKIDWRONG")
    #expect(refused.status == status && refused.text.contains("<Code>\(code)</Code>"))
    #expect(try await signed(endpoint, form, by: "AKIDRIGHT").status == 200)
    cloud.expire(key: "AKIDRIGHT")
    let late = try await signed(endpoint, form, by: "AKIDRIGHT")
    #expect(late.text.contains("Expired"))
    await cloud.stop()
  }

  private func signed(
    _ endpoint: String, _ form: String, by key: String
  ) async throws -> HTTPResponse {
    let credentials = AWSCredentials(accessKeyID: key, secretAccessKey: Secret("s"))
    return try await LoopbackClient().send(
      HTTPRequest(
        method: "POST", url: endpoint + "/", body: Array(form.utf8),
        signing: .awsSigV4(service: "any", region: "us-east-1", credentials: credentials)))
  }
}
