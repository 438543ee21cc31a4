import FleetModel
import Foundation

/// What a message of a queue that EventBridge fills says of machines' ends.
///
/// Shapes: the EC2 user guide's event types, AWS Health's EventBridge schema, EC2 Auto Scaling's
/// lifecycle hooks (which may also write to a queue themselves, without an envelope).
enum AWSEvent {
  enum Reading: Sendable, Hashable {
    case notices([Interruption])
    case dropped(NoticeDrop)
  }

  /// EC2 takes a spot instance back two minutes after it says so.
  static let spotNotice = Duration.minutes(2)

  /// - Parameter regions: ours; empty takes all.
  static func read(
    _ body: [UInt8], cloud: CloudName, regions: Set<Region>, at now: Timestamp
  ) -> Reading {
    guard let message = try? JSONDecoder().decode(AWSEventMessage.self, from: Data(body)) else {
      return .dropped(.unreadable)
    }
    guard let source = message.source else {
      return judge(lifecycle(message.asDetail, message.sentAt ?? now, cloud), at: now)
    }
    if let region = message.detail?.eventRegion ?? message.region, !regions.isEmpty,
      !regions.contains(Region(region))
    {
      return .dropped(.elsewhere)
    }
    guard let detail = message.detail else { return .dropped(.unreadable) }
    let said = message.sentAt ?? now
    return switch (source, message.detailType) {
    case ("aws.ec2", "EC2 Spot Instance Interruption Warning"):
      judge(
        notice(.preemption, detail.instanceID, said, cloud, endsAt: said.advanced(by: spotNotice)),
        at: now)
    case ("aws.ec2", "EC2 Instance Rebalance Recommendation"):
      judge(notice(.rebalance, detail.instanceID, said, cloud), at: now)
    case ("aws.ec2", "EC2 Instance State-change Notification"):
      judge(stateChange(detail, said, cloud), at: now)
    case ("aws.health", "AWS Health Event"): judge(health(detail, said, cloud), at: now)
    case ("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action"):
      judge(lifecycle(detail, said, cloud), at: now)
    default: .dropped(.foreign)
    }
  }

  private static func judge(_ reading: Reading, at now: Timestamp) -> Reading {
    guard case .notices(let notices) = reading else { return reading }
    let timely = notices.filter { !$0.isLate(at: now) }
    return timely.isEmpty ? .dropped(.late) : .notices(timely)
  }

  private static func notice(
    _ kind: Interruption.Kind, _ id: String?, _ said: Timestamp, _ cloud: CloudName,
    endsAt: Timestamp? = nil
  ) -> Reading {
    guard let node = node(id) else { return .dropped(.unreadable) }
    return .notices([
      Interruption(
        kind, of: node, in: cloud, endsAt: endsAt, noticedAt: said, path: AWSEventQueue.path)
    ])
  }

  private static func stateChange(
    _ detail: AWSEventMessage.Detail, _ said: Timestamp, _ cloud: CloudName
  ) -> Reading {
    guard let state = detail.state.flatMap(InstanceState.init(rawValue:)) else {
      return .dropped(.unreadable)
    }
    guard !state.isLive else { return .dropped(.harmless) }
    return notice(.stopped, detail.instanceID, said, cloud)
  }

  private static func lifecycle(
    _ detail: AWSEventMessage.Detail, _ said: Timestamp, _ cloud: CloudName
  ) -> Reading {
    switch detail.transition {
    case "autoscaling:EC2_INSTANCE_TERMINATING":
      notice(.stopped, detail.groupInstanceID, said, cloud)
    case "autoscaling:TEST_NOTIFICATION", "autoscaling:EC2_INSTANCE_LAUNCHING":
      .dropped(.harmless)
    default: .dropped(.foreign)
    }
  }

  /// Maintenance is said up to weeks ahead: `endsAt` is when it begins.
  private static func health(
    _ detail: AWSEventMessage.Detail, _ said: Timestamp, _ cloud: CloudName
  ) -> Reading {
    guard detail.service == "EC2", detail.category == "scheduledChange" else {
      return .dropped(.foreign)
    }
    guard detail.statusCode != "closed" else { return .dropped(.harmless) }
    let begins = detail.startTime.flatMap(Timestamp.init(noticeTime:))
    let nodes = (detail.affectedEntities ?? []).compactMap { node($0.entityValue) }
    guard !nodes.isEmpty else { return .dropped(.foreign) }
    return .notices(
      nodes.map {
        Interruption(
          .maintenance, of: $0, in: cloud, endsAt: begins, noticedAt: said,
          path: AWSEventQueue.path)
      })
  }

  /// An instance by its id, or by an ARN that ends in it.
  static func node(_ text: String?) -> NodeID? {
    let id = text?.split(separator: "/").last ?? ""
    guard id.hasPrefix("i-"), (3...64).contains(id.utf8.count),
      id.dropFirst(2).utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 })
    else { return nil }
    return NodeID(String(id))
  }
}

/// An event as EventBridge writes it; every field that only some events have is optional.
struct AWSEventMessage: Decodable, Sendable {
  var source: String?
  var detailType: String?
  var time: String?
  var region: String?
  var detail: Detail?
  /// A lifecycle hook's own message has the details at its top.
  var transition: String?
  var groupInstanceID: String?
  var hookTime: String?

  struct Detail: Decodable, Sendable {
    var instanceID: String?
    var state: String?
    var transition: String?
    var groupInstanceID: String?
    var service: String?
    var category: String?
    var statusCode: String?
    var startTime: String?
    var eventRegion: String?
    var affectedEntities: [Entity]?

    enum CodingKeys: String, CodingKey {
      case instanceID = "instance-id"
      case transition = "LifecycleTransition"
      case groupInstanceID = "EC2InstanceId"
      case category = "eventTypeCategory"
      case state, service, statusCode, startTime, eventRegion, affectedEntities
    }
  }

  struct Entity: Decodable, Sendable { var entityValue: String? }

  enum CodingKeys: String, CodingKey {
    case detailType = "detail-type"
    case transition = "LifecycleTransition"
    case groupInstanceID = "EC2InstanceId"
    case hookTime = "Time"
    case source, time, region, detail
  }

  var sentAt: Timestamp? { (time ?? hookTime).flatMap(Timestamp.init(noticeTime:)) }

  var asDetail: Detail {
    Detail(transition: transition, groupInstanceID: groupInstanceID)
  }
}
