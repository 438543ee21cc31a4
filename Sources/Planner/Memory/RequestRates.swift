import FleetModel

/// What a server's counters did between its last two readings.
///
/// A counter that went down began anew: of that pair nothing is known, which is not zero.
public struct RequestRates: Sendable, Hashable, Codable {
  public var tokensPerSecond: Double?
  /// First tokens given in that time, and the seconds requests waited for them together.
  public var firstTokens: Double?
  public var firstTokenSeconds: Double?

  init(from before: RequestReading, to now: RequestReading, in time: Duration) {
    tokensPerSecond = Self.growth(before.tokens, now.tokens).map { $0 / time.inSeconds }
    let count = Self.growth(before.firstTokens, now.firstTokens)
    let seconds = Self.growth(before.firstTokenSeconds, now.firstTokenSeconds)
    // One without the other is no mean.
    guard let count, let seconds else { return }
    (firstTokens, firstTokenSeconds) = (count, seconds)
  }

  private static func growth(_ before: Double?, _ now: Double?) -> Double? {
    guard let before, let now, now >= before, (now - before).isFinite else { return nil }
    return now - before
  }
}

extension TargetMemory {
  /// Takes in the request counters of a reading.
  mutating func note(_ requests: RequestReading, at moment: Timestamp) {
    requestRates = nil
    if let before = lastRequests, let last = requestsAt, moment > last {
      requestRates = RequestRates(from: before, to: requests, in: moment.duration(since: last))
    }
    (lastRequests, requestsAt) = (requests, moment)
  }
}
