public import FleetModel

/// No acts on a cloud whose clock is too far from ours (DECISIONS 33): it would refuse our
/// signatures, and times of its nodes could not be compared with ours.
struct ClockSkew: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    let cloud =
      act.node.map { fleet.nodes[$0].node.cloud }
      ?? act.pool.flatMap { fleet.pools[$0].rules.launch?.cloud }
    guard let cloud, let skew = fleet.snapshot.clockSkew[cloud] else { return nil }
    return skew.isBeyond(fleet.rulebook.thresholds.skewLimit) ? .clockSkew(skew) : nil
  }

  /// Clouds whose clock people should look at while there is time; nil: there are none.
  static func told(in fleet: FleetView) -> [CloudName]? {
    let limit = fleet.rulebook.thresholds.skewAlarm
    let names = fleet.snapshot.clockSkew.filter { $0.value.isBeyond(limit) }.map(\.key).sorted()
    return names.isEmpty ? nil : names
  }
}

extension Duration {
  /// Either way.
  fileprivate func isBeyond(_ limit: Duration) -> Bool { self > limit || self < .zero - limit }
}

extension Thresholds {
  /// Every cloud that says what time it is says that it is not ours.
  public func areWrong(_ skew: [CloudName: Duration]) -> Bool {
    !skew.isEmpty && skew.values.allSatisfy { $0.isBeyond(skewLimit) }
  }
}
