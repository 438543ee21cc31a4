public import FleetModel

/// Delivers one alert to one channel.
///
/// Contract: the same message may come twice; it then carries the same id and bytes.
public protocol Notifier: Sendable {
  var name: String { get }
  func deliver(_ message: OutboxMessage) async throws(DeliveryError)
}

/// An alert on its way to one channel.
public struct OutboxMessage: Sendable, Hashable {
  /// "evt_…": the same on every attempt.
  public var id: String
  public var channel: String
  public var alert: Alert
  /// Attempts made before this one.
  public var attempts: Int
  public init(id: String, channel: String, alert: Alert, attempts: Int) {
    self.id = id
    self.channel = channel
    self.alert = alert
    self.attempts = attempts
  }
}

public enum DeliveryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Try again, not before this has passed when it is given.
  case retry(after: Duration?, String)
  /// The receiver does not want it (4xx): dead letter.
  case rejected(String)
  /// The receiver is gone for good (410): stop this channel.
  case gone(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .retry(_, let text): text
    case .rejected(let text): "\(text); it is not tried again"
    case .gone(let text): "\(text): gone for good"
    }
  }
}

/// The alerts that wait for delivery.
public protocol Outbox: Sendable {
  /// Messages due now on the store's clock, claimed so that nobody else takes them for a while.
  func claim(limit: Int) async throws(StoreError) -> [OutboxMessage]
  func delivered(_ id: String, channel: String) async throws(StoreError)
  func retry(_ id: String, channel: String, after: Duration, error: String) async throws(StoreError)
  func bury(_ id: String, channel: String, error: String) async throws(StoreError)
}
