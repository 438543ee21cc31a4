import FleetModel

/// An old list of nodes is no ground for an act: what it shows may be long gone, and what is
/// missing in it may be there. (Old readings never get this far: they are no idle proof.)
struct Freshness: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    let age = fleet.now.duration(since: fleet.snapshot.inventoryAt)
    let limit = fleet.rulebook.inventoryLimit
    return age > limit || age < .zero - limit ? .stale(age: age) : nil
  }
}

extension Rulebook {
  /// Three sweeps; a loop that is slower than usual sweeps less often too.
  var inventoryLimit: Duration { max(thresholds.inventoryAge, scrapeInterval * 3) }
}
