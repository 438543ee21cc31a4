import FleetModel

@testable import Planner

/// A pool in three zones of two regions, four replicas, a look every 15 s.
struct SpotStage {
  var terms: SpotTerms
  var memory = SpotMemory()
  var look: SpotLook

  init(
    shares: [Double] = [0.3, 0.3, 0.3], zones: [String] = ["a-1a", "a-1b", "b-1a"],
    replicas: Int = 4, baseOnDemand: Int = 0
  ) {
    let offerings = zip(zones, shares).map { zone, share in
      SpotOffering(
        name: zone, region: String(zone.dropLast()), family: "g6", rank: 1, share: share)
    }
    terms = SpotTerms(
      offerings: offerings, replicas: replicas, baseOnDemand: baseOnDemand,
      interval: .seconds(15), coldStart: .seconds(120))
    look = SpotLook(offerings: offerings.map { _ in OfferingLook(isUp: false) })
  }

  /// So many looks of the kind set in `look`; losses and refusals are told of once.
  mutating func pass(_ looks: Int = 1) {
    for _ in 0..<looks {
      memory.fold(look, under: terms)
      for index in look.offerings.indices {
        look.offerings[index].lost = 0
        look.offerings[index].refusal = nil
      }
      look.onDemandRefusal = nil
    }
  }

  mutating func pass(hours: Int) { pass(hours * 240) }

  var placement: SpotPlacement { spotPlacement(look, remembering: memory, under: terms) }

  /// The one offering in which everything is held, ready.
  mutating func settle(in index: Int) {
    for other in look.offerings.indices { look.offerings[other].ready = 0 }
    look.offerings[index].ready = terms.replicas
    look.onDemandReady = 0
  }

  /// What is held at an offering is taken away, and the offering is down.
  mutating func lose(_ index: Int, isUp: Bool = false) {
    look.offerings[index].lost = look.offerings[index].ready + look.offerings[index].pending
    look.offerings[index].ready = 0
    look.offerings[index].pending = 0
    look.offerings[index].isNoticed = false
    look.offerings[index].isUp = isUp
    pass()
  }
}
