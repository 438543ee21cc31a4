import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@Suite struct FakeQueueTests {
  @Test(.enabled(if: PythonJudge.has("boto3"), "boto3 is not installed"), .timeLimit(.minutes(3)))
  func `boto3 finds nothing wrong with it`() async throws {
    let queue = FakeQueue(time: RealTime(), accessKey: "AKIDEXAMPLE")
    let endpoint = try await queue.start()
    let script = SharedFiles.packageRoot.appending(path: "Tests/DemoFleetTests/Tools/judge_sqs.py")
    let outcome = try PythonJudge.run(
      [PythonJudge.python, script.path, endpoint, queue.url], limit: 120)
    await queue.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(queue.count == 10)
  }

  @Test func `What is not SQS's is refused`() async throws {
    let queue = FakeQueue(time: VirtualTime())
    let endpoint = try await queue.start()
    for (target, body, status) in [
      ("AmazonSQS.ReceiveMessage", "{\"QueueUrl\":\"\(queue.url)\"}", 200),
      ("AmazonSQS.ReceiveMessage", "{\"QueueUrl\":\"\(queue.url)\",\"Speed\":1}", 400),
      ("AmazonSQS.ReceiveMessage", "[]", 400), ("AmazonSQS.PurgeQueue", "{}", 400), ("", "{}", 400),
    ] {
      let request = HTTPRequest(
        method: "POST", url: endpoint + "/", headers: [HTTPField("X-Amz-Target", target)],
        body: Array(body.utf8))
      #expect(try await LoopbackClient().send(request).status == status, "\(target) \(body)")
    }
    let get = HTTPRequest(url: endpoint + "/")
    #expect(try await LoopbackClient().send(get).status == 404)
    await queue.stop()
  }

  @Test(arguments: [
    ("GET", "/latest/api/token", "21600", 405), ("PUT", "/latest/api/token", "21600", 200),
    ("PUT", "/latest/api/token", "1", 200), ("PUT", "/latest/api/token", "0", 400),
    ("PUT", "/latest/api/token", "21601", 400), ("PUT", "/latest/api/token", "", 400),
    ("GET", "/latest/meta-data/instance-id", "", 401), ("POST", "/latest", "", 405),
  ])
  func `The metadata service has version 2's rules`(
    method: String, path: String, life: String, status: Int
  ) async throws {
    let fake = FakeEC2Metadata(of: "i-1", time: VirtualTime())
    let request = HTTPRequest(
      method: method, url: try await fake.start() + path,
      headers: [HTTPField("X-aws-ec2-metadata-token-ttl-seconds", life)])
    #expect(try await LoopbackClient().send(request).status == status)
    await fake.stop()
  }

  @Test func `Google's and Azure's metadata refuse who lacks their header`() async throws {
    let google = FakeGCPMetadata(node: "z/1", time: VirtualTime())
    let azure = FakeScheduledEvents(time: VirtualTime())
    let (first, second) = (try await google.start(), try await azure.start())
    for (url, status) in [
      (first + "/computeMetadata/v1/instance/", 403), (second + "/metadata/scheduledevents", 400),
    ] {
      #expect(try await LoopbackClient().send(HTTPRequest(url: url)).status == status)
    }
    let start = HTTPRequest(
      method: "POST", url: second + "/metadata/scheduledevents?api-version=2020-07-01",
      headers: [HTTPField("Metadata", "true")],
      body: Array("{\"StartRequests\":[{\"EventId\":\"none\"}]}".utf8))
    #expect(try await LoopbackClient().send(start).status == 400)
    await google.stop()
    await azure.stop()
  }
}
