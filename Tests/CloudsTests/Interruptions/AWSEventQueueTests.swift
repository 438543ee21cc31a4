import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// The queue as a source, against our fake over loopback HTTP.
@Suite("A queue of events", .timeLimit(.minutes(3)))
struct AWSEventQueueTests {
  static func source(
    _ queue: FakeQueue, _ endpoint: String, time: VirtualTime, drops: Drops = Drops(),
    key: String = "AKIDEXAMPLE"
  ) -> AWSEventQueue {
    AWSEventQueue(
      cloud: "aws", queue: queue.url, region: "us-east-1", regions: ["us-east-1"],
      endpoint: endpoint,
      credentials: { () throws(ActuateError) in
        AWSCredentials(accessKeyID: key, secretAccessKey: Secret("s"))
      },
      transport: LoopbackClient(), time: time, onDrop: { drops.note($0) })
  }

  /// Reads until nothing comes any more; acknowledges each batch when `acknowledging`.
  static func drain(
    _ source: AWSEventQueue, acknowledging: Bool = true
  ) async throws -> [Interruption] {
    var all: [Interruption] = []
    for _ in 0..<500 {
      let some = try await source.notices()
      if some.isEmpty { break }
      all += some
      if acknowledging { try await source.acknowledge(some) }
    }
    return all
  }

  static func node(_ number: Int) -> NodeID { NodeID("i-\(1000 + number)") }

  @Test("a message is deleted when it is acknowledged, and not before")
  func deletes() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time, accessKey: "AKIDEXAMPLE")
    let source = Self.source(queue, try await queue.start(), time: time)
    queue.send(Said.spot("i-1"))
    let notices = try await source.notices()
    #expect(notices.map(\.node) == ["i-1"])
    #expect(queue.count == 1)
    #expect(queue.calls("DeleteMessageBatch").isEmpty)
    try await source.acknowledge(notices)
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("one killed between reading and recording is given the message again, once it is visible")
  func killed() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let endpoint = try await queue.start()
    queue.send(Said.spot("i-1"))
    _ = try await Self.source(queue, endpoint, time: time).notices()
    // The next one after it; the long poll is over before the message is visible again.
    let next = Self.source(queue, endpoint, time: time)
    #expect(try await next.notices().isEmpty)
    time.advance(by: .seconds(AWSEventQueue.hidden))
    let again = try await next.notices()
    #expect(again.map(\.node) == ["i-1"])
    try await next.acknowledge(again)
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("the same source gives it again when nobody acknowledges it, and it goes with one word")
  func again() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let source = Self.source(queue, try await queue.start(), time: time)
    queue.send(Said.spot("i-1"))
    let first = try await source.notices()
    time.advance(by: .seconds(AWSEventQueue.hidden))
    let second = try await source.notices()
    #expect(first == second)
    try await source.acknowledge(second)
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("a repeat that is not recorded yet stays when the first is acknowledged")
  func repeats() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let source = Self.source(queue, try await queue.start(), time: time)
    queue.send(Said.spot("i-1"))
    let first = try await source.notices()
    queue.send(Said.spot("i-1"))
    let second = try await source.notices()
    #expect(first == second)
    try await source.acknowledge(first)
    #expect(queue.count == 1)
    try await source.acknowledge(second)
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("an event of several instances goes when all of them are acknowledged")
  func shared() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let source = Self.source(queue, try await queue.start(), time: time)
    queue.send(Said.health(["i-1", "i-2"]))
    let notices = try await source.notices()
    try await source.acknowledge([notices[0]])
    #expect(queue.count == 1)
    try await source.acknowledge([notices[1]])
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("what is no notice is deleted and counted, and holds up nothing")
  func garbage() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let drops = Drops()
    let source = Self.source(queue, try await queue.start(), time: time, drops: drops)
    let bodies = [
      "not json", Said.spot("i-2", region: "eu-west-1"), Said.state("i-3", "running"),
      Said.spot("i-4", time: "2026-11-20T09:00:00Z"), Said.spot("i-1"),
    ]
    for body in bodies { queue.send(body) }
    let notices = try await source.notices()
    #expect(notices.map(\.node) == ["i-1"])
    #expect(drops.all == [.unreadable: 1, .elsewhere: 1, .harmless: 1, .late: 1])
    try await source.acknowledge(notices)
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("a full batch is followed by many at once that do not wait, a quiet queue by one that does")
  func width() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let source = Self.source(queue, try await queue.start(), time: time)
    for number in 0..<10 { queue.send(Said.spot(Self.node(number))) }
    _ = try await Self.drain(source)
    let waits = queue.calls("ReceiveMessage").map {
      $0.body.contains("\"WaitTimeSeconds\":20") ? 20 : 0
    }
    #expect(waits == [20] + Array(repeating: 0, count: AWSEventQueue.widest))
    _ = try await source.notices()
    #expect(queue.calls("ReceiveMessage").last?.body.contains("\"WaitTimeSeconds\":20") == true)
    await queue.stop()
  }

  @Test("two thousand messages, some of them given twice, are all drained and deleted")
  func many() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time, twice: 7)
    let source = Self.source(queue, try await queue.start(), time: time)
    for number in 0..<2000 { queue.send(Said.spot(Self.node(number % 250))) }
    var notices = try await Self.drain(source)
    #expect(queue.count < 400)
    // Two copies came at once, and only the newer one's handle deletes: the rest comes again.
    for _ in 1...3 where queue.count > 0 {
      time.advance(by: .seconds(AWSEventQueue.hidden))
      notices += try await Self.drain(source)
    }
    #expect(Set(notices.map(\.node)).count == 250)
    #expect(notices.count >= 2000)
    #expect(queue.count == 0)
    #expect(queue.deleted == 2000)
    await queue.stop()
  }

  @Test(
    "a deletion that fails is asked for again",
    arguments: [
      FaultEffect(.error, status: 503, code: "ServiceUnavailable"), FaultEffect(.dropBefore),
      FaultEffect(.dropAfter), FaultEffect(.truncate, share: 0.5),
      FaultEffect(.status, status: 500, body: .html),
    ])
  func failing(effect: FaultEffect) async throws {
    let time = VirtualTime()
    let rule = FaultRule(
      match: .init(service: .sqs, action: "DeleteMessageBatch"), count: 1, effect: effect)
    let queue = FakeQueue(time: time, faults: FaultInjector(FaultPlan(rules: [rule])))
    let source = Self.source(queue, try await queue.start(), time: time)
    queue.send(Said.spot("i-1"))
    let notices = try await source.notices()
    await #expect(throws: ActuateError.self) { try await source.acknowledge(notices) }
    try await source.acknowledge(notices)
    #expect(queue.count == 0)
    await queue.stop()
  }

  @Test("a key that may not is said as such, and nothing is given")
  func refused() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time, accessKey: "AKIDEXAMPLE")
    let source = Self.source(queue, try await queue.start(), time: time, key: "AKIDOTHER")
    queue.send(Said.spot("i-1"))
    do throws(ActuateError) {
      _ = try await source.notices()
      Issue.record("given")
    } catch {
      #expect(error.refusal?.kind == .auth)
    }
    await queue.stop()
  }

  @Test("a queue that is not there is said as such")
  func missing() async throws {
    let time = VirtualTime()
    let queue = FakeQueue(time: time)
    let endpoint = try await queue.start()
    let source = AWSEventQueue(
      cloud: "aws", queue: endpoint + "/1/other", region: "us-east-1", endpoint: endpoint,
      credentials: { () throws(ActuateError) in testCredentials }, transport: LoopbackClient(),
      time: time)
    do throws(ActuateError) {
      _ = try await source.notices()
      Issue.record("given")
    } catch {
      #expect(error.refusal?.kind == .notFound)
      #expect(error.refusal?.code == "QueueDoesNotExist")
    }
    await queue.stop()
  }
}
