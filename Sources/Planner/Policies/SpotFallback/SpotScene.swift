import CostModel
import FleetModel

/// One pool's places as they are seen now, and where the rule wants its replicas.
struct SpotScene {
  let look: SpotLook
  let placement: SpotPlacement
  private let places: SpotPlaces

  /// nil when nobody looked, or the pool buys nowhere.
  init?(_ pool: PoolView, in fleet: FleetView, replicas: Int) {
    guard let places = pool.rules.spot, let sight = fleet.snapshot.spot?[pool.rules.name],
      let memory = pool.memory.spot
    else { return nil }
    let terms = SpotTerms(places, replicas: replicas, interval: sight.interval) {
      fleet.prices.share(of: $0)
    }
    guard memory.matches(terms), sight.look.offerings.count == terms.offerings.count else {
      return nil
    }
    self.places = places
    look = sight.look
    placement = spotPlacement(sight.look, remembering: memory, under: terms)
  }

  /// A change of how many replicas are held in one place.
  struct Change {
    /// Index into the pool's offerings; their count is on demand.
    var offering: Int
    var intent: Intent
    var reason: Reason
    var replicas: ReplicaChange
    var launch: LaunchSpec?
    /// Launches of the same plan that come before these.
    var firstSlot = 0

    var grows: Bool { intent == .scaleUp }
  }

  /// In the order of the offerings, on demand last; launches before releases in one place.
  var changes: [Change] {
    var changes: [Change] = []
    var slot = 0
    for (index, seen) in look.offerings.enumerated() {
      let released = placement.release.pending[index] + placement.release.ready[index]
      let reason = Reason.spotPlacement(
        offering: places.offerings[index].name, want: placement.spot[index], have: seen.held)
      append(
        index, held: seen.held, want: placement.spot[index], released,
        reason, places.offerings[index].launch, &slot, to: &changes)
    }
    let released = placement.release.onDemandPending + placement.release.onDemandReady
    append(
      places.offerings.count, held: look.onDemandHeld, want: placement.onDemand, released,
      .onDemandFallback(want: placement.onDemand, have: look.onDemandHeld), places.onDemand, &slot,
      to: &changes)
    return changes
  }

  private func append(
    _ index: Int, held: Int, want: Int, _ released: Int, _ reason: Reason,
    _ launch: LaunchSpec?, _ slot: inout Int, to changes: inout [Change]
  ) {
    if want > held {
      changes.append(
        Change(
          offering: index, intent: .scaleUp, reason: reason,
          replicas: ReplicaChange(from: held, to: want), launch: launch, firstSlot: slot))
      slot += want - held
    } else if released > 0 {
      changes.append(
        Change(
          offering: index, intent: .scaleDown, reason: reason,
          replicas: ReplicaChange(from: held, to: held - released)))
    }
  }
}

extension SpotTerms {
  /// The terms of a pool. A place whose price is not known is never bought at: unknown is not cheap.
  init(
    _ places: SpotPlaces, replicas: Int, interval: Duration,
    share: (SpotPlaces.Offering) -> Double?
  ) {
    var rules = SpotRules()
    rules.priceSaving = places.leastAdvantage
    self.init(
      offerings: places.offerings.enumerated().map { index, offering in
        SpotOffering(
          name: offering.name, region: offering.launch.region.rawValue,
          family: offering.launch.type.family, rank: index,
          share: offering.share ?? share(offering) ?? 1)
      }, replicas: replicas, baseOnDemand: places.baseOnDemand, interval: interval,
      coldStart: places.coldStart, rules: rules)
  }
}

extension InstanceType {
  /// What stands before the size, as "g6e" of "g6e.xlarge": quotas are counted by it.
  var family: String { String(rawValue.prefix { $0 != "." }) }
}
