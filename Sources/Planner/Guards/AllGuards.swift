/// The guards, in the order they are asked; the first objection is the reason that is shown.
enum Guards {
  static func all(for fleet: FleetView) -> [any Guard] {
    [
      // What a person said comes first.
      KillSwitch(fleet),
      Protection(fleet),
      // And whose it is.
      Ownership(fleet),
      // What a cloud cannot do needs no further thought.
      Unsupported(fleet),
      // Then whether what we know may be believed at all.
      ClockSkew(fleet),
      Freshness(fleet),
      Uncounted(fleet),
      PriceSanity(fleet),
      // Then what was done already, and how it went.
      OneAtATime(fleet),
      Cooldown(fleet),
      LongJob(fleet),
      FlipFlop(fleet),
      ErrorBudgetFreeze(fleet),
      // Then whether it is worth its money.
      MinimumSaving(fleet),
      MaximumPrice(fleet),
      MonthlyBudgets(fleet),
      // Those that count come last: an act that is out for another reason uses up nothing.
      MinimumCapacity(fleet),
      BlastRadius(fleet),
      DisruptionBudgets(fleet),
      HourlyCap(fleet),
      // Of all limits the one that is free again soonest is asked last.
      ActsPerMinute(fleet),
    ]
  }
}
