public import FleetModel
public import Planner

/// How closely a recorded time was looked at.
///
/// Old looks are kept once an hour. Whatever begins and ends between two of them is in none, so
/// nothing is concluded from looks that far apart (supabase/supabase#43998: a spike that is there
/// at two minutes and gone at one hour).
public struct LookedAt: Sendable, Hashable {
  /// Looks with another one near, before or after: these can be planned again.
  public let near: [Timestamp]
  /// Time between such looks.
  public private(set) var closely = Duration.zero
  /// Time between looks that are further apart, at most about an hour.
  public private(set) var hourly = Duration.zero
  /// Holes longer than that.
  public private(set) var unseen = Duration.zero
  public let looks: Int
  public let from: Timestamp?
  public let until: Timestamp?

  /// Kept looks are an hour apart; a hole longer than that is time nobody saw.
  static let hour = Duration.minutes(65)

  /// Looks this far apart or nearer show every idle time that matters: a few scrapes may be lost,
  /// and no idle window is shorter than ten minutes unless somebody writes so.
  public static func longestGap(under rulebook: Rulebook) -> Duration {
    max(.minutes(5), rulebook.scrapeInterval * 4)
  }

  /// `times` in order, each once.
  public init(_ times: [Timestamp], gap: Duration) {
    var near: [Timestamp] = []
    for (last, next) in zip(times, times.dropFirst()) {
      let passed = next.duration(since: last)
      guard passed <= gap else {
        if passed <= Self.hour { hourly += passed } else { unseen += passed }
        continue
      }
      closely += passed
      if near.last != last { near.append(last) }
      near.append(next)
    }
    self.near = near
    (looks, from, until) = (times.count, times.first, times.last)
  }

  /// From the first look to the last.
  public var whole: Duration { closely + hourly + unseen }
}
