import FleetModel
import Synchronization

/// How long a request that changes something may still leave.
///
/// Contract: asked as the last thing before the first byte goes, by whoever sends (DECISIONS 42),
/// and again after every wait. Both clocks are the boot-time clock, which runs on while the process
/// or the machine is suspended. A request whose permit has ended is not sent, not even in part.
public struct SendPermit: Sendable, Hashable {
  /// When what it rests on was seen: the middle of that exchange. nil: it rests on nothing that ages.
  public var seenAt: ContinuousClock.Instant?
  /// How old that may be.
  public var limit: Duration
  /// The right to change anything at all; nil: nobody else could have it.
  public var lease: LeaseHold?

  public init(
    seenAt: ContinuousClock.Instant?, limit: Duration = .zero, lease: LeaseHold? = nil
  ) {
    self.seenAt = seenAt
    self.limit = limit
    self.lease = lease
  }

  /// For what a person asks for by hand and for tests of other things.
  public static let always = SendPermit(seenAt: nil)

  /// For taking back what the same act has just done: that rests on the act itself, not on a look
  /// at the fleet, but who leads no more does not do even that.
  public var forUndoing: SendPermit { SendPermit(seenAt: nil, lease: lease) }

  /// Why nothing may leave at this moment; nil: it may.
  public func lateness(at now: ContinuousClock.Instant = .now) -> Lateness? {
    if let lease, let over = lease.over(at: now) { return .leaseOver(since: over) }
    guard let seenAt else { return nil }
    let age = seenAt.duration(to: now)
    return age <= limit ? nil : .evidenceOld(age: age, limit: limit)
  }
}

/// Why a request was not sent that would have left too late.
public enum Lateness: Sendable, Hashable, CustomStringConvertible {
  /// What it rests on was seen too long ago: to be looked at anew.
  case evidenceOld(age: Duration, limit: Duration)
  /// By our own clock the lease has ended: another may act by now.
  case leaseOver(since: Duration)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .evidenceOld(let age, let limit):
      "not sent: what it rests on was \(age.brief) old, and may be \(limit.brief)"
    case .leaseOver(let time): "not sent: the lease ended \(time.brief) ago by our own clock"
    }
  }
}

/// Until when we hold the lease, by our own boot-time clock.
///
/// The store counts a term from when it grants it, which is after we asked: counted from the asking,
/// our end never comes after the store's.
public final class LeaseHold: Sendable, Hashable {
  private let end: Mutex<ContinuousClock.Instant>

  /// - Parameters:
  ///   - moment: before the lease was asked for.
  ///   - term: of the lease, in real time.
  public init(askedAt moment: ContinuousClock.Instant, term: Duration) {
    end = Mutex(moment + term)
  }

  /// It was renewed; an earlier end than the present one changes nothing.
  public func renew(askedAt moment: ContinuousClock.Instant, term: Duration) {
    end.withLock { $0 = max($0, moment + term) }
  }

  /// For how long it has been over; nil while it holds. It does not hold at its very end.
  public func over(at now: ContinuousClock.Instant = .now) -> Duration? {
    let end = end.withLock { $0 }
    return now < end ? nil : end.duration(to: now)
  }

  public static func == (left: LeaseHold, right: LeaseHold) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
