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
    try await Self.everything(at: judge.endpoint, cloud)
    try await AppsRecording.everything(
      at: judge.endpoint, CurlTransport(TransportOptions(version: "test")), time)
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

  /// Each act and look at least once, through the door of the account.
  private static func everything(at endpoint: String, _ cloud: FakeEC2) async throws {
    let curl = CurlTransport(TransportOptions(version: "test"))
    let actuator = account(curl, endpoint: endpoint, session: "t/o+k=en")
    _ = try await actuator.identity()
    let node = try #require(try await actuator.carryOut(launch).node)
    for intent in [Intent.stop, .start, .terminate] {
      _ = try await actuator.carryOut(Action(token: "t", intent: intent, node: node))
    }
    for capacity in [CapacityType.spot, .reserved] {
      var act = launch
      act.token = "tok-\(capacity)"
      act.launch?.capacity = capacity
      act.launch?.subnet = "subnet-1"
      _ = try await actuator.carryOut(act)
    }
    var spot = launch
    spot.token = "fleet"
    spot.launch?.capacity = .spot
    spot.launch?.zone = nil
    _ = try await actuator.carryOut(spot)
    _ = try await actuator.carryOut(scale("asg/gpu", to: 2))
    let member = try #require(cloud.members(of: "gpu").first)
    _ = try await actuator.carryOut(Action(token: "t", intent: .terminate, node: member))
    _ = try await actuator.inventory()
    try await roles(at: endpoint, curl)
  }

  private static func roles(at endpoint: String, _ curl: CurlTransport) async throws {
    try await withFolder { home in
      let config = """
        [profile base]
        aws_access_key_id = AKIDEXAMPLE
        aws_secret_access_key = s3cret
        [profile role]
        role_arn = arn:aws:iam::111122223333:role/finops
        source_profile = base
        external_id = x
        """
      try Data(config.utf8).write(to: URL(filePath: home + "/config"))
      try Data("token".utf8).write(to: URL(filePath: home + "/token"))
      let environments: [[String: String]] = [
        ["AWS_CONFIG_FILE": home + "/config", "AWS_PROFILE": "role"],
        [
          "AWS_WEB_IDENTITY_TOKEN_FILE": home + "/token",
          "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/finops",
        ],
      ]
      for environment in environments {
        let chain = AWSCredentialChain(
          environment: environment, home: home, endpoint: endpoint, transport: curl,
          time: VirtualTime())
        let issued = try await chain.issue()
        #expect(issued.value.accessKeyID.hasPrefix("ASIA") && issued.expiresAt != nil)
      }
    }
  }
}
