import FleetModel
import Planner

/// How it can be known what a change of the settings does to one pool.
public enum WhatIfMethod: String, Sendable, Hashable, Codable {
  /// Nothing that matters to the pool is changed.
  case unchanged
  /// From the stops that were made: each of them is on record to the microsecond, however old.
  case stops
  /// By planning again every look that has another one near; older time cannot be looked at.
  case looks
}

/// Two rulebooks, and those the record was made under.
struct WhatIfQuestion: Sendable {
  var before: Rulebook
  var after: Rulebook
  var recorded: [Rulebook]

  /// Every pool of either, sorted.
  var pools: [PoolName] {
    Set(before.pools.map(\.name)).union(after.pools.map(\.name)).sorted()
  }

  /// `stops`: the pool's own, whose decisions are to be answered for.
  func method(of pool: PoolName, stops: [MadeStop]) -> WhatIfMethod {
    guard before.frame == after.frame, let old = before.pool(pool), let new = after.pool(pool)
    else { return .looks }
    if old == new { return .unchanged }
    let sides = [(old, before), (new, after)]
    // Where neither may act, what is asked is what they would do, and nothing shows that.
    guard old.acts || new.acts, !recorded.isEmpty, old.core == new.core else { return .looks }
    for rules in recorded {
      guard let was = rules.pool(pool) else { return .looks }
      for (now, side) in sides {
        guard rules.restrains(was, nowAs: now, in: side, stops: stops) else { return .looks }
      }
    }
    return .stops
  }
}

extension Rulebook {
  func pool(_ name: PoolName) -> PoolRules? { pools.first { $0.name == name } }

  /// All but the pools.
  var frame: Rulebook {
    var frame = self
    frame.pools = []
    return frame
  }

  /// The pool does under `side` what it did under these rules, later or not at all, and never more:
  /// then the stops that were made are all there is to ask about.
  fileprivate func restrains(
    _ was: PoolRules, nowAs now: PoolRules, in side: Rulebook, stops: [MadeStop]
  ) -> Bool {
    guard was.core == now.core, safety == side.safety, spend == side.spend,
      thresholds == side.thresholds, scrapeInterval == side.scrapeInterval
    else { return false }
    guard now.acts else { return true }
    guard was.mode >= now.mode, was.minimumConfidence <= now.minimumConfidence else { return false }
    if was.minimumConfidence == now.minimumConfidence, was.idleAfter == now.idleAfter {
      return true
    }
    guard let earlier = idleWait(of: was), let later = side.idleWait(of: now), earlier <= later
    else { return false }
    return stops.allSatisfy { $0.idle != nil }
  }

  /// After how long an idle time the pool's nodes are stopped; nil where that is learned, has
  /// rungs, or follows demand.
  func idleWait(of pool: PoolRules) -> Duration? {
    guard pool.scaling == nil, pool.ladder == nil else { return nil }
    if let own = pool.idleAfter { return own }
    return switch pool.kind {
    case .batch: thresholds.batchWindow
    case .dev: thresholds.devWindow
    case .serving, .training, .unlabelled: nil
    }
  }
}

extension PoolRules {
  /// Acts, by itself or with a person's word: what people would have said is not known, so each
  /// act of `approve` counts as allowed.
  var acts: Bool { mode >= .approve }

  /// All but what the stops that were made can answer for.
  fileprivate var core: PoolRules {
    var core = self
    (core.mode, core.idleAfter, core.minimumConfidence) = (.auto, nil, .high)
    return core
  }
}
