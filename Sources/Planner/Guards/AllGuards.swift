/// The guards, in the order they are asked; the first objection is the reason that is shown.
enum Guards {
  static func all(for fleet: FleetView) -> [any Guard] {
    [
      // What a person said comes first.
      KillSwitch(fleet),
      Protection(fleet),
      // Then whether what we know may be believed at all.
      ClockSkew(fleet),
      Freshness(fleet),
      // Then what was done already.
      OneAtATime(fleet),
      Cooldown(fleet),
      // Those that count come last: an act that is out for another reason uses up nothing.
      MinimumCapacity(fleet),
      BlastRadius(fleet),
    ]
  }
}
