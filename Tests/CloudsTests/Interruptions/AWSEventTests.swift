import FleetModel
import TestSupport
import Testing

@testable import Clouds

@Suite("Events of AWS")
struct AWSEventTests {
  static let node: NodeID = "i-0b662ef9931388ba0"

  static func read(
    _ text: String, regions: Set<Region> = ["us-east-1"], at now: Timestamp = Said.start
  ) -> AWSEvent.Reading {
    AWSEvent.read(Array(text.utf8), cloud: "aws", regions: regions, at: now)
  }

  static func kinds(_ reading: AWSEvent.Reading) -> [Interruption.Kind] {
    guard case .notices(let notices) = reading else { return [] }
    return notices.map(\.kind)
  }

  @Test(
    "each kind of event is what it says, of the instance it names",
    arguments: [
      (Said.spot(node), Interruption.Kind.preemption),
      (
        Said.event(
          "EC2 Instance Rebalance Recommendation", detail: "{\"instance-id\":\"\(node)\"}"),
        .rebalance
      ),
      (Said.state(node, "stopping"), .stopped), (Said.state(node, "stopped"), .stopped),
      (Said.state(node, "shutting-down"), .stopped), (Said.state(node, "terminated"), .stopped),
      (Said.health([node.rawValue]), .maintenance), (Said.lifecycle(node), .stopped),
      (Said.hook(node), .stopped),
    ])
  func kinds(text: String, kind: Interruption.Kind) throws {
    guard case .notices(let notices) = Self.read(text) else {
      Issue.record("dropped: \(Self.read(text))")
      return
    }
    #expect(notices.map(\.kind) == [kind])
    #expect(notices.map(\.node) == [Self.node])
    #expect(notices.map(\.path) == ["sqs"])
    #expect(notices.first?.id == "aws/\(Self.node)/\(kind.rawValue)")
  }

  @Test("a spot instance ends two minutes after it was said; maintenance when it begins")
  func ends() {
    guard case .notices(let spot) = Self.read(Said.spot(Self.node)),
      case .notices(let health) = Self.read(Said.health([Self.node.rawValue]))
    else {
      Issue.record("dropped")
      return
    }
    #expect(spot.first?.endsAt == Said.start.advanced(by: .minutes(2)))
    #expect(spot.first?.noticedAt == Said.start)
    #expect(health.first?.endsAt == Timestamp(rfc3339: "2026-12-05T03:00:00Z"))
  }

  @Test("one event of AWS Health names several instances, by id or by ARN")
  func several() {
    let two = ["i-1", "arn:aws:ec2:us-east-1:123456789012:instance/i-2"]
    guard case .notices(let notices) = Self.read(Said.health(two)) else {
      Issue.record("dropped")
      return
    }
    #expect(notices.map(\.node) == ["i-1", "i-2"])
  }

  @Test(
    "what ends nothing of ours is dropped, and it is said why",
    arguments: [
      ("", NoticeDrop.unreadable), ("{", .unreadable), ("[]", .unreadable), ("null", .unreadable),
      ("{\"source\":1}", .unreadable), ("<html></html>", .unreadable), ("{}", .foreign),
      (Said.event("EC2 Spot Instance Interruption Warning", detail: "{}"), .unreadable),
      (Said.event("EC2 Spot Instance Interruption Warning", detail: "7"), .unreadable),
      (
        Said.event(
          "EC2 Spot Instance Interruption Warning", detail: "{\"instance-id\":\"vol-1\"}"),
        .unreadable
      ),
      (
        Said.event(
          "EC2 Spot Instance Interruption Warning", detail: "{\"instance-id\":\"i-1\\n\"}"),
        .unreadable
      ),
      (
        Said.event(
          "EC2 Spot Instance Interruption Warning", source: "my.app",
          detail: "{\"instance-id\":\"i-1\"}"), .foreign
      ),
      (Said.event("Object Created", source: "aws.s3", detail: "{}"), .foreign),
      (Said.spot(node, region: "eu-west-1"), .elsewhere),
      (Said.state(node, "running"), .harmless), (Said.state(node, "pending"), .harmless),
      (Said.state(node, "melting"), .unreadable),
      (Said.lifecycle(node, "autoscaling:TEST_NOTIFICATION"), .harmless),
      (Said.lifecycle(node, "autoscaling:EC2_INSTANCE_LAUNCHING"), .harmless),
      (Said.lifecycle(node, "autoscaling:SOMETHING"), .foreign),
      (Said.health([node.rawValue], service: "RDS"), .foreign),
      (Said.health([node.rawValue], category: "issue"), .foreign),
      (Said.health([node.rawValue], status: "closed"), .harmless),
      (Said.health(["vol-1"]), .foreign), (Said.health([]), .foreign),
    ])
  func dropped(text: String, why: NoticeDrop) {
    #expect(Self.read(text) == .dropped(why))
  }

  @Test("no region given takes every region")
  func everywhere() {
    #expect(
      Self.kinds(Self.read(Said.spot(Self.node, region: "eu-west-1"), regions: [])) == [.preemption]
    )
  }

  @Test(
    "an end that is 15 minutes over is late, one a moment younger is not",
    arguments: [(Duration.minutes(17), true), (.minutes(17) - .microseconds(1), false)])
  func late(age: Duration, isLate: Bool) {
    let reading = Self.read(Said.spot(Self.node), at: Said.start.advanced(by: age))
    #expect((reading == .dropped(.late)) == isLate)
    #expect(Self.kinds(reading).isEmpty == isLate)
  }

  @Test(
    "a clock of ours that is behind or ahead by minutes changes nothing",
    arguments: [Duration.minutes(-10), .minutes(-4), .zero, .minutes(4), .minutes(10)])
  func skew(ours: Duration) {
    guard
      case .notices(let notices) = Self.read(
        Said.spot(Self.node), at: Said.start.advanced(by: ours))
    else {
      Issue.record("dropped")
      return
    }
    // AWS's own times, not ours: the same notice has the same times whoever reads it.
    #expect(notices.first?.noticedAt == Said.start)
    #expect(notices.first?.endsAt == Said.start.advanced(by: .minutes(2)))
  }

  @Test(
    "times are read in every form that clouds write",
    arguments: [
      ("2026-11-21T09:00:00Z", true), ("2026-11-21T01:00:00.000-08:00", true),
      ("2026-11-21T10:00:00+01:00", true), ("Sat, 21 Nov 2026 09:00:00 GMT", true),
      ("21 Nov 2026 09:00:00 GMT", true), ("", false), ("tomorrow", false),
      ("2026-11-21T09:00:00", false), ("2026-11-21T09:00:00+99:00", false),
      ("31 Feb 2026 09:00:00 GMT", false), ("+01:00", false),
    ])
  func times(text: String, isTime: Bool) {
    #expect(Timestamp(noticeTime: text) == (isTime ? Said.start : nil))
  }

  @Test("a single digit of a day is read") func shortDay() {
    #expect(
      Timestamp(noticeTime: "Sat, 4 Jun 2016 05:01:10 GMT")
        == Timestamp(rfc3339: "2016-06-04T05:01:10Z"))
  }
}
