/// The policies, in the order they speak.
///
/// All of them size before any proposes: a pool's number is agreed on first, then filled.
enum Policies {
  static let all: [any Policy] = [
    // What people wrote down stands first among the sizes: a pool's own limits.
    KeepMinimum(),
    // And the money, which lowers what a pool may have.
    BudgetShrink(),
    // Then what is not needed. It speaks of every node, so that every node has a reason.
    IdleShutdown(),
    // Last, it brings every pool to the agreed number. It speaks of every pool, and of nodes the
    // others left alone: of two acts on one node the first stands.
    FillPool(),
  ]
}
