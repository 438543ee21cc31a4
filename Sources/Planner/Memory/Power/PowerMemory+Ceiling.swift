import FleetModel

extension PowerMemory {
  /// Sets the ceiling from what is known of this device, and of others of its type (SEMANTICS 4.17).
  mutating func setCeiling(_ rules: SampleRules) {
    let found = isHeld ? heldCeiling(rules) : bareCeiling(rules)
    ceiling = found?.watts
    // On boards of 75 W and less, 5 % of work and rest draw the same.
    isSure = found?.isSure ?? false && !rules.board.cannotTell
    isQuiet = ceiling.map { trail.isBelow($0, shortest: rules.powerSpan) } ?? false
  }

  private typealias Ceiling = (watts: Double, isSure: Bool)

  private func bareCeiling(_ rules: SampleRules) -> Ceiling? {
    if let watts = bare.watts { return (rules.thresholds.idleCeiling(over: watts), true) }
    return rules.fleetPower?.bareLevel.map { (rules.thresholds.idleCeiling(over: $0), false) }
  }

  private func heldCeiling(_ rules: SampleRules) -> Ceiling? {
    let others = othersCeiling(rules)
    let empty = (bare.watts ?? rules.fleetPower?.bareLevel).map { $0 + rules.board.contextStep }
    if let watts = held.watts {
      let own = rules.thresholds.idleCeiling(over: watts)
      // With nothing to compare with, silent work that went on from first sight would be its rest.
      return (min(own, empty ?? own, others ?? own), empty != nil || others != nil)
    }
    if let others { return (others, true) }
    return empty.map { ($0, false) }
  }

  /// A tenth above where the type's other devices rest that somebody holds.
  ///
  /// Boards of a type differ by some watts before anybody holds them. What this one is known to draw
  /// more or less than the others when empty, it does when held: without that one in twenty boards of
  /// a real spread was never found (docs/decisions/0009).
  private func othersCeiling(_ rules: SampleRules) -> Double? {
    guard let fleet = rules.fleetPower,
      let level = fleet.heldLevel(besides: held.watts != nil)
    else { return nil }
    let apart = both(bare.watts, fleet.bareLevel).map { $0 - $1 } ?? 0
    return (level + apart) * 1.10
  }

  /// Watts above which, span after span, a sensor is wrong when every activity reads 0: more than
  /// anything known here leaves open. nil where this device's own rest is not known.
  ///
  /// Boards of a type differ: one that rests above the others of its fleet is not proved idle by
  /// them, but its sensors are not broken for that.
  func contradictionLimit(_ rules: SampleRules) -> Double? {
    guard isHeld else { return bare.watts.map(rules.thresholds.idleCeiling) }
    guard let watts = held.watts else { return nil }
    let empty = (bare.watts ?? rules.fleetPower?.bareLevel).map { $0 + rules.board.contextStep }
    return max(rules.thresholds.idleCeiling(over: watts), empty ?? 0)
  }

  /// Watts that no device at rest draws: with every activity at 0, a sensor is wrong. The exporter's
  /// power limit, else the board's, else 150 W, times 0.4; at least 60 W.
  func impossibleAtRest(_ rules: SampleRules) -> Double {
    max(60, 0.4 * (setup.limit ?? rules.board.watts ?? 150))
  }
}

extension Thresholds {
  /// The larger of the two margins.
  func idleCeiling(over level: Double) -> Double {
    max(level * idlePowerFactor, level + idlePowerMargin)
  }
}
