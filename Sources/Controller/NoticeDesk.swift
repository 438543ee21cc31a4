import FleetModel
import Synchronization

/// The notices of one path that were read and are not acknowledged yet.
final class NoticeDesk: Sendable {
  private struct State {
    /// Taken in, with the mark by which the ledger will know them; oldest first.
    var taken: [(mark: Int, notices: [Interruption])] = []
    /// Of nodes nobody knows, and since when; oldest first.
    var strangers: [(since: Timestamp, notice: Interruption)] = []
    /// Nothing is to be done about them.
    var done: [Interruption] = []
  }

  private let state = Mutex(State())

  /// Notices read and not in the ledger; past it reading waits.
  static let most = 4096
  /// Beyond it the oldest are let go: a queue of a large account tells of many nodes of others.
  static let mostStrangers = 16_384

  var isFull: Bool { state.withLock { $0.taken.reduce(0) { $0 + $1.notices.count } > Self.most } }

  var isEmpty: Bool {
    state.withLock { $0.taken.isEmpty && $0.strangers.isEmpty && $0.done.isEmpty }
  }

  func take(_ notices: [Interruption], mark: Int) {
    state.withLock { $0.taken.append((mark, notices)) }
  }

  func finish(_ notices: [Interruption]) { state.withLock { $0.done += notices } }

  func keep(strangers: [Interruption], since moment: Timestamp) {
    state.withLock { state in
      state.strangers += strangers.map { (moment, $0) }
      let excess = max(0, state.strangers.count - Self.mostStrangers)
      state.done += state.strangers.prefix(excess).map(\.notice)
      state.strangers.removeFirst(excess)
    }
  }

  /// The strangers, to be looked at again; they are not kept meanwhile.
  func takeStrangers() -> [(since: Timestamp, notice: Interruption)] {
    state.withLock { state in
      defer { state.strangers = [] }
      return state.strangers
    }
  }

  func putBack(_ strangers: [(since: Timestamp, notice: Interruption)]) {
    state.withLock { $0.strangers = strangers + $0.strangers }
  }

  /// What may be acknowledged, now that the ledger has everything up to this mark.
  func acknowledgeable(recorded mark: Int) -> [Interruption] {
    state.withLock { state in
      state.done + state.taken.filter { $0.mark <= mark }.flatMap(\.notices)
    }
  }

  /// Those up to this mark, and the first `count` with nothing to do, are acknowledged.
  func acknowledged(recorded mark: Int, _ count: Int) {
    state.withLock { state in
      let recorded = state.taken.filter { $0.mark <= mark }.reduce(0) { $0 + $1.notices.count }
      state.done.removeFirst(min(state.done.count, count - recorded))
      state.taken.removeAll { $0.mark <= mark }
    }
  }
}
