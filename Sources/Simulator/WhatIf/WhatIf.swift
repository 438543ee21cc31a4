import CostModel
public import FleetModel
public import Planner

/// What a change of the settings would have done to a recorded past.
///
/// Every pool is answered by the method its change allows (`WhatIfMethod`), and says of how much of
/// the record the answer speaks. Modes are compared: a pool that does not act under one of the two
/// does nothing there. Where neither acts, both are taken as if they did.
public struct WhatIf: Sendable {
  public let lookedAt: LookedAt
  private let question: WhatIfQuestion
  private let stops: [PoolName: [MadeStop]]
  private let methods: [PoolName: WhatIfMethod]
  private var old: HistoryReplay
  private var new: HistoryReplay
  private var made: (old: [DecisionKey: Decision], new: [DecisionKey: Decision]) = ([:], [:])
  private var carriedOut: [PoolName: [Decision]] = [:]

  /// `recorded`: every rulebook the looks were planned under; empty when one is not known.
  /// `stops` and `acts`: those made in the time of the looks.
  public init(
    before: Rulebook, after: Rulebook, recorded: [Rulebook], times: [Timestamp],
    stops: [MadeStop], acts: [Decision] = []
  ) {
    let question = WhatIfQuestion(before: before, after: after, recorded: recorded)
    let byPool = Dictionary(grouping: stops, by: \.interval.pool)
    self.question = question
    self.stops = byPool
    methods = Dictionary(
      uniqueKeysWithValues: question.pools.map {
        ($0, question.method(of: $0, stops: byPool[$0] ?? []))
      })
    let gap = LookedAt.longestGap(under: recorded.last ?? before)
    lookedAt = LookedAt(times, gap: gap)
    let silent = Self.silent(before, after)
    old = HistoryReplay(under: before, silent: silent.before, gap: gap)
    new = HistoryReplay(under: after, silent: silent.after, gap: gap)
    carriedOut = Dictionary(grouping: acts, by: \.pool)
  }

  /// Pools that do nothing under the one and act under the other.
  private static func silent(
    _ before: Rulebook, _ after: Rulebook
  ) -> (before: Set<PoolName>, after: Set<PoolName>) {
    var silent: (before: Set<PoolName>, after: Set<PoolName>) = ([], [])
    for pool in before.pools {
      guard let other = after.pool(pool.name), other.acts != pool.acts else { continue }
      if pool.acts { silent.after.insert(pool.name) } else { silent.before.insert(pool.name) }
    }
    return silent
  }

  /// Looks that have to be taken, in order.
  public var looks: [Timestamp] {
    methods.values.contains { $0 != .unchanged } ? lookedAt.near : []
  }

  /// Takes one of `looks`, with the plan that was made of it.
  public mutating func take(_ snapshot: Snapshot, recorded: Plan) {
    for decision in old.take(snapshot, recorded: recorded).decisions {
      made.old[decision.key] = decision
    }
    for decision in new.take(snapshot, recorded: recorded).decisions {
      made.new[decision.key] = decision
    }
  }

  public var answer: WhatIfAnswer {
    let pools = question.pools.map { pool in
      switch methods[pool] ?? .looks {
      case .unchanged: unchanged(pool)
      case .stops: byStops(pool)
      case .looks: byLooks(pool)
      }
    }
    let (before, after) = differing
    return WhatIfAnswer(
      lookedAt: lookedAt, pools: pools, onlyBefore: before, onlyAfter: after)
  }

  // MARK: Pool by pool

  private func unchanged(_ pool: PoolName) -> WhatIfAnswer.Pool {
    WhatIfAnswer.Pool(pool: pool, method: .unchanged, speaksFor: lookedAt.whole, savedMore: .zero)
  }

  private func byStops(_ pool: PoolName) -> WhatIfAnswer.Pool {
    var answer = WhatIfAnswer.Pool(pool: pool, method: .stops, speaksFor: lookedAt.whole)
    let range = range
    for stop in stops[pool] ?? [] {
      answer.before.add(stop, under: question.before, in: range)
      answer.after.add(stop, under: question.after, in: range)
    }
    answer.savedMore = answer.after.saved - answer.before.saved
    answer.actsBefore = acts(of: pool, under: question.before)
    answer.actsAfter = acts(of: pool, under: question.after)
    return answer
  }

  /// Acts other than stops; what they cost or saved is not in any figure here.
  private func acts(of pool: PoolName, under rulebook: Rulebook) -> Int {
    guard rulebook.pool(pool)?.acts == true else { return 0 }
    return (carriedOut[pool] ?? []).count { !$0.intent.shrinks }
  }

  private func byLooks(_ pool: PoolName) -> WhatIfAnswer.Pool {
    var answer = WhatIfAnswer.Pool(pool: pool, method: .looks, speaksFor: lookedAt.closely)
    answer.before = old.score.policy[pool] ?? .init()
    answer.after = new.score.policy[pool] ?? .init()
    guard lookedAt.closely > .zero else { return answer }
    answer.savedMore = answer.after.net - answer.before.net
    return answer
  }

  private var range: Range<Timestamp> {
    guard let from = lookedAt.from, let until = lookedAt.until else {
      return Timestamp(seconds: 0)..<Timestamp(seconds: 0)
    }
    return from..<until
  }

  // MARK: Decisions

  private var differing: (before: [Decision], after: [Decision]) {
    var (before, after) = made
    for (pool, stops) in stops where methods[pool] == .stops {
      for stop in stops {
        guard let decision = stop.decision else { continue }
        let (was, now) = (stop.isMade(question.before, range), stop.isMade(question.after, range))
        before[decision.key] = was ? decision : nil
        after[decision.key] = now ? decision : nil
      }
    }
    let inOrder = { (one: Decision, two: Decision) in one.key < two.key }
    return (
      before.filter { after[$0.key] == nil }.values.sorted(by: inOrder),
      after.filter { before[$0.key] == nil }.values.sorted(by: inOrder)
    )
  }
}

extension MadeStop {
  fileprivate func isMade(_ rulebook: Rulebook, _ range: Range<Timestamp>) -> Bool {
    saved(under: rulebook, in: range) != nil
  }
}

extension HistoryScore.Tally {
  /// Counts a stop that was made as it would have been.
  fileprivate mutating func add(
    _ stop: MadeStop, under rulebook: Rulebook, in range: Range<Timestamp>
  ) {
    let real = Savings.realised(of: stop.interval, in: range, now: range.upperBound).saved
    let begins = range.contains(stop.interval.from)
    guard let kept = stop.saved(under: rulebook, in: range) else {
      if begins { unmade += 1 }
      unmadeCost += real
      return
    }
    if begins { stops += 1 }
    if let until = stop.interval.until, range.contains(until) { coldStarts += 1 }
    saved += kept
  }

  /// Beside what was really done: what more is saved, less what the stops that are missing cost.
  public var net: Money { saved - unmadeCost }
}
