public import FleetModel

/// How launches and starts of one machine type ended lately: what a stopped node risks.
public struct StartLog: Sendable, Hashable, Codable {
  public var cloud: CloudName
  public var type: InstanceType
  /// The last ends, oldest first.
  private(set) var ends: [End] = []

  struct End: Sendable, Hashable, Codable {
    var at: Timestamp
    /// nil: it came up.
    var failure: ActFailure.Kind?
  }

  /// A month, or 64 ends, whichever is less: older luck says nothing of today's capacity†.
  private static let span = Duration.days(30)
  private static let most = 64

  init(cloud: CloudName, type: InstanceType) { (self.cloud, self.type) = (cloud, type) }

  mutating func fold(_ failure: ActFailure.Kind?, at moment: Timestamp) {
    ends.removeAll { moment.duration(since: $0.at) > Self.span }
    ends.append(End(at: moment, failure: failure))
    if ends.count > Self.most { ends.removeFirst(ends.count - Self.most) }
  }

  func recent(at now: Timestamp) -> [End] {
    ends.filter { now.duration(since: $0.at) <= Self.span }
  }

  /// Ends for want of capacity; a wrong setting says nothing of the cloud.
  func failures(at now: Timestamp) -> Int {
    recent(at: now).count { $0.failure == .capacity || $0.failure == .quota }
  }

  /// The cloud had none of it within this time.
  func lackedCapacity(within span: Duration, of now: Timestamp) -> Bool {
    ends.contains { $0.failure == .capacity && now.duration(since: $0.at) <= span }
  }
}

extension Memory {
  /// Notes how a launch or start ended; spot says nothing of on-demand capacity.
  mutating func noteStart(
    _ decision: Decision, failure: ActFailure.Kind?, at moment: Timestamp
  ) {
    guard decision.intent == .start || decision.intent == .launch,
      decision.launch?.capacity != .spot,
      let type = decision.launch?.type ?? decision.node.flatMap({ nodes[$0]?.type }),
      let cloud = decision.launch?.cloud ?? decision.cloud
        ?? decision.node.flatMap({ nodes[$0]?.cloud })
    else { return }
    var logs = starts ?? []
    let index =
      logs.firstIndex { $0.cloud == cloud && $0.type == type } ?? logs.endIndex
    if index == logs.endIndex { logs.append(StartLog(cloud: cloud, type: type)) }
    logs[index].fold(failure, at: moment)
    starts = logs.sorted { ($0.cloud, $0.type) < ($1.cloud, $1.type) }
  }
}
