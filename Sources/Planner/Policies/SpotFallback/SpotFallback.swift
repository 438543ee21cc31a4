import FleetModel

/// Holds a pool's replicas where they are cheapest for their risk: in one spot offering or several,
/// or on demand, and moves before a loss where it can (SEMANTICS 4.10; docs/spot.md).
///
/// The rule is `spotPlacement`, the same live as in a backtest. How many replicas there should be
/// was said by the policies before; here is only said where.
struct SpotFallback: Policy {
  static let name = "spot-fallback"

  /// What another pool cannot get anywhere is served by the first pool of its overflow list that
  /// is not waiting for capacity itself.
  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    for place in fleet.spotPlaces {
      let other = fleet.pools[place]
      guard let places = other.rules.spot, takes(pool, overflowOf: places, in: fleet),
        let scene = SpotScene(other, in: fleet, replicas: max(other.have, other.rules.minimumNodes))
      else { continue }
      let missing = scene.placement.overflow
      guard missing > 0 else { continue }
      sizing.raiseFloor(
        to: pool.rules.minimumNodes + missing, by: Self.name,
        .overflow(from: other.rules.name, missing: missing))
    }
  }

  private func takes(
    _ pool: PoolView, overflowOf places: SpotPlaces, in fleet: FleetView
  ) -> Bool {
    let first = places.overflow.first { name in
      guard let until = fleet.snapshot.memory.pools[name]?.quarantineUntil else { return true }
      return until <= fleet.now
    }
    return first == pool.rules.name
  }

  func evaluate(_ fleet: FleetView) -> [Proposal] {
    fleet.spotPlaces.flatMap { place -> [Proposal] in
      let pool = fleet.pools[place]
      // Spares are held beside the number, so what is there says nothing of what is needed.
      let desired = pool.sizing.target(orElse: pool.rules.minimumNodes)
      guard let scene = SpotScene(pool, in: fleet, replicas: desired) else {
        return [word(place, pool, .keep, .neverHeard)]
      }
      let changes = scene.changes
      let moves = changes.flatMap { proposals(for: $0, at: place, scene, in: fleet) }
      let first = changes.first { $0.grows } ?? changes.first
      let reason = first?.reason ?? .enough(live: pool.have, minimum: pool.rules.minimumNodes)
      return [word(place, pool, first?.intent ?? .keep, reason)] + moves
    }
  }

  private func word(
    _ place: Int, _ pool: PoolView, _ intent: Intent, _ reason: Reason
  ) -> Proposal {
    Proposal(subject: .pool(pool.rules.name), pool: place, intent: intent, reason: reason)
  }

  private func proposals(
    for change: SpotScene.Change, at place: Int, _ scene: SpotScene, in fleet: FleetView
  ) -> [Proposal] {
    let pool = fleet.pools[place]
    guard pool.replicas == nil else {
      return [
        Proposal(
          subject: .offering(pool.rules.name, change.offering), pool: place,
          intent: change.intent, reason: change.reason, replicas: change.replicas,
          launch: change.launch)
      ]
    }
    guard change.grows else {
      return Surplus.released(change, in: place, of: fleet)
    }
    return (0..<change.replicas.size).map { number in
      Proposal(
        subject: .slot(pool.rules.name, pool.have + change.firstSlot + number), pool: place,
        intent: .launch, reason: change.reason, launch: change.launch)
    }
  }
}
