import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// The queue as a source against moto: EventBridge fills it, AWS's own client puts the events.
@Suite(.serialized) struct MotoQueueTests {
  static let kinds = [
    ("EC2 Spot Instance Interruption Warning", "i-0aaa", "\"instance-action\":\"terminate\""),
    ("EC2 Instance Rebalance Recommendation", "i-0bbb", "\"x\":0"),
    ("EC2 Instance State-change Notification", "i-0ccc", "\"state\":\"stopping\""),
    ("EC2 Instance State-change Notification", "i-0ddd", "\"state\":\"running\""),
    ("Something else of EC2", "i-0eee", "\"x\":0"),
  ]

  @Test(
    .enabled(if: PythonJudge.has("moto.server", "flask", "boto3"), "moto is not installed"),
    .timeLimit(.minutes(3)))
  func `Events put on moto's bus are notices here, and are off the queue when acknowledged`()
    async throws
  {
    let moto = try await Moto.start()
    defer { moto.stop() }
    let script = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/put_events.py")
    let events = Self.kinds.flatMap { [$0.0, "{\"instance-id\":\"\($0.1)\",\($0.2)}"] }
    let made = try PythonJudge.run(
      [PythonJudge.python, script.path, moto.endpoint] + events, limit: 60)
    try #require(made.status == 0, "\(made.errors)")
    let url = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let drops = Drops()
    let source = AWSEventQueue(
      cloud: "aws", queue: url, region: "us-east-1", regions: ["us-east-1"],
      endpoint: moto.endpoint, credentials: { () throws(ActuateError) in testCredentials },
      transport: LoopbackClient(), time: NowTime(), onDrop: { drops.note($0) })
    var notices: [Interruption] = []
    for _ in 0..<5 where notices.count < 3 { notices += try await source.notices() }
    #expect(Set(notices.map(\.node)) == ["i-0aaa", "i-0bbb", "i-0ccc"])
    #expect(
      Set(notices.map(\.kind)) == [.preemption, .rebalance, .stopped])
    #expect(drops.all == [.harmless: 1, .foreign: 1])
    try await source.acknowledge(notices)
    let count = try await LoopbackClient().send(Self.counts(moto.endpoint, url))
    let text = String(decoding: count.body, as: UTF8.self).filter { $0 != " " }
    #expect(text.contains("\"ApproximateNumberOfMessages\":\"0\""), "\(text)")
    #expect(text.contains("\"ApproximateNumberOfMessagesNotVisible\":\"0\""), "\(text)")
  }

  private static func counts(_ endpoint: String, _ url: String) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: endpoint + "/",
      headers: [
        HTTPField("X-Amz-Target", "AmazonSQS.GetQueueAttributes"),
        HTTPField("Content-Type", "application/x-amz-json-1.0"),
      ],
      body: Array("{\"QueueUrl\":\"\(url)\",\"AttributeNames\":[\"All\"]}".utf8),
      signing: .awsSigV4(service: "sqs", region: "us-east-1", credentials: testCredentials))
  }
}

/// The machine's own clock: moto stamps its events with it.
struct NowTime: TimeSource {
  func now() -> Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
  func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
  }
}
