/// The policies, in the order they speak.
///
/// All of them size before any proposes: a pool's number is agreed on first, then filled.
enum Policies {
  static let all: [any Policy] = [
    // What a cloud announced comes before everything anybody wishes; it does not size.
    Interruptions(),
    // What people wrote down stands first among the sizes: a pool's own limits.
    KeepMinimum(),
    // Then what they wrote down for certain hours.
    Schedule(),
    // Then the season, before demand: it says what comes, and demand says what is there. What
    // schedules allow at most binds it, wherever it stands.
    Forecast(),
    // And the money, which lowers what a pool may have.
    BudgetShrink(),
    // Then what demand asks for.
    ScaleToDemand(),
    // Then what is not needed.
    IdleShutdown(),
    // After it, because it says of nodes on their way up what idleness cannot: that they are late.
    StuckLaunch(),
    // Of pools nobody asks anything of, and of those somebody woke. It only sizes; it stands where
    // it is the last to give a reason for nothing at all.
    ScaleToZero(),
    // After all that proposes stops for saving: it objects where a commitment pays anyway.
    CommitmentAware(),
    // Where capacity is bought in several places, this one says how much of it where.
    SpotFallback(),
    // These four only advise; the order is that of the words in a plan with equal savings.
    Rightsize(),
    StopOrTerminate(),
    Orphans(),
    Barred(),
    // Last, it brings every pool to the agreed number. It speaks of every pool, and of nodes the
    // others left alone: of two acts on one node the first stands.
    FillPool(),
  ]
}
