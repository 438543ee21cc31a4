import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

/// The fake services above EC2, as others' clients see them.
@Suite struct FakeAWSAppsTests {
  private static func stocked() -> FakeAWSApps {
    let time = LookedAtTime()
    let cloud = FakeAWSApps(lag: .seconds(2), time: time)
    let many = FakeAWSApps.Variant("main", model: "many", isMultiModel: true)
    cloud.add(endpoint: "chat", [many], tags: [Tag.fleet: "f"])
    cloud.add(
      endpoint: "shared", [.init("all", type: "ml.g6.xlarge", model: nil, managed: 0...4)])
    cloud.add(endpoint: "async", [.init("main", type: "ml.p5.48xlarge")], isAsync: true)
    cloud.add(component: "llama", on: "shared", "all")
    cloud.sellOut(["ml.p5.48xlarge"])
    cloud.limit("ml.g5.xlarge", to: 4)
    cloud.register("endpoint/chat/variant/main", bounds: 1...8, policies: ["track"])
    for (value, minutes) in [(1.0, 3), (2, 2), (3, 1)] {
      cloud.put(
        "Invocations", value, ["EndpointName": "chat"],
        at: Timestamp(seconds: 1_795_251_600 - Int64(minutes) * 60))
    }
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] {
      cloud.add([.linux("g5.xlarge", in: Region(region), price: "1.0060000000")])
    }
    for (zone, price) in [("a", "0.40"), ("b", "0.50"), ("c", "0.60")] {
      cloud.add([
        .init(
          "g5.xlarge", zone: "us-east-1" + zone, price: price,
          at: time.now().advanced(by: .hours(-1)))
      ])
    }
    for (day, pool, amount) in [
      ("2026-11-20", "", "1.5"), ("2026-11-20", "chat", "2.5"), ("2026-11-21", "chat", "3.5"),
    ] { cloud.add([.init(day: day, pool: pool, service: "EC2", amount: amount)]) }
    cloud.page(by: 2)
    cloud.accept(["AKIDEXAMPLE"])
    return cloud
  }

  private static func judge(_ endpoint: String) async throws {
    let script = SharedFiles.packageRoot.appending(path: "Tests/DemoFleetTests/Tools/judge_apps.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, endpoint], limit: 120)
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(.enabled(if: PythonJudge.has("boto3"), "boto3 is not installed"), .timeLimit(.minutes(3)))
  func `boto3 finds nothing wrong with its services above EC2`() async throws {
    let cloud = Self.stocked()
    let endpoint = try await cloud.start()
    try await Self.judge(endpoint)
    await cloud.stop()
    #expect(cloud.changes(of: "sagemaker/chat/main") == 1)
    #expect(cloud.changes(of: "sagemaker-ic/llama") == 1)
  }

  @Test(.enabled(if: PythonJudge.has("boto3"), "boto3 is not installed"), .timeLimit(.minutes(3)))
  func `They are the same on the one endpoint of the account`() async throws {
    let account = FakeEC2(lag: .none, time: RealTime())
    Self.stocked().join(account)
    let endpoint = try await account.start()
    try await Self.judge(endpoint)
    await account.stop()
  }

  @Test(arguments: [
    ("SageMaker.Nonsense", "{}", "UnknownOperationException"),
    ("Nonsense", "{}", "UnknownOperationException"),
    ("SageMaker.ListEndpoints", "{\"Bogus\":1}", "SerializationException"),
    ("SageMaker.ListEndpoints", "[]", "SerializationException"),
    ("SageMaker.ListEndpoints", "{", "SerializationException"),
    ("SageMaker.ListEndpoints", "{\"MaxResults\":101}", "ValidationException"),
    ("SageMaker.ListEndpoints", "{\"NextToken\":\"x\"}", "ValidationException"),
    ("SageMaker.DescribeEndpoint", "{}", "ValidationException"),
    ("AnyScaleFrontendService.DescribeScalableTargets", "{}", "SignatureDoesNotMatch"),
  ])
  func `A wrong request is refused in the JSON envelope`(
    target: String, body: String, code: String
  ) async throws {
    let cloud = FakeAWSApps(time: VirtualTime())
    let endpoint = try await cloud.start()
    var request = HTTPRequest(
      method: "POST", url: endpoint + "/",
      headers: [
        HTTPField("X-Amz-Target", target), HTTPField("Content-Type", "application/x-amz-json-1.1"),
      ], body: Array(body.utf8))
    request.signing = .awsSigV4(
      service: "sagemaker", region: "us-east-1",
      credentials: AWSCredentials(accessKeyID: "A", secretAccessKey: Secret("s")))
    let reply = try await LoopbackClient().send(request)
    await cloud.stop()
    #expect((400...404).contains(reply.status))
    #expect(String(decoding: reply.body, as: UTF8.self).contains("\"__type\":\"\(code)\""))
  }
}
