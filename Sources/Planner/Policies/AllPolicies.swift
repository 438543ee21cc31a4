/// The policies, in the order they speak.
enum Policies {
  static let all: [any Policy] = [
    // First: what is not needed. It speaks of every node, so that every node has a reason.
    IdleShutdown(),
    // Second: what is missing. It speaks of every pool, and of stopped nodes it would start; those
    // the first has nothing to do with, so the two never want opposite things of one node.
    KeepMinimum(),
  ]
}
