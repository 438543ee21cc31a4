import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// The metadata services of three clouds, each against our fake over loopback HTTP.
@Suite("Metadata services", .timeLimit(.minutes(3)))
struct MetadataSourceTests {
  static let node: NodeID = "i-1234567890abcdef0"

  /// A source over a fake that has these documents.
  static func ec2(
    _ documents: [FakeEC2Metadata.Place: String] = [:], time: VirtualTime = VirtualTime(),
    faults: [FaultRule] = []
  ) async throws -> (EC2Metadata, FakeEC2Metadata) {
    let fake = FakeEC2Metadata(
      of: node, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
    for (place, text) in documents { fake.announce(text, at: place) }
    let source = EC2Metadata(
      cloud: "aws", base: try await fake.start(), transport: LoopbackClient(), time: time)
    return (source, fake)
  }

  @Test("where nothing is announced there is no notice, and no error")
  func quiet() async throws {
    let (source, fake) = try await Self.ec2()
    #expect(try await source.notices().isEmpty)
    #expect(fake.calls().contains { $0.status == 404 })
    await fake.stop()
  }

  @Test(
    "each place says its kind of end",
    arguments: [
      (
        FakeEC2Metadata.Place.instanceAction,
        "{\"action\":\"terminate\",\"time\":\"2026-11-21T09:02:00Z\"}",
        Interruption.Kind.preemption, "2026-11-21T09:02:00Z" as String?
      ),
      (
        .instanceAction, "{\"action\":\"stop\",\"time\":\"2026-11-21T09:02:00Z\"}", .preemption,
        "2026-11-21T09:02:00Z"
      ),
      (.terminationTime, "2026-11-21T09:02:00Z", .preemption, "2026-11-21T09:02:00Z"),
      (.rebalance, "{\"noticeTime\":\"2026-11-21T08:59:00Z\"}", .rebalance, nil as String?),
      (
        .maintenance,
        "[{\"NotBefore\":\"21 Nov 2026 10:00:43 GMT\",\"Code\":\"system-reboot\","
          + "\"Description\":\"scheduled reboot\",\"EventId\":\"instance-event-1\","
          + "\"NotAfter\":\"21 Nov 2026 10:17:23 GMT\",\"State\":\"active\"}]", .maintenance,
        "2026-11-21T10:00:43Z"
      ),
    ])
  func places(
    place: FakeEC2Metadata.Place, text: String, kind: Interruption.Kind, end: String?
  ) async throws {
    let (source, fake) = try await Self.ec2([place: text])
    let notices = try await source.notices()
    #expect(notices.map(\.kind) == [kind])
    #expect(notices.map(\.node) == [Self.node])
    #expect(notices.first?.endsAt == end.flatMap { Timestamp(rfc3339: $0) })
    await fake.stop()
  }

  @Test(
    "what is over, called off or no time is no notice",
    arguments: [
      (FakeEC2Metadata.Place.terminationTime, "not-a-time"),
      (.rebalance, "{\"noticeTime\":\"soon\"}"),
      (.instanceAction, "<html></html>"),
      (
        .maintenance,
        "[{\"NotBefore\":\"21 Nov 2026 10:00:43 GMT\",\"Code\":\"system-reboot\","
          + "\"State\":\"canceled\"}]"
      ),
      (.terminationTime, "2026-11-21T08:45:00Z"),
    ])
  func nothing(place: FakeEC2Metadata.Place, text: String) async throws {
    let (source, fake) = try await Self.ec2([place: text])
    #expect(try await source.notices().isEmpty)
    await fake.stop()
  }

  @Test("both places of a spot interruption are one notice, with the id the queue gives it")
  func one() async throws {
    let (source, fake) = try await Self.ec2([
      .instanceAction: "{\"action\":\"terminate\",\"time\":\"2026-11-21T09:02:00Z\"}",
      .terminationTime: "2026-11-21T09:02:00Z",
    ])
    let notices = try await source.notices()
    guard
      case .notices(let queued) = AWSEvent.read(
        Array(Said.spot(Self.node).utf8), cloud: "aws", regions: [], at: Said.start)
    else {
      Issue.record("dropped")
      return
    }
    #expect(notices.map(\.id) == queued.map(\.id))
    await fake.stop()
  }

  @Test("a notice is given until it is acknowledged, and another end is given anew")
  func acknowledged() async throws {
    let (source, fake) = try await Self.ec2([.terminationTime: "2026-11-21T09:02:00Z"])
    let first = try await source.notices()
    let second = try await source.notices()
    #expect(first == second)
    try await source.acknowledge(second)
    #expect(try await source.notices().isEmpty)
    fake.announce("2026-11-21T09:03:00Z", at: .terminationTime)
    #expect(try await source.notices().count == 1)
    await fake.stop()
  }

  @Test("looks are five seconds apart")
  func pace() async throws {
    let time = VirtualTime()
    let (source, fake) = try await Self.ec2(time: time)
    for _ in 1...3 { _ = try await source.notices() }
    #expect(time.now() == Said.start.advanced(by: .seconds(10)))
    await fake.stop()
  }

  @Test("a token that is refused is replaced, one that is half used up too, and one is enough")
  func tokens() async throws {
    let time = VirtualTime()
    let (source, fake) = try await Self.ec2(time: time)
    for _ in 1...2 { _ = try await source.notices() }
    #expect(fake.calls("/latest/api/token").count == 1)
    fake.forgetTokens()
    _ = try await source.notices()
    #expect(fake.calls("/latest/api/token").count == 2)
    time.advance(by: .seconds(EC2Metadata.tokenLife / 2))
    _ = try await source.notices()
    #expect(fake.calls("/latest/api/token").count == 3)
    await fake.stop()
  }

  @Test("a service that is broken is an error, not a quiet one")
  func broken() async throws {
    let rule = FaultRule(
      match: .init(service: .imds, action: FakeEC2Metadata.Place.instanceAction.rawValue),
      effect: FaultEffect(.status, status: 500))
    let (source, fake) = try await Self.ec2(faults: [rule])
    await #expect(throws: ActuateError.self) { try await source.notices() }
    await fake.stop()
  }

  @Test(
    "the paths are those of AWS's own mock",
    .enabled(if: SharedFiles.exists(defaults), "no shared files here"))
  func paths() throws {
    let url = try #require(SharedFiles.url(Self.defaults))
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    for path in FakeEC2Metadata.Place.allCases.map(\.rawValue) + [EC2Metadata.Place.node] {
      #expect(text.contains("\"\(path)\""), "\(path)")
    }
  }

  static let defaults = "specs/aws-imds/aemm-metadata-default-values.json"

  // MARK: Google

  @Test("a preemption ends the wait at once; the node is its zone and number")
  func preempted() async throws {
    let time = VirtualTime()
    let fake = FakeGCPMetadata(node: "us-central1-a/42", time: time)
    let source = GCPMetadata(
      cloud: "gcp", base: try await fake.start(), transport: LoopbackClient(), time: time)
    #expect(try await source.notices().isEmpty)
    #expect(try await source.notices().isEmpty)
    #expect(fake.asked().last?.contains("wait_for_change=true") == true)
    fake.preempt()
    let notices = try await source.notices()
    #expect(notices.map(\.kind) == [.preemption])
    #expect(notices.map(\.node) == ["us-central1-a/42"])
    #expect(try await source.notices() == notices)
    try await source.acknowledge(notices)
    #expect(try await source.notices().isEmpty)
    await fake.stop()
  }

  @Test(
    "maintenance ends a machine that cannot move, and only that one",
    arguments: [
      ("NONE", [Interruption.Kind]()), ("MIGRATE_ON_HOST_MAINTENANCE", [.rebalance]),
      ("TERMINATE_ON_HOST_MAINTENANCE", [.maintenance]),
    ])
  func maintenance(event: String, kinds: [Interruption.Kind]) async throws {
    let time = VirtualTime()
    let fake = FakeGCPMetadata(node: "us-central1-a/42", time: time)
    fake.announce(maintenance: event)
    let source = GCPMetadata(
      cloud: "gcp", base: try await fake.start(), transport: LoopbackClient(), time: time)
    #expect(try await source.notices().map(\.kind) == kinds)
    await fake.stop()
  }

  // MARK: Azure

  static func azure(
    _ events: [FakeScheduledEvents.Event], drained: Set<NodeID> = [],
    time: VirtualTime = VirtualTime()
  ) async throws -> (AzureScheduledEvents, FakeScheduledEvents) {
    let fake = FakeScheduledEvents(time: time)
    fake.announce(events)
    let source = AzureScheduledEvents(
      cloud: "azure", base: try await fake.start(),
      node: { name in name.hasPrefix("gpu") ? NodeID("fleet/\(name)") : nil },
      isDrained: { drained.contains($0) }, transport: LoopbackClient(), time: time)
    return (source, fake)
  }

  static func event(
    _ type: String, _ machines: [String] = ["gpu-1"],
    notBefore: String = "Sat, 21 Nov 2026 09:00:30 GMT"
  ) -> FakeScheduledEvents.Event {
    .init(id: "602d9444-\(type)", type: type, machines: machines, notBefore: notBefore)
  }

  @Test(
    "each type of event is what it does to the machine",
    arguments: [
      ("Preempt", [Interruption.Kind.preemption]), ("Terminate", [.stopped]),
      ("Redeploy", [.maintenance]), ("Reboot", [.maintenance]), ("Freeze", [.rebalance]),
      ("Newly invented", []),
    ])
  func azureKinds(type: String, kinds: [Interruption.Kind]) async throws {
    let (source, fake) = try await Self.azure([Self.event(type, ["gpu-1", "stranger"])])
    let notices = try await source.notices()
    #expect(notices.map(\.kind) == kinds)
    #expect(notices.allSatisfy { $0.node == "fleet/gpu-1" })
    #expect(notices.allSatisfy { $0.endsAt == Said.start.advanced(by: .seconds(30)) })
    #expect(fake.started.isEmpty)
    await fake.stop()
  }

  @Test("an event that has begun names no time, and is given once more for that")
  func begun() async throws {
    let (source, fake) = try await Self.azure([Self.event("Preempt")])
    try await source.acknowledge(try await source.notices())
    fake.announce([Self.event("Preempt", notBefore: "")])
    let begun = try await source.notices()
    #expect(begun.map(\.endsAt) == [nil])
    try await source.acknowledge(begun)
    #expect(try await source.notices().isEmpty)
    await fake.stop()
  }

  @Test(
    "an event may begin early once all its machines are drained, and not before",
    arguments: [
      ([NodeID](), [String]()), (["fleet/gpu-1"], []),
      (["fleet/gpu-1", "fleet/gpu-2"], ["602d9444-Redeploy"]),
    ])
  func approves(drained: [NodeID], started: [String]) async throws {
    let (source, fake) = try await Self.azure(
      [Self.event("Redeploy", ["gpu-1", "gpu-2"])], drained: Set(drained))
    _ = try await source.notices()
    _ = try await source.notices()
    #expect(fake.started == started)
    await fake.stop()
  }
}
