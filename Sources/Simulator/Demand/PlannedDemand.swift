import CostModel
import FleetModel
public import Planner

/// Our own policy in a backtest: the product's `plan()`, asked every tick about one pool whose cloud
/// counts replicas.
///
/// Nothing stands between: demand is folded into memory as the controller folds it, the plan is made
/// by the same function, and its decision is the answer.
public struct PlannedDemand: DemandChooser {
  private let rulebook: Rulebook
  private let tick: Duration
  private var snapshot: Snapshot

  /// - Parameters:
  ///   - rules: the pool's; its cold start and longest wait, places and prices are the backtest's.
  ///   - conditions: what the backtest assumes.
  ///   - tick: how far the ticks are apart.
  public init(
    _ rules: PoolRules = .standard, under conditions: DemandConditions, tick: Duration
  ) {
    var pool = rules
    pool.mode = .auto
    pool.match = .init()
    pool.launch = nil
    pool.spot = nil
    pool.maximumPrice = nil
    pool.disruption = []
    var scaling = pool.scaling ?? ScalingRules()
    scaling.coldStart = conditions.coldStart
    scaling.slackWait = conditions.longestWait
    pool.scaling = scaling
    rulebook = Rulebook(fleet: "backtest", pools: [pool], prices: .init())
    self.tick = tick
    snapshot = Snapshot(
      takenAt: Timestamp(seconds: 0), nodes: [], inventoryAt: Timestamp(seconds: 0), targets: [:],
      memory: Memory())
  }

  public mutating func wanted(_ moment: DemandMoment) -> Int {
    let pool = rulebook.pools[0]
    let now = snapshot.takenAt.advanced(by: tick)
    let count = ReplicaCount(ready: moment.ready, pending: moment.pending)
    snapshot.takenAt = now
    snapshot.inventoryAt = now
    snapshot.replicas = [pool.name: count]
    let demand = PoolDemand(
      at: now, interval: tick, offered: moment.offered, backlog: moment.backlog)
    snapshot.memory.fold(demand, of: pool, serving: count)
    let plan = plan(snapshot, under: rulebook)
    return plan.decisions.lazy.compactMap(\.replicas).first?.to ?? moment.current
  }
}

extension PoolRules {
  /// A serving pool on the shipped settings: what `default` means in a backtest.
  public static let standard = PoolRules(
    name: "backtest", kind: .serving, mode: .auto, scaling: ScalingRules())

  /// The same, paying more to be in time.
  public static let strict = PoolRules(
    name: "backtest", kind: .serving, mode: .auto, scaling: ScalingRules(stance: .strict))
}
