import CostModel
import FleetModel

/// One pool's places as they are seen now, and where the rule wants its replicas.
struct SpotScene {
  let look: SpotLook
  let placement: SpotPlacement
  private let places: SpotPlaces
  /// How many more than are held now there may be.
  private let room: Int

  /// nil when nobody looked, or the pool buys nowhere.
  init?(_ pool: PoolView, in fleet: FleetView, replicas: Int) {
    guard let places = pool.rules.spot, let sight = fleet.snapshot.spot?[pool.rules.name],
      let memory = pool.memory.spot
    else { return nil }
    let held = sight.look.held
    // Nodes of the pool that no place of it makes are capacity too.
    let others = max(0, pool.have - held)
    let ceiling = pool.sizing.ceiling.map { max(0, $0 - others) }
    var terms = SpotTerms(
      places, replicas: max(0, replicas - others), interval: sight.interval
    ) { fleet.prices.share(of: $0) }
    terms.mostReplicas = ceiling
    room = ceiling.map { max(0, $0 - held) } ?? .max
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
    /// Of those released, the ones that serve.
    var ready = 0

    var grows: Bool { intent == .scaleUp }
  }

  /// In the order of the offerings, on demand last; launches before releases in one place.
  var changes: [Change] {
    var changes: [Change] = []
    var slot = 0
    for (index, seen) in look.offerings.enumerated() {
      let name = places.offerings[index].name
      append(
        Place(
          index: index, held: seen.held, want: placement.spot[index],
          ready: placement.release.ready[index], pending: placement.release.pending[index],
          launch: places.offerings[index].launch),
        .spotPlacement(offering: name, want: placement.spot[index], have: seen.held), &slot,
        to: &changes)
    }
    append(
      Place(
        index: places.offerings.count, held: look.onDemandHeld, want: placement.onDemand,
        ready: placement.release.onDemandReady, pending: placement.release.onDemandPending,
        launch: places.onDemand),
      .onDemandFallback(want: placement.onDemand, have: look.onDemandHeld), &slot, to: &changes)
    return changes
  }

  private struct Place {
    var index: Int
    var held: Int
    var want: Int
    /// To be released, of those that serve and of those on their way.
    var ready: Int
    var pending: Int
    var launch: LaunchSpec?
  }

  private func append(
    _ place: Place, _ reason: Reason, _ slot: inout Int, to changes: inout [Change]
  ) {
    let more = min(place.want - place.held, room - slot)
    let fewer = place.ready + place.pending
    if more > 0 {
      changes.append(
        Change(
          offering: place.index, intent: .scaleUp, reason: reason,
          replicas: ReplicaChange(from: place.held, to: place.held + more), launch: place.launch,
          firstSlot: slot))
      slot += more
    } else if fewer > 0 {
      changes.append(
        Change(
          offering: place.index, intent: .scaleDown, reason: reason,
          replicas: ReplicaChange(from: place.held, to: place.held - fewer), ready: place.ready))
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
