import FleetModel
import Planner

extension Builder {
  /// Where a pool's capacity is bought; a pool with `fallback` alone buys where it launches.
  mutating func spot(
    of pool: Part, _ owner: PoolRules, _ clouds: [Settings.Cloud]
  ) -> SpotPlaces? {
    let overflow = overflow(of: pool)
    guard let part = pool.part("spot") else {
      return overflow.isEmpty ? nil : launchOnly(owner.launch, overflow)
    }
    var spot = SpotPlaces(
      offerings: part.parts("offerings").map { offering(from: $0, of: pool, owner, clouds) },
      overflow: overflow)
    if let own = part.part("on_demand") {
      spot.onDemand = complete(own, place(from: own, of: pool, clouds, beside: owner.launch))
    } else if owner.launch?.capacity == .onDemand {
      spot.onDemand = owner.launch
    }
    // SEMANTICS 4.10: a pool with an SLO keeps one replica that nobody takes away.
    spot.baseOnDemand = owner.scaling != nil && spot.onDemand != nil ? 1 : 0
    spot = rules(spot, RuleKeys.spot, of: part)
    if spot.baseOnDemand > 0, spot.onDemand == nil {
      complain(
        at: part.place(of: "base_on_demand"), "'base_on_demand' needs something to buy on demand",
        hint: "add 'on_demand', or a 'launch' that is on-demand", key: "pools.spot.on_demand")
    }
    checkOfferings(spot.offerings, part.parts("offerings"))
    return spot
  }

  private func launchOnly(_ launch: LaunchSpec?, _ overflow: [PoolName]) -> SpotPlaces {
    guard let launch, launch.capacity == .spot else {
      return SpotPlaces(offerings: [], onDemand: launch, overflow: overflow)
    }
    let offering = SpotPlaces.Offering(name: Self.name(of: launch), launch: launch)
    return SpotPlaces(offerings: [offering], overflow: overflow)
  }

  private mutating func overflow(of pool: Part) -> [PoolName] {
    let inSpot = pool.part("spot")?.texts("overflow") ?? []
    if pool.has("fallback"), !inSpot.isEmpty {
      complain(
        at: pool.place(of: "fallback"), "'fallback' and 'spot.overflow' say the same: keep one",
        key: "pools.fallback")
    }
    return (pool.has("fallback") ? pool.texts("fallback") : inSpot).map { PoolName($0) }
  }

  private mutating func offering(
    from part: Part, of pool: Part, _ owner: PoolRules, _ clouds: [Settings.Cloud]
  ) -> SpotPlaces.Offering {
    var launch = complete(part, place(from: part, of: pool, clouds, beside: owner.launch))
    launch.capacity = .spot
    return SpotPlaces.Offering(
      name: part.text("name") ?? Self.name(of: launch), launch: launch,
      share: part.number("share"))
  }

  private static func name(of launch: LaunchSpec) -> String {
    "\(launch.zone ?? launch.region.rawValue)/\(launch.type)"
  }

  /// Complains of what neither the place nor the pool's `launch` says.
  private mutating func complete(_ part: Part, _ launch: LaunchSpec) -> LaunchSpec {
    if launch.type == "" {
      complain(
        at: part.place, "'type' is missing: give it here or in the pool's 'launch'",
        key: "\(part.key).type")
    }
    if launch.image.isEmpty {
      complain(
        at: part.place,
        "'image' is missing: give it here, or in a 'launch' of the same region",
        key: "\(part.key).image")
    }
    return launch
  }

  /// A node that a pool launches must be its own, or it would launch without end.
  mutating func checkLaunches(_ pools: [(rules: PoolRules, part: Part)]) {
    let ordered = pools.map(\.rules).sorted { $0.name < $1.name }
    for (pool, part) in pools {
      for (launch, place, key) in launches(of: pool, part) where launch.type != "" {
        // What the controller tags a node with that it makes for this pool.
        let tags = pool.match.tags.merging([Tag.pool: pool.name.rawValue]) { own, _ in own }
        let made = PoolRules.Match(cloud: launch.cloud, types: [launch.type], tags: tags)
        guard let owner = ordered.first(where: { $0.match.covers(made) })?.name else {
          complain(
            at: place,
            "a \(launch.type) does not belong to pool '\(pool.name)': it would launch without end",
            hint: "add it to 'match.types'", key: key)
          continue
        }
        guard owner != pool.name else { continue }
        complain(
          at: place,
          "a \(launch.type) of pool '\(pool.name)' would belong to '\(owner)', which comes first "
            + "by name", hint: "tell them apart by 'match.tags'", key: key)
      }
    }
  }

  /// Everything a pool may launch, with the places that say so.
  func launches(of pool: PoolRules, _ part: Part) -> [(LaunchSpec, Place, key: String)] {
    var all: [(LaunchSpec, Place, key: String)] = []
    if let launch = pool.launch, let own = part.part("launch") {
      all.append((launch, own.place(of: "type"), "pools.launch.type"))
    }
    guard let part = part.part("spot"), let spot = pool.spot else { return all }
    for (offering, own) in zip(spot.offerings, part.parts("offerings")) {
      all.append((offering.launch, own.place(of: "type"), "pools.spot.offerings.type"))
    }
    if let launch = spot.onDemand, let own = part.part("on_demand") {
      all.append((launch, own.place(of: "type"), "pools.spot.on_demand.type"))
    }
    return all
  }
}
