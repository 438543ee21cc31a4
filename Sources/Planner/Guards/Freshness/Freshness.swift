import FleetModel

/// An old list of nodes is no ground for an act: what it shows may be long gone, and what is
/// missing in it may be there. (Old readings never get this far: they are no idle proof.)
///
/// Each cloud is judged by its own list: one that is away holds up no other.
struct Freshness: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    let limit = fleet.rulebook.inventoryLimit
    guard let listed = fleet.listing(of: fleet.cloud(of: act)) else { return .stale(age: limit) }
    let age = fleet.now.duration(since: listed)
    return age > limit || age < .zero - limit ? .stale(age: age) : nil
  }
}

extension FleetView {
  /// When a cloud was last listed in full; nil: not yet. Where the cloud of an act is not known, the
  /// oldest list counts.
  fileprivate func listing(of cloud: CloudName?) -> Timestamp? {
    guard let cloud, let listed = snapshot.listedAt else { return snapshot.inventoryAt }
    return listed[cloud]
  }
}

extension Rulebook {
  /// Three sweeps; a loop that is slower than usual sweeps less often too.
  var inventoryLimit: Duration { max(thresholds.inventoryAge, scrapeInterval * 3) }
}
