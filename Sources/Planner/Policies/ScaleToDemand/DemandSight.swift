/// What is known of the load after a look; the answer follows from it, a multiple and a backlog.
struct DemandSight {
  var pace: DemandPace
  /// Load of the last interval, its present level, both in replicas.
  var offered: Double
  var level: Double
  /// Root of the mean squared error of "as much as now", one cold start ahead; in replicas.
  var error: Double
  var strictError: Double
  /// Former peaks on their way down to the level.
  var envelope: Double
  var strictEnvelope: Double
  /// Replicas kept whatever the load: the first size at the start, one kept warm.
  var floor: Int
  /// The strict stance's floor counts now.
  var strict: Bool

  /// Replicas wanted at `multiple` of the error with `backlog` replica-seconds waiting.
  func wanted(at multiple: Double, backlog: Double) -> Int {
    let plain = plainly(at: multiple, backlog: backlog)
    guard strict else { return plain }
    let load = max(strictCapacity, level * headroom(at: DemandRule.firstMultiple))
    let waiting = backlog / DemandRule.drainSeconds
    return max(plain, 1, Self.whole(load + waiting, less: DemandRule.strictRounding))
  }

  /// The same without the strict stance's floor.
  func plainly(at multiple: Double, backlog: Double) -> Int {
    let load = max(capacity(at: multiple), level * headroom(at: multiple))
    let waiting = backlog / DemandRule.drainSeconds
    return max(floor, Self.whole(load + waiting, less: DemandRule.rounding))
  }

  /// What the margin adds to the level before the allowed wait is spent.
  func margin(at multiple: Double) -> Double {
    level * share(at: multiple) + multiple * error
  }

  private func capacity(at multiple: Double) -> Double {
    let former = envelope * DemandRule.envelopeTrust * (1 + share(at: multiple))
    return max(level + margin(at: multiple), former) / pace.allowance
  }

  private var strictCapacity: Double {
    let plain = 1 + DemandRule.plain
    let risen = level * plain + DemandRule.strictMultiple * strictError
    return max(risen, strictEnvelope * DemandRule.envelopeTrust * plain) / pace.allowance
  }

  private func share(at multiple: Double) -> Double {
    DemandRule.plain * multiple / DemandRule.plainAt
  }

  /// A pool that does well with a small margin needs less of this, too.
  private func headroom(at multiple: Double) -> Double {
    1 + DemandRule.leastHeadroom * min(1, multiple / DemandRule.firstMultiple)
  }

  private static func whole(_ load: Double, less rounding: Double) -> Int {
    Int(min(max(0, (load - rounding).rounded(.up)), Double(DemandRule.mostReplicas)))
  }
}
