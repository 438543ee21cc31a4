import FleetModel
import Planner
import TestSupport
import Testing

@testable import Reports
@testable import Simulator

/// What a person reads must say of what time a figure is (kubecost/kubecost#2286: "last 7 days" over
/// a month's figure), and a month is no hour times 720 unless somebody asks for that.
@Suite("What a what-if says")
struct WhatIfWordsTests {
  /// Looks a minute apart for so long, after so many hours of one look each.
  static func looked(closely minutes: Int64, hourly hours: Int64 = 0) -> LookedAt {
    let old = (0..<hours).map { TestFleet.start.advanced(by: .hours($0)) }
    let new = (0...minutes).map { TestFleet.start.advanced(by: .hours(hours) + .minutes($0)) }
    return LookedAt(minutes > 0 ? old + new : old, gap: .minutes(5))
  }

  static func answer(_ pools: [WhatIfAnswer.Pool], _ looked: LookedAt) -> WhatIfAnswer {
    WhatIfAnswer(lookedAt: looked, pools: pools, onlyBefore: [], onlyAfter: [])
  }

  static func pool(
    _ method: WhatIfMethod, _ more: Money?, of time: Duration, named name: PoolName = "jobs"
  ) -> WhatIfAnswer.Pool {
    WhatIfAnswer.Pool(pool: name, method: method, speaksFor: time, savedMore: more)
  }

  @Test("nothing is said of looks an hour apart: no amount, and never 'the same'")
  func refuses() {
    let looked = Self.looked(closely: 0, hourly: 34)
    let words = WhatIfWords(Self.answer([Self.pool(.looks, nil, of: .zero)], looked))
    #expect(words.conclusion.contains("cannot be concluded"))
    #expect(!words.conclusion.contains("$") && !words.conclusion.contains("same"))
    #expect(
      words.basis == [
        "jobs: cannot be concluded; none of 33.0 h was looked at closely enough."
      ])
    #expect(looked.sentence.contains("0.0 h closely, 33.0 h one look an hour."))
  }

  @Test("a part of the time is said to be a part, with what is left open")
  func part() {
    let looked = Self.looked(closely: 78, hourly: 32)
    let pool = Self.pool(.looks, .dollars(-324), of: .minutes(78))
    let words = WhatIfWords(Self.answer([pool], looked))
    #expect(
      words.conclusion == "In the 1.3 h that could be looked at, the bill would have risen ↑ by "
        + "$324.00. Of the other 32.0 h nothing can be concluded.")
    #expect(words.basis[0].contains("1.3 of 33.3 h; 32.0 h could not be looked at"))
  }

  @Test("no month is made of an hour unasked; asked, it says what it is made of")
  func month() {
    let looked = Self.looked(closely: 60)
    let answer = Self.answer([Self.pool(.looks, .dollars(2), of: .hours(1))], looked)
    #expect(WhatIfWords(answer).conclusion == "The bill would have fallen ↓ by $2.00.")
    #expect(
      WhatIfWords(answer, per: .days(30)).conclusion
        == "The bill would have fallen ↓ by $2.00; $1,440 in 30d if that was like these 1.0 h.")
  }

  @Test("thirty hours may speak for a month, a minute less may not", arguments: [1799, 1800])
  func thirtyHours(minutes: Int64) {
    let pool = Self.pool(.stops, .dollars(-30), of: .minutes(minutes))
    let text = WhatIfWords(Self.answer([pool], Self.looked(closely: minutes))).conclusion
    #expect(text.contains("in 30 days") == (minutes == 1800))
    #expect(minutes == 1799 || text.contains("$720.00 in 30 days if they are like these 30.0 h"))
  }

  @Test("stops that are missing are an upper bound, and said to be one")
  func bound() {
    var pool = Self.pool(.looks, .dollars(-5), of: .hours(1))
    pool.after.unmadeCost = .dollars(5)
    let looked = Self.looked(closely: 60)
    #expect(WhatIfWords(Self.answer([pool], looked)).conclusion.contains("by at most $5.00"))
    pool = Self.pool(.stops, .dollars(-5), of: .hours(1))
    #expect(WhatIfWords(Self.answer([pool], looked)).conclusion.contains("by $5.00"))
  }

  @Test("nothing that differs is the same; pools of different times have no sum")
  func sums() {
    let looked = Self.looked(closely: 60, hourly: 5)
    let same = Self.pool(.unchanged, .zero, of: looked.whole)
    #expect(WhatIfWords(Self.answer([same], looked)).conclusion.contains("been the same"))
    let mixed = [
      Self.pool(.stops, .dollars(1), of: looked.whole),
      Self.pool(.looks, .dollars(1), of: .hours(1), named: "dev"),
    ]
    let text = WhatIfWords(Self.answer(mixed, looked)).conclusion
    #expect(text.contains("No sum") && !text.contains("$"))
  }

  @Test("no look on record is no answer")
  func empty() {
    let looked = LookedAt([], gap: .minutes(5))
    #expect(looked.sentence == "No look is on record in this time.")
    let words = WhatIfWords(Self.answer([Self.pool(.looks, nil, of: .zero)], looked))
    #expect(words.conclusion == "Nothing can be concluded: no look is on record.")
  }

  @Test("acts other than stops are counted, and said to be in no amount")
  func otherActs() {
    var pool = Self.pool(.stops, .dollars(-1), of: .hours(1))
    (pool.actsBefore, pool.actsAfter) = (4, 0)
    let words = WhatIfWords(Self.answer([pool], Self.looked(closely: 60)))
    #expect(words.basis[0].hasSuffix("Acts other than stops, in no amount here: 4 → 0."))
  }

  @Test("a pool's name cannot write to the terminal")
  func names() {
    let pool = Self.pool(.looks, nil, of: .zero, named: "a\u{1B}[2Jb")
    #expect(WhatIfWords(Self.answer([pool], Self.looked(closely: 60))).basis[0].hasPrefix("a?[2Jb"))
  }
}
