import CostModel
import FleetModel
import Planner

/// What no single setting can tell.
extension Builder {
  /// Settings that cannot have the effect their writer expects.
  mutating func checkUsefulness(of pool: PoolRules, _ part: Part) {
    let idleKeys = ["idle_duration", "idle_action", "ladder"]
    if pool.kind == .training, let name = idleKeys.first(where: part.has) {
      complain(
        .warning, at: part.place(of: name),
        "'\(name)' has no effect: training pools are never stopped for idleness",
        key: "pools.kind")
    }
    checkEmptyLadder(of: pool, part)
    if pool.kind == .unlabelled, pool.mode == .auto {
      complain(
        .warning, at: part.place(of: part.has("mode") ? "mode" : "name"),
        "pool '\(pool.name)' has no kind, so its nodes are told of and never stopped",
        hint: "add 'kind: serving', 'batch' or 'dev'", key: "pools.kind")
    }
    if pool.idleIntent == .terminate, pool.mode == .auto {
      complain(
        .warning, at: part.place(of: "idle_action"),
        "idle nodes of '\(pool.name)' are given back with their disks",
        hint: "'stop' keeps them", key: "pools.idle_action")
    }
  }

  /// The planner gives a node to the first pool by name that matches it: a pool whose every node
  /// belongs to an earlier one can never have any.
  mutating func checkOverlap(_ pools: [(rules: PoolRules, part: Part)]) {
    let ordered = pools.sorted { $0.rules.name < $1.rules.name }
    for (index, later) in ordered.enumerated() {
      if let workload = later.rules.match.workload,
        let owner = ordered[..<index].first(where: {
          $0.rules.match.workload == workload && $0.rules.match.cloud == later.rules.match.cloud
        })
      {
        complain(
          at: later.part.place(of: "match"),
          "pool '\(owner.rules.name)' asks for the number of '\(workload)' already",
          key: "pools.match.workload")
      }
      let earlier = ordered[..<index].filter { $0.rules.name != later.rules.name }
      let place = later.part.place(of: later.part.has("match") ? "match" : "name")
      if let owner = earlier.first(where: { $0.rules.match.covers(later.rules.match) }) {
        complain(
          at: place,
          "pool '\(later.rules.name)' can never have a node: '\(owner.rules.name)' comes first by "
            + "name and matches all of them", key: "pools.match")
      } else if let owner = earlier.first(where: { $0.rules.match.shares(with: later.rules.match) })
      {
        complain(
          .warning, at: place,
          "pools '\(owner.rules.name)' and '\(later.rules.name)' match the same nodes: "
            + "'\(owner.rules.name)' gets them, being first by name", key: "pools.match")
      }
    }
  }

  /// A launch whose price is unknown cannot be weighed or reported.
  mutating func checkLaunchPrices(_ root: Part, _ settings: Settings) {
    for part in root.parts("pools") {
      guard
        let launch = settings.pools.first(where: { $0.name.rawValue == part.text("name") })?
          .launch, let place = part.part("launch")?.place(of: "type")
      else { continue }
      let priced = (embedded + settings.prices).contains {
        $0.cloud == launch.cloud && $0.type == launch.type && $0.capacity == launch.capacity
          && ($0.region == nil || $0.region == launch.region)
      }
      if !priced {
        complain(
          .warning, at: place,
          "no price is known for \(launch.type) (\(launch.capacity.rawValue)): its cost cannot be "
            + "weighed or reported", hint: "add it to 'prices'", key: "prices")
      }
    }
  }

  /// Parts that are each right and together do nothing.
  mutating func checkReach(_ root: Part, _ settings: Settings) {
    if root.has("pools"), !root.has("clouds") {
      complain(
        .warning, at: root.place(of: "pools"), "there are pools and no clouds: no node is known",
        key: "clouds")
    }
    if root.has("pools"), !root.has("collectors") {
      complain(
        .warning, at: root.place(of: "pools"),
        "there are pools and no collectors: nothing can be seen to be idle", key: "collectors")
    }
  }
}

extension PoolRules.Match {
  /// Who names a workload and nothing of nodes has none.
  private var ownsNodes: Bool { workload == nil || !types.isEmpty || !tags.isEmpty }

  /// Every node that matches `other` matches this too.
  func covers(_ other: PoolRules.Match) -> Bool {
    guard ownsNodes, other.ownsNodes else { return false }
    return (cloud == nil || cloud == other.cloud)
      && (types.isEmpty || (!other.types.isEmpty && Set(other.types).isSubset(of: types)))
      && tags.allSatisfy { other.tags[$0.key] == $0.value }
  }

  /// Both match by type alone and name a type in common: proof that they meet. Tags could keep
  /// them apart in ways the file does not show.
  func shares(with other: PoolRules.Match) -> Bool {
    guard ownsNodes, other.ownsNodes, cloud == nil || other.cloud == nil || cloud == other.cloud,
      tags.isEmpty, other.tags.isEmpty
    else { return false }
    return !Set(types).isDisjoint(with: other.types)
  }
}
