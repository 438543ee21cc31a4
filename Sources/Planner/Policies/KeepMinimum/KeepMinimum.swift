import FleetModel

/// A pool's own limits: never below its minimum, never above its maximum.
///
/// Where the two contradict, the maximum stands: it was written to stop spending.
struct KeepMinimum: Policy {
  static let name = "keep-minimum"

  func size(_ pool: PoolView, in fleet: FleetView, _ sizing: inout Sizing) {
    let rules = pool.rules
    let minimum = rules.minimumNodes
    sizing.raiseFloor(
      to: minimum, by: Self.name, .belowMinimum(live: pool.have, minimum: minimum))
    if let maximum = rules.maximumNodes {
      sizing.lowerCeiling(
        to: maximum, by: Self.name,
        pool.have > maximum
          ? .aboveMaximum(live: pool.have, maximum: maximum)
          : .enough(live: pool.have, minimum: minimum))
    }
  }
}
