import FleetModel

/// How long a pool's own launches and starts took, from the cloud's answer to serving.
public struct ColdStartMemory: Sendable, Hashable, Codable {
  /// The last ones, oldest first.
  public private(set) var times: [Duration] = []

  /// Enough for a 95th percentile that is not the largest one, few enough to follow a new image.
  public static let most = 50
  /// What took longer was no start but a fault somebody mended: two hours, eight times Cluster
  /// Autoscaler's max-node-provision time†.
  public static let longest = Duration.hours(2)

  public init() {}

  public mutating func fold(_ time: Duration) {
    guard time > .zero, time <= Self.longest else { return }
    times.append(time)
    if times.count > Self.most { times.removeFirst(times.count - Self.most) }
  }

  /// The nearest-rank percentile, `share` in 0…1; nil while fewer than `fewest` were measured.
  public func percentile(_ share: Double, fewest: Int) -> Duration? {
    guard times.count >= max(1, fewest) else { return nil }
    let rank = Int((Double(times.count) * share).rounded(.up))
    return times.sorted()[min(max(rank, 1), times.count) - 1]
  }
}

extension PoolMemory {
  mutating func noteStart(_ took: Duration) {
    coldStarts = coldStarts ?? ColdStartMemory()
    coldStarts?.fold(took)
  }

  /// What a cold start costs, in time: the 95th percentile of its own; nil before three were
  /// measured, for two may both be the lucky ones†.
  var coldStart: Duration? { coldStarts?.percentile(0.95, fewest: 3) }

  /// Longer than this no launch takes. The 99th percentile of its own once twenty were measured:
  /// of fewer the next one is slower than all of them too often (one in n + 1). Before that
  /// fifteen minutes (Cluster Autoscaler's max-node-provision time).
  var longestStart: Duration { coldStarts?.percentile(0.99, fewest: 20) ?? .minutes(15) }
}

extension TargetMemory {
  /// When it was heard at rest or at work after `start`; nil while it loads or is unheard.
  ///
  /// An empty device of a serving pool waits for its server: not up before that answers.
  func up(since start: Timestamp, in kind: PoolKind) -> Timestamp? {
    guard let heard = lastReadingAt, heard >= start, !accelerators.isEmpty else { return nil }
    let answers = requestsAt == heard
    let isUp = accelerators.values.allSatisfy { device in
      switch device.state {
      case .unknown, .loading: false
      case .free: kind != .serving || answers
      default: true
      }
    }
    return isUp ? heard : nil
  }
}

extension NodeMemory {
  /// Our launch or start that it has not been seen to come up from.
  var startedByUs: Timestamp? {
    guard let acted = lastActAt, lastIntent == .launch || lastIntent == .start,
      cameUpAt.map({ $0 < acted }) ?? true
    else { return nil }
    return acted
  }

  /// Notes that it came up; how long that took, once for each start.
  mutating func comeUp(_ target: TargetMemory?, in kind: PoolKind) -> Duration? {
    guard let start = startedByUs, let up = target?.up(since: start, in: kind) else { return nil }
    cameUpAt = up
    return up.duration(since: start)
  }
}
