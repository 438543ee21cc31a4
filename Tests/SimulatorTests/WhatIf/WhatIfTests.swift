import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@testable import Simulator

/// What others were burnt by, tried here: savings multiplied by the days of the window
/// (kubecost/kubectl-cost#96), a month's saving above the month's cost (kubecost/kubecost#1612,
/// #1738), figures of different windows side by side (#180, #2286), spikes an hour's step does not
/// see (supabase/supabase#43998), and recommendations of a few minutes of metrics
/// (amazon-archives/cost-optimization-ec2-right-sizing#18).
@Suite("What a change of the settings would have done")
struct WhatIfTests {
  static let past = RecordedPast(hours: 36, seed: 7)

  static func patient(_ wait: Duration) -> Rulebook { past.changed { $0.idleAfter = wait } }
  static func mode(_ mode: OperatingMode) -> Rulebook { past.changed { $0.mode = mode } }

  @Test("the record has stops in every pool, with the decisions behind them")
  func fixture() {
    for pool in Self.past.rulebook.pools {
      #expect(Self.past.stops.contains { $0.interval.pool == pool.name }, "\(pool.name)")
    }
    #expect(Self.past.stops.allSatisfy { $0.decision != nil })
  }

  @Test("nothing changed is the same, of all of the time, however it was looked at")
  func unchanged() {
    for past in [Self.past, Self.past.thinned] {
      let answer = past.answer(past.rulebook)
      #expect(answer.savedMore == .zero)
      #expect(answer.isWhole)
      #expect(answer.changed.isEmpty)
    }
  }

  @Test("auto → observe: no stop would have been made, and all of their saving is gone")
  func observing() {
    let answer = Self.past.thinned.answer(Self.mode(.observe))
    let times = Self.past.looks.map(\.snapshot.takenAt)
    let range = times[0]..<times[times.count - 1]
    let saved = Self.past.stops.reduce(Money.zero) {
      $0 + Savings.realised(of: $1.interval, in: range, now: range.upperBound).saved
    }
    #expect(saved > .zero)
    #expect(answer.savedMore == .zero - saved)
    #expect(answer.isWhole)
    #expect(answer.changed.allSatisfy { $0.method == .stops && $0.after.stops == 0 })
    #expect(answer.onlyBefore.count == Set(Self.past.stops.compactMap(\.decision?.key)).count)
    #expect(answer.onlyAfter.isEmpty)
    #expect(answer.changed.reduce(0) { $0 + $1.after.unmade } == Self.past.stops.count)
  }

  @Test("observe → auto is the same question from the other side")
  func acting() {
    let there = Self.past.answer(Self.mode(.observe))
    let back = Self.past.answer(Self.past.rulebook, before: Self.mode(.observe))
    #expect(back.savedMore == there.savedMore.map { .zero - $0 })
    #expect(back.onlyAfter == there.onlyBefore)
  }

  @Test("auto → approve counts every act as allowed: the same")
  func approving() {
    #expect(Self.past.thinned.answer(Self.mode(.approve)).savedMore == .zero)
  }

  @Test("a longer wait costs what the nodes cost until then, and no more than all of the saving")
  func longer() throws {
    let none = try #require(Self.past.answer(Self.mode(.observe)).savedMore)
    var last = Money.zero
    for wait in [Duration.hours(1), .hours(2), .hours(6)] {
      let rules = Self.past.changed { $0.idleAfter = wait }
      let pools = Self.past.thinned.answer(rules).changed
      #expect(pools.allSatisfy { $0.method == .stops })
      let more = pools.reduce(Money.zero) { $0 + ($1.savedMore ?? .zero) }
      #expect(more < last, "\(wait)")
      last = more
    }
    // Nobody rests for six hours here.
    #expect(last == none)
  }

  @Test("a shorter wait cannot be concluded from looks an hour apart")
  func shorter() {
    let rules = Self.past.changed("pool") { $0.idleAfter = .minutes(2) }
    let answer = Self.past.thinned.answer(rules)
    #expect(answer.changed.map(\.method) == [.looks])
    #expect(answer.savedMore == nil)
    #expect(!answer.isWhole)
    #expect(answer.lookedAt.closely == .zero)
    #expect(answer.onlyBefore.isEmpty && answer.onlyAfter.isEmpty)
  }

  @Test("what only the newest looks show is told of their time alone")
  func newest() {
    let rules = Self.past.changed("pool") { $0.idleAfter = .minutes(2) }
    let answer = Self.past.thinned(but: 46).answer(rules)
    #expect(answer.lookedAt.closely == .hours(3))
    #expect(answer.lookedAt.hourly == .hours(33))
    #expect(answer.speaksFor == .hours(3))
    #expect(answer.savedMore != nil)
    #expect(!answer.isWhole)
  }

  @Test("pools that speak of different times have no sum")
  func mixed() {
    var rules = Self.past.changed("pool") { $0.idleAfter = .minutes(2) }
    for index in rules.pools.indices where rules.pools[index].kind == .dev {
      rules.pools[index].mode = .observe
    }
    let answer = Self.past.thinned(but: 46).answer(rules)
    #expect(Set(answer.changed.map(\.method)) == [.looks, .stops])
    #expect(answer.speaksFor == nil)
    #expect(answer.savedMore == nil)
    #expect(answer.changed.allSatisfy { $0.savedMore != nil })
  }

  @Test("rules the record was not made under are answered from looks, or not at all")
  func otherRules() {
    var other = Self.past.rulebook
    other.safety.actsPerMinute += 1
    var after = other
    for index in after.pools.indices { after.pools[index].mode = .observe }
    #expect(Self.past.thinned.answer(after, before: other).savedMore == nil)
    var unknown = WhatIf(
      before: Self.past.rulebook, after: Self.mode(.observe), recorded: [],
      times: Self.past.thinned.looks.map(\.snapshot.takenAt), stops: Self.past.stops)
    #expect(unknown.answer.savedMore == nil)
    unknown.take(Self.past.looks[0].snapshot, recorded: Self.past.looks[0].plan)
    #expect(unknown.answer.savedMore == nil)
  }

  @Test("a pool that was only watched is asked what it would do, and that no stop can tell")
  func watched() {
    let past = RecordedPast(hours: 12, seed: 3, mode: .observe)
    let rules = past.changed { $0.idleAfter = .hours(1) }
    #expect(past.thinned.answer(rules).savedMore == nil)
    let dense = past.answer(rules)
    #expect(dense.isWhole)
    #expect((dense.savedMore ?? .zero) < .zero)
    let acting = past.changed { $0.mode = .auto }
    #expect(past.thinned.answer(acting).savedMore == nil)
    #expect((past.answer(acting).savedMore ?? .zero) > .zero)
  }

  @Test("stops that were made for another reason than idleness keep a longer wait from an answer")
  func otherReasons() {
    var past = Self.past
    past.stops[0].decision = nil
    let pool = past.stops[0].interval.pool
    let wait = past.changed(pool) { $0.idleAfter = .days(2) }
    #expect(past.thinned.answer(wait).savedMore == nil)
    let observe = past.changed(pool) { $0.mode = .observe }
    #expect(past.thinned.answer(observe).savedMore != nil)
  }
}
