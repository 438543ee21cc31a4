public import FleetModel
import Planner
public import Ports
import Synchronization

/// A place that says the same until it is over, such as a metadata service or a list: paces the
/// looks at it, and gives each notice until it is acknowledged.
final class NoticeBoard: Sendable {
  /// A notice as its place says it; another end is another word.
  private struct Word: Hashable {
    var id: String
    var endsAt: Timestamp?
  }

  private struct State {
    var nextLook: Timestamp?
    /// Since when each word stands there.
    var firstSeen: [Word: Timestamp] = [:]
    var acknowledged: Set<Word> = []
  }

  private let state = Mutex(State())
  private let pause: Duration
  private let time: any TimeSource

  init(every pause: Duration, time: any TimeSource) {
    self.pause = pause
    self.time = time
  }

  /// Waits until it is time to look again; at once the first time.
  func turn() async throws(ActuateError) {
    let now = time.now()
    let wait = state.withLock { state -> Duration in
      let due = max(now, state.nextLook ?? now)
      state.nextLook = due.advanced(by: pause)
      return due.duration(since: now)
    }
    guard wait > .zero else { return }
    do { try await time.sleep(for: wait) } catch {
      throw .retryLater(after: nil, CallBudget.cancelled)
    }
  }

  /// Of everything that stands there now, what is not acknowledged; `noticedAt` is when it was seen
  /// first. What stands there no more is forgotten: said again later, it is news.
  func news(in seen: [Interruption]) -> [Interruption] {
    state.withLock { state in
      let words = Set(seen.map(Self.word))
      state.firstSeen = state.firstSeen.filter { words.contains($0.key) }
      state.acknowledged.formIntersection(words)
      return seen.compactMap { notice in
        let word = Self.word(notice)
        guard !state.acknowledged.contains(word) else { return nil }
        var notice = notice
        notice.noticedAt = state.firstSeen[word] ?? notice.noticedAt
        state.firstSeen[word] = notice.noticedAt
        return notice
      }
    }
  }

  func acknowledge(_ notices: [Interruption]) {
    state.withLock { $0.acknowledged.formUnion(notices.map(Self.word)) }
  }

  private static func word(_ notice: Interruption) -> Word {
    Word(id: notice.id, endsAt: notice.endsAt)
  }
}

/// A path that is looked at again and again: the taints and conditions of Kubernetes' nodes, or
/// whatever else can say in one look which machines end.
public struct PolledInterruptions: InterruptionSource {
  public let cloud: CloudName
  private let board: NoticeBoard
  private let look: @Sendable () async throws(ActuateError) -> [Interruption]

  /// - Parameters:
  ///   - pause: from one look to the next; 5 s suits a notice of 30 s and longer.
  ///   - time: paces the looks.
  ///   - look: every notice that stands there now; their ids are the same at each look.
  public init(
    cloud: CloudName, every pause: Duration = .seconds(5), time: any TimeSource,
    look: @escaping @Sendable () async throws(ActuateError) -> [Interruption]
  ) {
    self.cloud = cloud
    self.look = look
    board = NoticeBoard(every: pause, time: time)
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    try await board.turn()
    return board.news(in: try await look())
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    board.acknowledge(notices)
  }
}
