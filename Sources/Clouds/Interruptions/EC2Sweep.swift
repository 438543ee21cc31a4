public import FleetModel
import Planner
public import Ports

/// What EC2's lists say of ends: spot requests that are being taken back (up to two minutes ahead),
/// instances that EC2 ended itself, and scheduled maintenance. For an account without a queue.
///
/// Three calls a region every 15 s, each filtered where the list is: an answer holds what ends and
/// nothing else.
public struct EC2Sweep: InterruptionSource {
  public let cloud: CloudName
  private let fleet: String
  private let calls: AWSCalls
  private let board: NoticeBoard
  private let time: any TimeSource

  static let path = "sweep"
  /// An eighth of the two minutes' notice.
  static let pause = Duration.seconds(15)
  private static let mostPages = 100

  /// - Parameters:
  ///   - region: one; a fleet over several has a sweep for each.
  ///   - endpoint: an absolute URL without a path; nil for AWS's own.
  ///   - credentials: asked every minute, and when what they gave is refused.
  ///   - fleet: the value of the tag `finops-fleet`.
  ///   - time: paces, and says when a notice was seen first.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real.
  public init(
    cloud: CloudName, region: Region, endpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> AWSCredentials,
    fleet: String, transport: any HTTPTransport, time: any TimeSource,
    wallClock: (any TimeSource)? = nil
  ) {
    let account = AWSAccount(
      credentials: CredentialCache(time: time) { () async throws(ActuateError) in
        Issued(try await credentials(), link: "given")
      },
      endpoint: endpoint, transport: transport, time: time, wallClock: wallClock ?? time,
      jitter: Jitter(SystemRandomNumberGenerator()))
    self.init(cloud: cloud, region: region, account: account, fleet: fleet)
  }

  init(cloud: CloudName, region: Region, account: AWSAccount, fleet: String) {
    self.cloud = cloud
    self.fleet = fleet
    calls = AWSCalls(.ec2, of: account, in: region)
    time = account.time
    board = NoticeBoard(every: Self.pause, time: account.time)
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    try await board.turn()
    let now = time.now()
    let spot = try await pages(as: SpotRequestsReply.self) { .endingSpotRequests(after: $0) }
    let ended = try await pages(as: EndedInstancesReply.self) { [fleet] in
      .instancesEndedByEC2(fleet: fleet, after: $0)
    }
    let planned = try await pages(as: InstanceStatusReply.self) { .plannedEvents(after: $0) }
    let seen =
      spot.flatMap { $0.notices(in: cloud, at: now) }
      + ended.flatMap { $0.notices(in: cloud, at: now) }
      + planned.flatMap { $0.notices(in: cloud, at: now) }
    return board.news(in: Interruption.once(seen.filter { !$0.isLate(at: now) }))
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    board.acknowledge(notices)
  }

  private func pages<Reply: EC2Page>(
    as type: Reply.Type, _ call: (String?) -> AWSCall
  ) async throws(ActuateError) -> [Reply] {
    var replies: [Reply] = []
    var token: String?
    for _ in 0..<Self.mostPages {
      let reply = try await calls.send(call(token), as: type).value
      replies.append(reply)
      guard let next = reply.nextToken, !next.isEmpty, next != token else { break }
      token = next
    }
    return replies
  }
}

protocol EC2Page: Decodable, Sendable {
  var nextToken: String? { get }
}

extension AWSCall {
  /// EC2's own words for requests whose instance it takes back now. One that ends by termination is
  /// called terminated two minutes before its instance is.
  static let endingSpotCodes = [
    "marked-for-termination", "marked-for-stop", "instance-terminated-by-price",
    "instance-terminated-no-capacity", "instance-terminated-capacity-oversubscribed",
    "instance-stopped-by-price", "instance-stopped-no-capacity",
    "instance-stopped-capacity-oversubscribed",
  ]

  static let endingReasons = [
    "Server.SpotInstanceTermination", "Server.SpotInstanceShutdown", "Server.ScheduledStop",
    "Server.InternalError", "Server.InsufficientInstanceCapacity",
  ]

  static let plannedCodes = [
    "instance-reboot", "system-reboot", "system-maintenance", "instance-retirement",
    "instance-stop",
  ]

  static func endingSpotRequests(after token: String?) -> AWSCall {
    AWSCall(
      "DescribeSpotInstanceRequests",
      form: filtered([("status-code", endingSpotCodes)], after: token))
  }

  static func instancesEndedByEC2(fleet: String, after token: String?) -> AWSCall {
    AWSCall(
      "DescribeInstances",
      form: filtered(
        [("tag:" + Tag.fleet, [fleet]), ("state-reason-code", endingReasons)], after: token))
  }

  static func plannedEvents(after token: String?) -> AWSCall {
    AWSCall(
      "DescribeInstanceStatus", form: filtered([("event.code", plannedCodes)], after: token))
  }

  private static func filtered(
    _ filters: [(name: String, values: [String])], after token: String?
  ) -> [AWSParameter] {
    var parameters: [AWSParameter] = []
    for (index, filter) in filters.enumerated() {
      parameters.append(AWSParameter("Filter.\(index + 1).Name", filter.name))
      parameters += AWSParameter.list("Filter.\(index + 1).Value", filter.values)
    }
    parameters.append(AWSParameter("MaxResults", String(pageSize)))
    if let token { parameters.append(AWSParameter("NextToken", token)) }
    return parameters
  }
}
