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
    let others = rules.fleetPower?.heldLevel(besides: held.watts != nil).map { $0 * 1.10 }
    let empty = (bare.watts ?? rules.fleetPower?.bareLevel).map { $0 + rules.board.contextStep }
    if let watts = held.watts {
      let own = rules.thresholds.idleCeiling(over: watts)
      return (min(own, empty ?? own, others ?? own), true)
    }
    if let others { return (others, true) }
    return empty.map { ($0, false) }
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
