import CostModel
import FleetModel
public import Planner

/// Our own policy in a spot backtest: the product's `plan()`, asked every tick about one pool that
/// buys in several places.
public struct PlannedSpot: SpotChooser {
  private let rulebook: Rulebook
  private let tick: Duration
  private let replicas: Int
  private var snapshot: Snapshot
  private var sight: SpotSight?

  /// - Parameters:
  ///   - setup: the backtest.
  ///   - rules: the pool's, for how it uses spot; shipped settings where not given. Its places,
  ///     prices and size are the backtest's.
  public init(_ setup: SpotSetup, rules: PoolRules? = nil) {
    tick = setup.trace.tick
    replicas = setup.replicas
    let spec = LaunchSpec(cloud: "backtest", region: "", type: "replica", image: "image")
    let terms = setup.terms
    let offerings = terms.offerings.map { place in
      var launch = spec
      launch.region = Region(place.region)
      launch.zone = place.name
      launch.capacity = .spot
      return SpotPlaces.Offering(name: place.name, launch: launch, share: place.share)
    }
    var pool = PoolRules(name: "backtest", kind: rules?.kind ?? .serving, mode: .auto)
    pool.minimumNodes = setup.replicas
    // The model lets as many be held as a policy likes: spares and moves are what is measured.
    pool.maximumNodes = nil
    pool.spot = SpotPlaces(
      offerings: offerings, onDemand: spec,
      baseOnDemand: rules?.spot?.baseOnDemand ?? setup.baseOnDemand, coldStart: setup.coldStart,
      leastAdvantage: rules?.spot?.leastAdvantage ?? terms.rules.priceSaving)
    rulebook = Rulebook(fleet: "backtest", pools: [pool], prices: .init())
    snapshot = Snapshot(
      takenAt: Timestamp(seconds: 0), nodes: [], inventoryAt: Timestamp(seconds: 0), targets: [:],
      memory: Memory())
  }

  public mutating func choose(_ look: SpotLook, at tick: Int) -> SpotChoice {
    snapshot.takenAt = snapshot.takenAt.advanced(by: self.tick)
    snapshot.inventoryAt = snapshot.takenAt
    snapshot.memory.fold(SpotSight(look: look, interval: self.tick), of: rulebook.pools[0])
    return choice(look)
  }

  public mutating func choose(
    again look: SpotLook, refused zones: [Int], at tick: Int
  ) -> SpotChoice {
    for zone in zones {
      let held = look.offerings[zone].ready + look.offerings[zone].pending
      snapshot.memory.foldRefusal(
        .capacity, at: zone, holding: held, of: rulebook.pools[0], interval: self.tick)
    }
    return choice(look)
  }

  private mutating func choice(_ look: SpotLook) -> SpotChoice {
    let name = rulebook.pools[0].name
    snapshot.spot = [name: SpotSight(look: look, interval: tick)]
    snapshot.replicas = [name: look.count]
    var choice = SpotChoice(zones: look.offerings.count)
    for decision in plan(snapshot, under: rulebook).decisions {
      guard case .offering(_, let place) = decision.subject, let change = decision.replicas
      else { continue }
      let more = max(0, change.to - change.from)
      let fewer = max(0, change.from - change.to)
      if place < look.offerings.count {
        choice.launch[place] = more
        choice.drop[place] = fewer
      } else {
        choice.launchOnDemand = more
        choice.dropOnDemand = fewer
      }
    }
    return choice
  }
}

extension SpotLook {
  /// All that is held, wherever it is.
  fileprivate var count: ReplicaCount {
    offerings.reduce(into: ReplicaCount(ready: onDemandReady, pending: onDemandPending)) {
      $0.ready += $1.ready
      $0.pending += $1.pending
    }
  }
}
