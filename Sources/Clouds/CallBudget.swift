import FleetModel
import Planner
import Ports
import Synchronization

/// A token bucket in front of one kind of call, so that we slow down before the cloud makes us.
///
/// One failed call once fanned out to 43 callers within 100 ms (karpenter-aws#9175); here callers
/// queue in the order they came.
final class CallBudget: Sendable {
  private struct State {
    var tokens: Double
    /// On the clock that nobody sets: after a step back nothing would come in until it was made up
    /// for.
    var filledAt: Duration
  }

  private let state: Mutex<State>
  private let burst: Double
  private let perSecond: Double
  private let time: any TimeSource

  /// The longest a call waits for its turn; beyond it the caller is told to come back later.
  static let longestWait = Duration.seconds(30)

  init(burst: Int, perSecond: Double, time: any TimeSource) {
    self.burst = Double(burst)
    self.perSecond = perSecond
    self.time = time
    state = Mutex(State(tokens: Double(burst), filledAt: time.steady))
  }

  /// Takes one token, waiting for it when there is none.
  func take() async throws(ActuateError) {
    let now = time.steady
    let wait = state.withLock { state -> Duration? in
      let filled = min(
        burst, state.tokens + (now - state.filledAt).inSeconds * perSecond)
      let left = filled - 1
      let wait = Duration.microseconds(Int64(max(0, -left / perSecond * 1_000_000)))
      guard wait <= Self.longestWait else { return nil }
      state = State(tokens: left, filledAt: now)
      return wait
    }
    guard let wait else { throw .retryLater(after: Self.longestWait, Self.queueFull) }
    guard wait > .zero else { return }
    do { try await time.sleep(for: wait) } catch { throw .retryLater(after: nil, Self.cancelled) }
  }

  /// Empties the bucket: the cloud said "slower".
  func drain() {
    let now = time.steady
    state.withLock { $0 = State(tokens: min(0, $0.tokens), filledAt: now) }
  }

  static let queueFull = ActFailure(
    kind: .throttled, code: "LocalQueueFull",
    message: "more calls of this kind wait here than the cloud would take in 30 s")
  static let cancelled = ActFailure(
    kind: .throttled, code: "Cancelled", message: "the caller went away; nothing was sent")
}
