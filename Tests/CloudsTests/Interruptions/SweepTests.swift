import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

@Suite("Sweeps")
struct SweepTests {
  static func sweep(_ transport: any HTTPTransport, time: VirtualTime = VirtualTime()) -> EC2Sweep {
    EC2Sweep(
      cloud: "aws", region: "us-east-1",
      credentials: { () throws(ActuateError) in testCredentials }, fleet: "f",
      transport: transport, time: time)
  }

  static func spot(_ items: String) -> Result<HTTPResponse, TransportError> {
    .xml(
      "<DescribeSpotInstanceRequestsResponse><requestId>r</requestId><spotInstanceRequestSet>"
        + items + "</spotInstanceRequestSet></DescribeSpotInstanceRequestsResponse>")
  }

  static func request(
    _ node: String, _ code: String, at time: String = "2026-11-21T09:00:00.000Z"
  ) -> String {
    "<item><spotInstanceRequestId>sir-1</spotInstanceRequestId><state>active</state><status><code>"
      + "\(code)</code><updateTime>\(time)</updateTime><message>m</message></status>"
      + "<instanceId>\(node)</instanceId></item>"
  }

  static func ended(_ items: String = "") -> Result<HTTPResponse, TransportError> {
    .xml(
      "<DescribeInstancesResponse><requestId>r</requestId><reservationSet>" + items
        + "</reservationSet></DescribeInstancesResponse>")
  }

  static func instance(_ node: String, _ code: String, _ reason: String) -> String {
    "<item><instancesSet><item><instanceId>\(node)</instanceId><instanceState><code>48</code>"
      + "<name>terminated</name></instanceState><reason>\(reason)</reason><stateReason><code>\(code)"
      + "</code><message>m</message></stateReason></item></instancesSet></item>"
  }

  static func status(_ items: String = "") -> Result<HTTPResponse, TransportError> {
    .xml(
      "<DescribeInstanceStatusResponse><requestId>r</requestId><instanceStatusSet>" + items
        + "</instanceStatusSet></DescribeInstanceStatusResponse>")
  }

  static func planned(_ node: String, _ description: String) -> String {
    "<item><instanceId>\(node)</instanceId><eventsSet><item><code>instance-retirement</code>"
      + "<description>\(description)</description><notBefore>2026-12-05T03:00:00.000Z</notBefore>"
      + "</item></eventsSet></item>"
  }

  @Test("spot requests, ended instances and planned events are one list of notices")
  func all() async throws {
    let transport = ScriptedTransport([
      Self.spot(Self.request("i-1", "marked-for-termination")),
      Self.ended(
        Self.instance(
          "i-1", "Server.SpotInstanceTermination",
          "Server.SpotInstanceTermination (2026-11-21 08:59:00 GMT)")
          + Self.instance("i-2", "Server.InternalError", "Server.InternalError")),
      Self.status(
        Self.planned("i-3", "The instance is on degraded hardware")
          + Self.planned("i-4", "[Completed] done")),
    ])
    let notices = try await Self.sweep(transport).notices()
    #expect(notices.map(\.node) == ["i-1", "i-2", "i-3"])
    #expect(notices.map(\.kind) == [.preemption, .stopped, .maintenance])
    #expect(notices[0].endsAt == Said.start.advanced(by: .minutes(2)))
    #expect(notices[2].endsAt == Timestamp(rfc3339: "2026-12-05T03:00:00Z"))
    #expect(notices.allSatisfy { $0.path == "sweep" })
  }

  @Test("a notice of the queue has the same id")
  func sameID() async throws {
    let transport = ScriptedTransport([
      Self.spot(Self.request("i-1", "instance-terminated-no-capacity")), Self.ended(),
      Self.status(),
    ])
    #expect(try await Self.sweep(transport).notices().map(\.id) == ["aws/i-1/preemption"])
  }

  @Test(
    "a request that was taken back long ago, by us or that runs is no notice",
    arguments: [
      request("i-1", "instance-terminated-no-capacity", at: "2026-11-21T08:43:00.000Z"),
      request("i-1", "instance-terminated-by-user"), request("i-1", "fulfilled"),
      request("", "marked-for-termination"),
    ])
  func none(item: String) async throws {
    let transport = ScriptedTransport([Self.spot(item), Self.ended(), Self.status()])
    #expect(try await Self.sweep(transport).notices().isEmpty)
  }

  @Test("all pages are read, and an answer that is none is an error")
  func pages() async throws {
    let first = Result<HTTPResponse, TransportError>.xml(
      "<DescribeSpotInstanceRequestsResponse><requestId>r</requestId><spotInstanceRequestSet>"
        + Self.request("i-1", "marked-for-stop")
        + "</spotInstanceRequestSet><nextToken>n</nextToken></DescribeSpotInstanceRequestsResponse>"
    )
    let transport = ScriptedTransport([
      first, Self.spot(Self.request("i-2", "marked-for-stop")), Self.ended(), Self.status(),
    ])
    #expect(try await Self.sweep(transport).notices().map(\.node) == ["i-1", "i-2"])
    #expect(transport.forms[1]["NextToken"] == "n")
    let broken = ScriptedTransport(Array(repeating: .xml("<html></html>"), count: 3))
    await #expect(throws: ActuateError.self) { try await Self.sweep(broken).notices() }
  }

  @Test("the fleet's tag is asked for, so that instances of others are not listed")
  func filters() async throws {
    let transport = ScriptedTransport([Self.spot(""), Self.ended(), Self.status()])
    _ = try await Self.sweep(transport).notices()
    #expect(
      transport.forms.map { $0["Action"] } == [
        "DescribeSpotInstanceRequests", "DescribeInstances", "DescribeInstanceStatus",
      ])
    #expect(transport.forms[1]["Filter.1.Name"] == "tag%3Afinops-fleet")
    #expect(transport.forms[1]["Filter.1.Value.1"] == "f")
  }

  // MARK: Google

  static func operations(_ items: [String], next: String? = nil) -> String {
    let token = next.map { ",\"nextPageToken\":\"\($0)\"" } ?? ""
    return
      "{\"kind\":\"compute#operationList\",\"items\":[\(items.joined(separator: ","))]\(token)}"
  }

  static func operation(
    _ type: String, _ number: String, at time: String = "2026-11-21T01:00:00.000-08:00"
  ) -> String {
    """
    {"kind":"compute#operation","name":"systemevent-1","operationType":"\(type)",\
    "targetId":"\(number)","targetLink":"https://x/zones/z/instances/gpu-1","status":"DONE",\
    "insertTime":"\(time)","endTime":"\(time)","user":"system","progress":100}
    """
  }

  static func google(_ bodies: [String]) -> (GCPOperationsSweep, ScriptedTransport) {
    let transport = ScriptedTransport(
      bodies.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
    let sweep = GCPOperationsSweep(
      cloud: "gcp", project: "p", zones: ["us-central1-a"],
      token: { () throws(ActuateError) in Issued(Secret("t"), link: "test") },
      transport: transport, time: VirtualTime())
    return (sweep, transport)
  }

  @Test(
    "each operation of the system is its kind of end",
    arguments: [
      ("compute.instances.preempted", [Interruption.Kind.preemption]),
      ("compute.instances.hostError", [.stopped]),
      ("compute.instances.terminateOnHostMaintenance", [.maintenance]),
      ("compute.instances.guestTerminate", [.stopped]), ("stop", []), ("delete", []),
    ])
  func kinds(type: String, kinds: [Interruption.Kind]) async throws {
    let (sweep, transport) = Self.google([Self.operations([Self.operation(type, "42")])])
    let notices = try await sweep.notices()
    #expect(notices.map(\.kind) == kinds)
    #expect(notices.allSatisfy { $0.node == "us-central1-a/42" })
    #expect(notices.allSatisfy { $0.noticedAt == Said.start })
    #expect(transport.requests.first?.headers.last == HTTPField("Authorization", "Bearer t"))
  }

  @Test("pages are read as long as they are young; what is old is no notice")
  func google() async throws {
    let old = Self.operation(
      "compute.instances.preempted", "1", at: "2026-11-21T00:45:00.000-08:00")
    let young = Self.operation("compute.instances.preempted", "2")
    let (sweep, transport) = Self.google([
      Self.operations([young], next: "n"), Self.operations([old], next: "m"),
    ])
    #expect(try await sweep.notices().map(\.node) == ["us-central1-a/2"])
    #expect(transport.requests.count == 2)
    #expect(transport.requests[1].url.hasSuffix("&pageToken=n"))
    let (none, _) = Self.google(["{}"])
    #expect(try await none.notices().isEmpty)
    let (broken, _) = Self.google(Array(repeating: "<html>", count: 3))
    await #expect(throws: ActuateError.self) { try await broken.notices() }
  }
}
