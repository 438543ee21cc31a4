public import FleetModel
public import Simulator

/// What a what-if found, in sentences: never a figure for time nobody looked at, and never "the
/// same" where nothing was looked at.
public struct WhatIfWords: Sendable {
  private let answer: WhatIfAnswer
  /// The time a person asked the result to be told for; nil: none.
  private let asked: Duration?

  public init(_ answer: WhatIfAnswer, per asked: Duration? = nil) {
    self.answer = answer
    self.asked = asked
  }

  /// One line for each pool something is changed for: how it is known, and of how much.
  public var basis: [String] { answer.changed.map { line(of: $0) } }

  private func line(of pool: WhatIfAnswer.Pool) -> String {
    let whole = hours(answer.lookedAt.whole)
    let name = People.name(pool.pool.rawValue)
    switch pool.method {
    case .unchanged: return "\(name): nothing is changed."
    case .stops:
      return "\(name): from the stops that were made, all \(whole) h." + others(pool)
    case .looks where pool.savedMore == nil:
      return "\(name): cannot be concluded; none of \(whole) h was looked at closely enough."
    case .looks:
      let left = answer.lookedAt.whole - pool.speaksFor
      let rest = left > .zero ? "; \(hours(left)) h could not be looked at" : ""
      return "\(name): planned again look by look, \(hours(pool.speaksFor)) of \(whole) h\(rest)."
    }
  }

  private func others(_ pool: WhatIfAnswer.Pool) -> String {
    guard pool.actsBefore != pool.actsAfter else { return "" }
    return " Acts other than stops, in no amount here: \(pool.actsBefore) → \(pool.actsAfter)."
  }

  /// What it comes to.
  public var conclusion: String {
    guard !answer.changed.isEmpty else {
      return "No pool's rules differ: the bill would have been the same."
    }
    guard let more = answer.savedMore, let time = answer.speaksFor else { return refusal }
    if answer.isWhole { return "The bill would have \(change(more))\(ahead(more, of: time))." }
    let left = answer.lookedAt.whole - time
    return "In the \(hours(time)) h that could be looked at, the bill would have \(change(more))"
      + "\(ahead(more, of: time)). Of the other \(hours(left)) h nothing can be concluded."
  }

  private var refusal: String {
    guard answer.speaksFor != nil else {
      return "No sum: the pools' figures are of different times. Each stands alone."
    }
    if answer.lookedAt.looks == 0 { return "Nothing can be concluded: no look is on record." }
    return "What the bill would have been cannot be concluded from looks an hour apart; "
      + "ask within a few hours of the time in question, or see what longer waits and milder modes "
      + "would have changed: that is known from the stops that were made."
  }

  private func change(_ more: Money) -> String {
    guard more != .zero else { return "been the same" }
    let atMost = more < .zero && answer.changed.contains(where: \.isBound) ? "at most " : ""
    return more < .zero
      ? "risen ↑ by \(atMost)\(People.money(-more))" : "fallen ↓ by \(People.money(more))"
  }

  /// The same for another time, where a person asks, or enough was watched to say a month.
  private func ahead(_ more: Money, of time: Duration) -> String {
    guard more != .zero, time > .zero else { return "" }
    let size = more < .zero ? -more : more
    if let asked {
      let then = People.money(Self.scaled(size, from: time, to: asked))
      return "; \(then) in \(asked.brief) if that was like these \(hours(time)) h"
    }
    guard time >= HistoryScore.leastForMonth,
      let month = HistoryScore.monthly(size, of: time)
    else { return "" }
    return "; \(People.money(month)) in 30 days if they are like these \(hours(time)) h"
  }

  /// An amount of one time, for another.
  public static func scaled(_ amount: Money, from time: Duration, to other: Duration) -> Money {
    let part = Int128(amount.nanos) * Int128(other.microseconds)
    return Money(nanos: Int64(clamping: part / Int128(max(1, time.microseconds))))
  }

  private func hours(_ time: Duration) -> String { People.hours(time.microseconds) }
}

extension WhatIfAnswer.Pool {
  /// Stops that are missing count for all of the time their nodes were off; later stops might have
  /// been made instead.
  fileprivate var isBound: Bool { method == .looks && after.unmadeCost > .zero }
}

extension LookedAt {
  /// "351 looks from … to …: 1.3 h closely, 32.5 h one look an hour, 0.4 h not at all."
  public var sentence: String {
    guard let from, let until, looks > 0 else { return "No look is on record in this time." }
    var parts = ["\(People.hours(closely.microseconds)) h closely"]
    if hourly > .zero { parts.append("\(People.hours(hourly.microseconds)) h one look an hour") }
    if unseen > .zero { parts.append("\(People.hours(unseen.microseconds)) h not at all") }
    return "\(People.count(looks, "look")) from \(from) to \(until): "
      + parts.joined(separator: ", ") + "."
  }
}
