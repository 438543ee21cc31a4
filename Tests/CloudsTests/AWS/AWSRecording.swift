import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// One exchange of every kind that EC2, Auto Scaling and STS have, with our fake.
enum AWSRecording {
  static func make() async throws -> [(request: HTTPRequest, reply: HTTPResponse)] {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let transport = RecordingTransport(LoopbackClient())
    cloud.add(
      group: "gpu", type: "g5.xlarge", bounds: 0...4, desired: 1, tags: [Tag.fleet: "f"])
    let endpoint = try await cloud.start()
    do { try await everything(at: endpoint, transport, cloud) } catch {
      await cloud.stop()
      throw error
    }
    await cloud.stop()
    return transport.exchanges
  }

  /// Each act and look at least once, through the door of the account.
  static func everything(
    at endpoint: String, _ transport: any HTTPTransport, _ cloud: FakeEC2
  ) async throws {
    let actuator = account(transport, endpoint: endpoint, session: "t/o+k=en")
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
    try await roles(at: endpoint, transport)
  }

  private static func roles(at endpoint: String, _ transport: any HTTPTransport) async throws {
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
          environment: environment, home: home, endpoint: endpoint, transport: transport,
          time: VirtualTime())
        let issued = try await chain.issue()
        #expect(issued.value.accessKeyID.hasPrefix("ASIA") && issued.expiresAt != nil)
      }
    }
  }
}
